import type { Hosting, ServiceName } from '../../estate/sections/hosting/hosting';
import type { ReportPlace } from '../report-place';

/** The customer application on AWS, as the estate and its templates have it. */
export interface HostingReport {
  readonly environment: Hosting['environment'];
  readonly platform: Hosting['platform'];
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly place: ReportPlace;
  readonly address: ReportAddress;
  readonly services: readonly ReportService[];
  /** Empty where nothing was synthesised. */
  readonly tables: readonly ReportTable[];
  /** Settings that hold for all of it: encryption, firewall, alarms, logs, protection. */
  readonly settings: readonly ReportSetting[];
  /** Facts that somebody who decides about it has to know. */
  readonly notices: readonly { readonly text: string; readonly source: string }[];
  readonly stacks: readonly ReportHostingStack[];
}

/** Way in which the circle of client id and redirect URI is closed. */
export interface ReportAddress {
  /**
   * `domain`: the estate has a domain, and nothing depends on a deployment. `named`: a reviewed line of the estate.
   * `pending`: the first deployment gives one.
   */
  readonly kind: 'domain' | 'named' | 'pending';
  readonly url?: string;
  /** Consequences, in sentences. */
  readonly text: string;
}

export interface ReportService {
  readonly app: ServiceName;
  /** Name on AWS. */
  readonly name: string;
  /** 1024 are a vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Requests that an instance answers at once. App Runner only. */
  readonly concurrency?: number;
  readonly isPublic: boolean;
}

export interface ReportTable {
  readonly name: string;
  readonly hasPointInTimeRecovery: boolean;
  readonly hasDeletionProtection: boolean;
  /** True if it stays when its stack goes. */
  readonly isKept: boolean;
  /** Attribute by whose time items go. */
  readonly expiresBy?: string;
}

export interface ReportSetting {
  readonly name: string;
  readonly value: string;
}

export interface ReportHostingStack {
  readonly name: string;
  /** Absent where nothing was synthesised. */
  readonly resources?: number | undefined;
}

/** A resource of the hosting that a deployment changes. */
export interface HostingChange {
  readonly stack: string;
  readonly action: 'create' | 'update' | 'replace' | 'delete';
  /** `AWS::AppRunner::Service` */
  readonly type: string;
  readonly logicalId: string;
  /** Properties that differ, of a resource that is updated or replaced. */
  readonly properties: readonly string[];
}

/** Kinds of a replacement in the hosting, which must not be overlooked. */
export type HostingDanger =
  'service-replaced' | 'service-removed' | 'data-replaced' | 'data-removed' | 'topic-replaced' | 'hosting-abandoned';
