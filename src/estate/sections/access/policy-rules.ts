import type { Literal } from '../../../permissions/formula';
import { can, type Side, sideOf } from '../../../permissions/side';
import { targetsOf, WAYS, waysUp } from '../../../permissions/ways-up';
import { PARTITIONS } from '../../source/aws-regions';
import { compileGlob } from '../../source/glob';
import {
  allowsEverything,
  IDENTITY_ACTIONS,
  isPowerfulPolicy,
  madeUpOf,
  policyName,
  type ResourceKind,
  RUNNING,
} from './policy-power';
import { allowsAction, parsedStatements, type Statement } from './policy-document';
import type { AcknowledgedOn } from '../../source/finding';

const ONE_HOUR = 3600;

/** A permission set as the rules see it: one of the estate, or one of a template. */
export interface RuledSet {
  readonly description: string | undefined;
  readonly sessionSeconds: number;
  /** Names or ARNs. */
  readonly managedPolicies: readonly string[];
  readonly hasCustomerManagedPolicies: boolean;
  /** Undefined where there is no inline policy. */
  readonly inlineStatements: readonly Statement[] | undefined;
  /** Statements of the customer-managed policies that are known. @default none */
  readonly attachedStatements?: readonly Statement[];
  /** Statements of the permissions boundary. @default none, or none that is known */
  readonly boundaryStatements?: readonly Statement[] | undefined;
  /** Actions that make or change identities and that no permissions boundary holds back. */
  readonly unbounded: readonly string[];
  /** True if some group has it in some account, also one that is not synchronized yet. */
  readonly isGranted: boolean;
}

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

/** The rules of this project, by what they look for. Ids are stable; a retired id is never used again. */
export const POLICY_RULES = {
  adminSession: {
    id: `${POLICY_RULE_PACK}-IC1`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'The permission set gives AdministratorAccess for longer than one hour.',
    explanation:
      'A stolen session of an administrator is valid until it ends. Set sessionDuration to PT1H, or acknowledge with the reason for longer sessions.',
    isBroken: ({ managedPolicies, sessionSeconds }) =>
      managedPolicies.some((policy) => policyName(policy) === 'AdministratorAccess') && sessionSeconds > ONE_HOUR,
  },
  everything: {
    id: `${POLICY_RULE_PACK}-IC2`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'A policy of the set allows every action on every resource, or all but those that it names.',
    explanation:
      'It is AdministratorAccess under another name. Name the actions, or use the managed policy where that is meant.',
    isBroken: (set) => statementsOf(set).some(allowsEverything),
  },
  passRole: {
    id: `${POLICY_RULE_PACK}-IC3`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'A policy of the set allows iam:PassRole on every resource.',
    explanation:
      'Whoever may pass any role to a service has the permissions of every role. Name the role ARNs, or a path of them, in Resource.',
    isBroken: (set) => passesEveryRole(set, statementsOf(set)),
  },
  noDescription: {
    id: `${POLICY_RULE_PACK}-IC4`,
    severity: 'warning',
    acknowledgedOn: 'set',
    info: 'The permission set has no description.',
    explanation:
      'People choose a set in the access portal by its name and description, and reviewers approve it by them.',
    isBroken: ({ description = '' }) => description.trim() === '',
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
    isBroken: ({ isGranted }) => !isGranted,
  },
  noBoundary: {
    id: `${POLICY_RULE_PACK}-IC7`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'The permission set can create or change IAM roles or users, and no permissions boundary holds that back.',
    explanation:
      'Whoever creates or changes a role can give it more than they have themselves. Add a boundary that denies it, or allows it only where iam:PermissionsBoundary is that boundary.',
    isBroken: changesIdentities,
  },
  noPolicy: {
    id: `${POLICY_RULE_PACK}-IC8`,
    severity: 'warning',
    acknowledgedOn: 'set',
    info: 'The permission set has no policy.',
    explanation: 'A session with it can do nothing. Give it a managed, customer-managed or inline policy.',
    isBroken: ({ managedPolicies, hasCustomerManagedPolicies, inlineStatements }) =>
      managedPolicies.length === 0 && !hasCustomerManagedPolicies && inlineStatements === undefined,
  },
  organization: {
    id: `${POLICY_RULE_PACK}-IC9`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'The permission set can change assignments, permission sets, groups or policies of the organization.',
    explanation:
      'Whoever changes them gives any access to anybody, themselves included. Name the actions that are meant, such as those that only read, or acknowledge that this set administers them.',
    isBroken: (set) => rulesOrganization(set.managedPolicies, statementsOf(set)),
  },
  boundaries: {
    id: `${POLICY_RULE_PACK}-IC10`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'The inline policy allows changing permissions boundaries, policies or SAML providers of whatever name.',
    explanation:
      'A boundary that can be taken off or rewritten bounds nothing, and a provider with other metadata vouches for anybody. Name roles, policies and providers in Resource, or leave the actions out.',
    isBroken: changesBoundaries,
  },
  passRoleToCode: {
    id: `${POLICY_RULE_PACK}-IC11`,
    severity: 'warning',
    acknowledgedOn: 'set',
    info: 'The inline policy allows iam:PassRole for a pattern of roles to any service, and running code.',
    explanation:
      'Code that is started with such a role has its permissions, whatever service the role is for. Name the service in a condition on iam:PassedToService.',
    isBroken: passesRolesToCode,
  },
  assumeRole: {
    id: `${POLICY_RULE_PACK}-IC12`,
    severity: 'error',
    acknowledgedOn: 'set',
    info: 'The inline policy allows sts:AssumeRole on every role.',
    explanation:
      'A role that trusts its whole account, or another one, is then open to this set. Name the role ARNs, or a path of them, in Resource.',
    isBroken: assumesEveryRole,
  },
  reach: {
    id: `${POLICY_RULE_PACK}-IC13`,
    severity: 'warning',
    acknowledgedOn: 'set',
    info: 'The permission set reaches everything of one kind that runs with a role, such as machines or functions, or every secret of an account.',
    explanation:
      'Whoever is on a machine, or changes what a function, build or stack runs, has the permissions of its role, and a secret opens what it is for; PowerUserAccess allows both. Name them in Resource, or ask for their tags in a condition on aws:ResourceTag.',
    isBroken: reachesEverything,
  },
} as const satisfies Readonly<Record<string, PolicyRule>>;

