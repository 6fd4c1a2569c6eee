import type { AccountId } from '../../estate/source/ids';
import type { Reading } from '../reading';
import type { AlarmTopic } from './hosting-facts';
import type { SamlFacts } from './workforce-facts';

/** A role of IAM. */
export interface DeployedRole {
  readonly name: string;
  /** Trust policy: a document that says who may assume it. */
  readonly trust: unknown;
  /** ARNs of its policies. */
  readonly policies: readonly string[];
  /** Policy documents of its own, by their names. */
  readonly inlinePolicies: Readonly<Record<string, unknown>>;
  /** ARN of its upper limit. */
  readonly boundary: string | undefined;
}

/** Roles of one account; those that are not there are absent. */
export interface AccountRoles {
  readonly account: AccountId;
  readonly roles: Reading<readonly DeployedRole[]>;
}

/** A rule of EventBridge. */
export interface DeployedRule {
  readonly state: string;
  /** The event pattern. */
  readonly pattern: unknown;
  readonly targets: readonly RuleTarget[];
}

/** Place that events of a rule go to. */
export interface RuleTarget {
  readonly arn: string;
  /** Message sent in place of the event, with fields as their paths in it; `undefined` where the event goes as it is. */
  readonly message: unknown;
  /** Role by which the rule sends; `undefined` where it has none. */
  readonly sender: Sender | undefined;
}

/** Role of a target. */
export interface Sender {
  readonly arn: string;
  /** `undefined` where there is no such role. */
  readonly role: DeployedRole | undefined;
}

/** Rules of one account and Region. */
export interface PlaceRules {
  readonly account: AccountId;
  readonly region: string;
  readonly rules: Reading<readonly DeployedRule[]>;
}

/** Settings of a topic that may keep its messages from people. */
export interface TopicHearing {
  readonly topic: string;
  /** Document that says who may publish. */
  readonly policy: unknown;
  /** Those that are confirmed. */
  readonly subscriptions: readonly {
    readonly endpoint: string;
    readonly protocol: string;
    readonly subscription: string;
    /** True if a filter lets some messages pass only. */
    readonly isFiltered: boolean;
  }[];
}

/** A trail of CloudTrail. */
export interface Trail {
  readonly arn: string;
  readonly isLogging: boolean;
  /** True if it records management events that read, as each use of a role does. */
  readonly recordsUses: boolean;
}

/** State in both clouds of the emergency access. */
export interface EmergencyFacts {
  /** Absent where the identity provider is another one than Entra ID. */
  readonly entra?: SamlFacts;
  /** SAML metadata that IAM trusts; `undefined` where there is no such identity provider. */
  readonly provider: Reading<string | undefined>;
  /** The role that people sign in to; none where it is not there. */
  readonly signInRole: AccountRoles;
  readonly targets: readonly AccountRoles[];
  /** On the default event buses. */
  readonly rules: readonly PlaceRules[];
  /** On the event bus that other accounts and Regions send to. */
  readonly forwarded: Reading<readonly DeployedRule[]>;
  /** Document that says who may send to that event bus; `undefined` where there is none. */
  readonly busPolicy: Reading<unknown>;
  /** Subscribers of the topics that the rules send to. */
  readonly topic: Reading<AlarmTopic>;
  /** Policies and subscriptions of the same topics. */
  readonly hearing: Reading<readonly TopicHearing[]>;
  /** Trails of all Regions in the account that people sign in to. */
  readonly trails: Reading<readonly Trail[]>;
  /** Names of the roles there that trust the identity provider. */
  readonly trusting: Reading<readonly string[]>;
}
