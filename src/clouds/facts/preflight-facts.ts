import type { AccountId } from '../../estate/source/ids';
import type { QuotaNeed, RegionNeed } from '../../estate/plan/prerequisites';
import type { CustomerManagedPolicy } from '../../estate/sections/estate';
import type { Reading } from '../reading';
import type { MergedLast } from '../git/remote';
import type { DeployedInstance, DeployedStackSet } from './access-facts';
import type { StackResource } from './hosting-facts';

/** An account as Organizations has it now. */
export interface LiveAccount {
  readonly id: AccountId;
  /** `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE` and others. */
  readonly state: string;
}

/** Trust of Organizations in stack sets, and the account that may use them besides the management account. */
export interface StackSetTrust {
  readonly isTrusted: boolean;
  readonly delegates: readonly string[];
}

/** The customer-managed policies of an account. */
export interface AccountPolicies {
  readonly account: AccountId;
  readonly policies: Reading<readonly CustomerManagedPolicy[]>;
}

/** Weights of what IAM Access Analyzer finds, the worst first. */
export const FINDING_TYPES = ['ERROR', 'SECURITY_WARNING', 'WARNING', 'SUGGESTION'] as const;

/** A finding of IAM Access Analyzer. */
export interface PolicyFinding {
  readonly type: (typeof FINDING_TYPES)[number];
  /** `INVALID_ACTION` */
  readonly code: string;
  readonly details: string;
}

/** Findings in a policy document. */
export interface ValidatedDocument {
  /** `the inline policy of Developer` */
  readonly subject: string;
  readonly findings: Reading<readonly PolicyFinding[]>;
}

/** A quota, and how much of it is taken. */
export interface QuotaReading extends QuotaNeed {
  readonly value: Reading<number>;
  /** Taken by others; absent where nothing is counted. */
  readonly used?: Reading<number>;
}

/** A Region that an account has to enable, and its state there: `ENABLED`, `DISABLED` and others. */
export interface RegionReading extends RegionNeed {
  readonly status: Reading<string>;
}

/** State at AWS before a first deployment. A part that the estate does not need is absent. */
export interface PreflightFacts {
  /** Absent where the checkout has no remote to be compared with, and in a pipeline, which compares with what was approved. */
  readonly mergedLast?: Reading<MergedLast>;
  /** Accounts of the organization. */
  readonly accounts: Reading<readonly LiveAccount[]>;
  readonly access?: PreflightAccess;
  readonly accountPolicies: readonly AccountPolicies[];
  /** ARNs of AWS managed policies, of those that were asked for, that do not exist. */
  readonly missingManagedPolicies: Reading<readonly string[]>;
  readonly documents: readonly ValidatedDocument[];
  readonly quotas: readonly QuotaReading[];
  readonly regions: readonly RegionReading[];
  /** True if the stack of the hosting is there; absent where nothing is hosted. */
  readonly isHosted?: Reading<boolean>;
}

/** A resource of a stack of the estate. */
export interface OwnResource extends Pick<StackResource, 'type' | 'physicalId'> {
  /** Name of the stack. */
  readonly stack: string;
}

/** State of what access is deployed to. */
export interface PreflightAccess {
  readonly instance: Reading<DeployedInstance>;
  /** State of the key of the instance: `Enabled`; absent where AWS owns it. */
  readonly key?: Reading<string>;
  /** Accounts that administer IAM Identity Center for the organization. */
  readonly delegates: Reading<readonly string[]>;
  /** Absent where the estate rolls out no policies. */
  readonly stackSetTrust?: Reading<StackSetTrust>;
  readonly stackSets?: Reading<readonly DeployedStackSet[]>;
  /** Sources by keys of the attributes for access control; `undefined` where they are off. */
  readonly attributes: Reading<Readonly<Record<string, readonly string[]>> | undefined>;
  readonly sets: Reading<readonly { readonly name: string; readonly arn: string }[]>;
  /** Resources that the access stacks and those of policies made so far. */
  readonly ownResources: Reading<readonly OwnResource[]>;
}
