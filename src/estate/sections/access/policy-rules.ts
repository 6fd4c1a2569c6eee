import type { AcknowledgedOn } from '../../source/finding';

/** A rule on what is unwise rather than wrong. */
export interface PolicyRule {
  /** Id in reports and acknowledgements. */
  readonly id: string;
  readonly severity: 'error' | 'warning';
  /** Item on which an acknowledgement of the rule has an effect: the permission set or the grant. */
  readonly acknowledgedOn: AcknowledgedOn;
  /** Fault that the rule reports, in one sentence. */
  readonly info: string;
  /** Reason why it matters, and what to do. */
  readonly explanation: string;
}

/** Places of acknowledgements, in words. */
export const ACKNOWLEDGED_ON: Readonly<Record<AcknowledgedOn, string>> = { set: 'permission set', grant: 'grant' };

/** Name of the `IdentityCenterChecks` pack: the part of a rule's id before the dash. */
export const POLICY_RULE_PACK = 'IdentityCenter';

/** The rules of this project, by what they look for. Ids are stable; a retired id is never used again. */
export const POLICY_RULES = {
  adminSession: {
    id: `${POLICY_RULE_PACK}-IC1`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'The permission set gives AdministratorAccess for longer than one hour.',
    explanation:
      'A stolen session of an administrator is valid until it ends. Set sessionDuration to PT1H, or acknowledge with the reason for longer sessions.',
  },
  everything: {
    id: `${POLICY_RULE_PACK}-IC2`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'A policy of the set allows every action on every resource, or all but those that it names.',
    explanation:
      'It is AdministratorAccess under another name. Name the actions, or use the managed policy where that is meant.',
  },
  passRole: {
    id: `${POLICY_RULE_PACK}-IC3`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'A policy of the set allows iam:PassRole on every resource.',
    explanation:
      'Whoever may pass any role to a service has the permissions of every role. Name the role ARNs, or a path of them, in Resource.',
  },
  noDescription: {
    id: `${POLICY_RULE_PACK}-IC4`,
    severity: 'warning',
    acknowledgedOn: 'set',
    info: 'The permission set has no description.',
    explanation:
      'People choose a set in the access portal by its name and description, and reviewers approve it by them.',
  },
  managementAccount: {
    id: `${POLICY_RULE_PACK}-IC5`,
    severity: 'error',
    acknowledgedOn: 'grant',
    info: 'The assignment gives access to the management account.',
    explanation:
      'Service control policies do not bind the management account, and it can change every other one. Acknowledge on the grant with the reason why this group needs it.',
  },
  grantedNowhere: {
    id: `${POLICY_RULE_PACK}-IC6`,
    severity: 'warning',
    acknowledgedOn: 'set',
    info: 'The permission set is granted nowhere.',
    explanation: 'It counts towards the quota and invites use. Grant it, remove it, or acknowledge what it waits for.',
  },
  noBoundary: {
    id: `${POLICY_RULE_PACK}-IC7`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'The permission set can create or change IAM roles or users and has no permissions boundary.',
    explanation:
      'Whoever creates or changes a role can give it more than they have themselves. A permissions boundary limits the set; its own policy can demand the same boundary of what the set creates.',
  },
  noPolicy: {
    id: `${POLICY_RULE_PACK}-IC8`,
    severity: 'warning',
    acknowledgedOn: 'set',
    info: 'The permission set has no policy.',
    explanation: 'A session with it can do nothing. Give it a managed, customer-managed or inline policy.',
  },
} as const satisfies Readonly<Record<string, PolicyRule>>;

export const POLICY_RULE_IDS: readonly string[] = Object.values(POLICY_RULES).map((rule) => rule.id);