export const POLICY_RULE_IDS: readonly string[] = Object.values(POLICY_RULES).map((rule) => rule.id);

/** A rule on permission sets. */
type SetRule = PolicyRule & Required<Pick<PolicyRule, 'isBroken'>>;

/** The rules on permission sets, in the order in which they are reported. */
export const SET_RULES: readonly SetRule[] = Object.values<PolicyRule>(POLICY_RULES).filter(
  (rule): rule is SetRule => rule.isBroken !== undefined,
);

function statementsOf({ inlineStatements = [], attachedStatements = [] }: RuledSet): readonly Statement[] {
  return [...inlineStatements, ...attachedStatements];
}

/** Taking off a boundary counts with what it bounds: by itself it has a rule of its own. */
function changesIdentities(set: RuledSet): boolean {
  if (set.managedPolicies.some(isPowerfulPolicy)) return set.unbounded.length > 0;
  const allows = (action: string): boolean => statementsOf(set).some((statement) => allowsAction(statement, action));
  return set.unbounded.some(allows) && IDENTITY_ACTIONS.some(allows);
}

const of = (service: string, ...actions: readonly string[]): readonly string[] =>
  actions.map((action) => `${service}:${action}`);

/** Actions by which somebody gives access in other accounts, or takes off what bounds them. */
const ORGANIZATION_ACTIONS = [
  ...of(
    'sso',
    'AttachCustomerManagedPolicyReferenceToPermissionSet',
    'AttachManagedPolicyToPermissionSet',
    'CreateAccountAssignment',
    'DeletePermissionsBoundaryFromPermissionSet',
    'PutInlinePolicyToPermissionSet',
    'PutPermissionsBoundaryToPermissionSet',
  ),
  ...of('identitystore', 'CreateGroupMembership'),
  ...of(
    'organizations',
    'DeletePolicy',
    'DetachPolicy',
    'DisablePolicyType',
    'LeaveOrganization',
    'MoveAccount',
    'RegisterDelegatedAdministrator',
    'UpdatePolicy',
  ),
];

