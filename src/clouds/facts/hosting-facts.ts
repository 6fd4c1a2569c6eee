import type { Reading } from '../reading';

/** A service as its platform has it. */
export interface DeployedService {
  /** In the estate. */
  readonly name: string;
  /** As the platform says: `RUNNING`, `ACTIVE`. */
  readonly status: string;
  readonly isRunning: boolean;
  /** Image that it runs. */
  readonly image: string;
  /** Time at which it last read its secrets: its last deployment. */
  readonly deployedAt: Date | undefined;
}

/** A secret without its value. */
export interface StoredSecret {
  readonly name: string;
  readonly hasValue: boolean;
  readonly changedAt: Date | undefined;
}

export interface DeployedTable {
  /** In the estate; of one that no service has, its logical id. */
  readonly name: string;
  readonly isProtected: boolean;
  readonly hasPointInTimeRecovery: boolean;
  /** True if a key of the account encrypts it. */
  readonly hasCustomerKey: boolean;
}

export interface DeployedAlarm {
  readonly name: string;
  readonly isArmed: boolean;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  readonly reason: string;
}

export interface AlarmTopic {
  /** E-mail addresses that are told. */
  readonly confirmed: readonly string[];
  /** E-mail addresses whose owners have not confirmed. */
  readonly pending: readonly string[];
}

/** Answer of an address to a health check. */
export interface Health {
  readonly url: string;
  readonly status: number;
}

/** State at AWS of an estate's hosting. */
export interface HostingFacts {
  readonly services: Reading<readonly DeployedService[]>;
  readonly secrets: Reading<readonly StoredSecret[]>;
  readonly tables: Reading<readonly DeployedTable[]>;
  readonly alarms: Reading<readonly DeployedAlarm[]>;
  readonly topic: Reading<AlarmTopic>;
  /** Of the services that can be reached from everywhere. */
  readonly health: Reading<readonly Health[]>;
}

/** A resource of a stack. */
export interface StackResource {
  /** `AWS::DynamoDB::Table` */
  readonly type: string;
  readonly logicalId: string;
  /** Name or ARN. */
  readonly physicalId: string;
}

/** The stack that tells people of what needs them. */
export interface WatchFacts {
  readonly resources: readonly StackResource[];
  readonly topic: AlarmTopic;
}
