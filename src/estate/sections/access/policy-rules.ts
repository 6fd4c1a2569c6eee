import type { AcknowledgedOn } from '../../source/finding';
import {
  assumesEveryRole,
  changesBoundaries,
  changesIdentities,
  passesAnyRole,
  passesRolesToCode,
  reachesEverything,
  type RuledSet,
  rulesOrganization,
  statementsOf,
} from './policy-predicates';
import { allowsEverything, policyName } from './policy-power';

const ONE_HOUR = 3600;

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
  /** Tells whether a permission set breaks it; absent where assignments do. */
  readonly isBroken?: (set: RuledSet) => boolean;
}

/** Places of acknowledgements, in words. */
export const ACKNOWLEDGED_ON: Readonly<Record<AcknowledgedOn, string>> = { set: 'permission set', grant: 'grant' };

/** Name of the `IdentityCenterChecks` pack: the part of a rule's id before the dash. */
export const POLICY_RULE_PACK = 'IdentityCenter';

type Given = Partial<PolicyRule> & Pick<PolicyRule, 'info' | 'explanation'>;

const rule = (number: `IC${number}`, severity: PolicyRule['severity'], given: Given): PolicyRule => ({
  ...{ id: `${POLICY_RULE_PACK}-${number}`, severity, acknowledgedOn: 'set' },
  ...given,
});

/** The rules of this project, by what they look for. Ids are stable; a retired id is never used again. */
export const POLICY_RULES = {
  adminSession: rule('IC1', 'error', {
    info: 'The permission set gives AdministratorAccess for longer than one hour.',
    explanation:
      'A stolen session of an administrator is valid until it ends. Set sessionDuration to PT1H, or acknowledge with the reason for longer sessions.',
    isBroken: ({ managedPolicies, sessionSeconds }) =>
      managedPolicies.some((policy) => policyName(policy) === 'AdministratorAccess') && sessionSeconds > ONE_HOUR,
  }),
  everything: rule('IC2', 'error', {
    info: 'A policy of the set allows every action on every resource, or all but those that it names.',
    explanation:
      'It is AdministratorAccess under another name. Name the actions, or use the managed policy where that is meant.',
    isBroken: (set) => statementsOf(set).some(allowsEverything),
  }),
  passRole: rule('IC3', 'error', {
    info: 'A policy of the set allows iam:PassRole on every resource.',
    explanation:
      'Whoever may pass any role to a service has the permissions of every role. Name the role ARNs, or a path of them, in Resource.',
    isBroken: passesAnyRole,
  }),
  noDescription: rule('IC4', 'warning', {
    info: 'The permission set has no description.',
    explanation:
      'People choose a set in the access portal by its name and description, and reviewers approve it by them.',
    isBroken: ({ description = '' }) => description.trim() === '',
  }),
  managementAccount: rule('IC5', 'error', {
    acknowledgedOn: 'grant',
    info: 'The assignment gives access to the management account.',
    explanation:
      'Service control policies do not bind the management account, and it can change every other one. Acknowledge on the grant with the reason why this group needs it.',
  }),
  grantedNowhere: rule('IC6', 'warning', {
    info: 'The permission set is granted nowhere.',
    explanation: 'It counts towards the quota and invites use. Grant it, remove it, or acknowledge what it waits for.',
    isBroken: ({ isGranted }) => !isGranted,
  }),
  noBoundary: rule('IC7', 'error', {
    info: 'The permission set can create or change IAM roles or users, and no permissions boundary holds that back.',
    explanation:
      'Whoever creates or changes a role can give it more than they have themselves. Add a boundary that denies it, or allows it only where iam:PermissionsBoundary is that boundary.',
    isBroken: changesIdentities,
  }),
  noPolicy: rule('IC8', 'warning', {
    info: 'The permission set has no policy.',
    explanation: 'A session with it can do nothing. Give it a managed, customer-managed or inline policy.',
    isBroken: ({ managedPolicies, hasCustomerManagedPolicies, inlineStatements }) =>
      managedPolicies.length === 0 && !hasCustomerManagedPolicies && inlineStatements === undefined,
  }),
  organization: rule('IC9', 'error', {
    info: 'The permission set can change assignments, permission sets, groups or policies of the organization.',
    explanation:
      'Whoever changes them gives any access to anybody, themselves included. Name the actions that are meant, such as those that only read, or acknowledge that this set administers them.',
    isBroken: (set) => rulesOrganization(set.managedPolicies, statementsOf(set)),
  }),
  boundaries: rule('IC10', 'error', {
    info: 'A policy of the set allows changing permissions boundaries or policies, or making identity providers, of whatever name.',
    explanation:
      'A boundary that can be taken off or rewritten bounds nothing, and a provider with other metadata vouches for anybody. Name roles, policies and providers in Resource, or leave the actions out.',
    isBroken: changesBoundaries,
  }),
  passRoleToCode: rule('IC11', 'warning', {
    info: 'A policy of the set allows iam:PassRole for a pattern of roles to any service, and running code.',
    explanation:
      'Code that is started with such a role has its permissions, whatever service the role is for. Name the service in a condition on iam:PassedToService.',
    isBroken: passesRolesToCode,
  }),
  assumeRole: rule('IC12', 'error', {
    info: 'A policy of the set allows sts:AssumeRole on every role, or sts:AssumeRoot.',
    explanation:
      'A role that trusts its whole account, or another one, is then open to this set. Name the role ARNs, or a path of them, in Resource.',
    isBroken: assumesEveryRole,
  }),
  reach: rule('IC13', 'warning', {
    info: 'The permission set reaches everything of one kind that runs with a role, such as machines or functions, or every secret of an account.',
    explanation:
      'Whoever is on a machine, or changes what a function, build or stack runs, has the permissions of its role, and a secret opens what it is for; PowerUserAccess allows both. Name them in Resource, or ask for their tags in a condition on aws:ResourceTag.',
    isBroken: reachesEverything,
  }),
} satisfies Readonly<Record<string, PolicyRule>>;

export const POLICY_RULE_IDS: readonly string[] = Object.values(POLICY_RULES).map((rule) => rule.id);

/** A rule on permission sets. */
type SetRule = PolicyRule & Required<Pick<PolicyRule, 'isBroken'>>;

/** The rules on permission sets, in the order in which they are reported. */
export const SET_RULES: readonly SetRule[] = Object.values(POLICY_RULES).filter(
  (rule): rule is SetRule => rule.isBroken !== undefined,
);