/**
 * AWS managed policies that allow them, bounded by neither a condition nor a kind of policy. A test compares them with the documents
 * of all. `PowerUserAccess` and `AdministratorAccess` have rules of their own.
 */
const ORGANIZATION_POLICIES: ReadonlySet<string> = new Set([
  'AWSControlTowerServiceRolePolicy',
  'AWSManagedAccountUserEntitlementAccess',
  'AWSManagedControlPolicyManagementAccess',
  'AWSManagedSettingsAdminAccess',
  'AWSOrganizationsFullAccess',
  'AWSSSODirectoryAdministrator',
  'AWSSSOMasterAccountAdministrator',
  'AWSSSOMemberAccountAdministrator',
  // To register a delegated administrator, of whatever service.
  'AmazonGuardDutyFullAccess',
  'AmazonInspector2FullAccess',
]);

/** Actions by the resource that they are made on. */
type ActionsOn = readonly (readonly [ResourceKind, readonly string[]])[];

/** Actions by which a boundary, or whoever a provider vouches for, becomes another one, by what they are made on. */
const BOUNDARY_ACTIONS: ActionsOn = [
  ['role', of('iam', 'DeleteRolePermissionsBoundary', 'PutRolePermissionsBoundary')],
  ['policy', of('iam', 'CreatePolicyVersion', 'SetDefaultPolicyVersion')],
  ['samlProvider', of('iam', 'UpdateSAMLProvider')],
];

/** What else each way up takes by which code runs with a role that is passed. */
const PASSING_WAYS = WAYS.filter(({ passedTo }) => passedTo !== undefined).map(({ required }) =>
  required.filter((action) => action !== 'iam:PassRole'),
);

/** Actions that do so by themselves, or with a definition that is there. */
const CODE_ACTIONS = [
  ...of('cloudformation', 'CreateStack', 'UpdateStack'),
  ...of('codebuild', 'CreateProject', 'UpdateProject'),
  ...of('datapipeline', 'PutPipelineDefinition'),
  ...of('ec2', 'RunInstances'),
  ...of('ecs', 'CreateService', 'RunTask'),
  ...of('glue', 'CreateJob', 'UpdateJob'),
  ...of('lambda', 'CreateFunction', 'UpdateFunctionConfiguration'),
  ...of('sagemaker', 'CreateNotebookInstance', 'CreateProcessingJob', 'CreateTrainingJob'),
];

/** Tells whether a set changes who has access elsewhere: IAM Identity Center, its groups, the organization's policies. */
export function rulesOrganization(policies: readonly string[], statements: readonly Statement[]): boolean {
  if (policies.some((policy) => ORGANIZATION_POLICIES.has(policyName(policy)))) return true;
  return narrow(statements).some((statement) => allowsAny(statement, ORGANIZATION_ACTIONS));
}

/** Access of a set by some of its statements, within its boundary. */
function sideWithin({ boundaryStatements }: RuledSet, statements: readonly Statement[]): Side {
  return sideOf({
    identity: parsedStatements(statements),
    boundary: boundaryStatements && parsedStatements(boundaryStatements),
  });
}

/** Access by what does not allow everything, of which a rule of its own tells. */
function narrowSide(set: RuledSet): Side {
  return sideWithin(set, narrow(statementsOf(set)));
}

/** Tells whether a set takes off or rewrites boundaries, or replaces the metadata of providers, of whatever name. */
function changesBoundaries(set: RuledSet): boolean {
  const side = narrowSide(set);
  return BOUNDARY_ACTIONS.some(([kind, actions]) => {
    const resources = madeUpOf(kind, statementsOf(set));
    return actions.some((action) => can(side, { action, resources }).verdict !== 'no');
  });
}

/** Tells whether a session may pass every role to whatever service. */
function passesEveryRole(set: RuledSet, statements: readonly Statement[]): boolean {
  const focus = { action: 'iam:PassRole', resources: madeUpOf('role', statements) };
  return can(sideWithin(set, statements), focus, limitsPassing).verdict !== 'no';
}

/** Tells whether roles of many names may be passed to whatever service, and one that runs code may be used. */
function passesRolesToCode(set: RuledSet): boolean {
  const statements = narrow(statementsOf(set));
  if (passesEveryRole(set, statements)) return false;
  const side = sideWithin(set, statements);
  const { allowed } = can(side, { action: 'iam:PassRole', ...targetsOf('iam:PassRole') }, limitsPassing);
  return (
    allowed.some(({ resources }) => resources.some(({ within }) => within.every(isPatternOfRoles))) &&
    [...PASSING_WAYS, ...CODE_ACTIONS.map((action) => [action])].some((actions) =>
      actions.every((action) => can(side, { action, resources: ofService(action) }).verdict !== 'no'),
    )
  );
}

function isPatternOfRoles({ key }: { readonly key: string }): boolean {
  return /:role\/.*[*?]|^\*$/.test(key);
}

/** Resources of the service of an action: a pattern of roles allows no action on machines. */
function ofService(action: string): readonly string[] {
  return PARTITIONS.map((partition) => `arn:${partition}:${action.split(':', 1).join('')}:*`);
}

/** Tells whether a session may take on every role that trusts its account. */
function assumesEveryRole(set: RuledSet): boolean {
  const focus = { action: 'sts:AssumeRole', resources: madeUpOf('role', statementsOf(set)) };
  return can(narrowSide(set), focus, limitsResources).verdict !== 'no';
}

/** Tells whether a set reaches all of one kind that runs with a role, or every secret, of an account. */
function reachesEverything(set: RuledSet): boolean {
  if (set.managedPolicies.some((policy) => policyName(policy) === 'PowerUserAccess')) return true;
  const side = narrowSide(set);
  const every = (kind: ResourceKind): readonly string[] => madeUpOf(kind, statementsOf(set));
  const secrets = { action: 'secretsmanager:GetSecretValue', resources: every('secret') };
  if (can(side, secrets, limitsResources).verdict !== 'no') return true;
  const ways = waysUp(side, {
    resourcesOf: (action) => (RUNNING[action] === undefined ? {} : { resources: every(RUNNING[action]) }),
    decide: limitsResources,
  });
  return ways.some(({ way }) => way.passedTo === undefined && way.required.some((action) => action in RUNNING));
}

/** Statements but those that allow everything, of which a rule of its own tells. */
function narrow(statements: readonly Statement[]): readonly Statement[] {
  return statements.filter((statement) => !allowsEverything(statement));
}

function allowsAny(statement: Statement, actions: readonly string[]): boolean {
  return actions.some((action) => allowsAction(statement, action) && isAbout(statement, action.split(':', 1)[0] ?? ''));
}

/** Tells whether a statement can be about resources of a service: `arn:aws:s3:::a` is about none but those of S3. */
function isAbout({ resources, notResources }: Statement, service: string): boolean {
  if (notResources.length > 0) return true;
  return resources.some((pattern) => {
    const part = pattern.split(':')[2];
    return part === undefined ? pattern.includes('*') : compileGlob(part)(service);
  });
}

/** Conditions on the service, or on the role itself, hold for none that is asked about. */
function limitsPassing(one: Literal): false | undefined {
  const limits = ['iam:passedtoservice', 'iam:associatedresourcearn'];
  return limits.includes(one.condition?.key ?? '') ? false : limitsResources(one);
}

/** So do conditions on tags of what is acted on, or on its account. */
function limitsResources({ condition }: Literal): false | undefined {
  if (condition === undefined) return undefined;
  return condition.key.includes(':resourcetag/') || condition.key === 'aws:resourceaccount' ? false : undefined;
}
