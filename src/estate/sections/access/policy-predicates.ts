import type { Literal } from '../../../permissions/formula';
import { kept } from '../../../permissions/glob';
import { can, type Decide, type Focus, isRead, type Side, sideOf } from '../../../permissions/side';
import { targetsOf, WAYS, waysUp } from '../../../permissions/ways-up';
import { PARTITIONS } from '../../source/aws-regions';
import { compileGlob } from '../../source/names';
import list from './aws-managed-policies.json';
import { isObject } from '../../source/located';
import { allowsAction, parsedStatements, type Statement, statementsOf as statementsIn } from './policy-document';
import {
  allowsEverything,
  IDENTITY_ACTIONS,
  isPowerfulPolicy,
  madeUpOf,
  policyName,
  type ResourceKind,
  RUNNING,
} from './policy-power';

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
  /** Statements of AWS managed policies by which IC3, IC7 and IC10 to IC13 judge. @default none */
  readonly managedStatements?: readonly Statement[];
  /** Statements of the permissions boundary. @default none, or none that is known */
  readonly boundaryStatements?: readonly Statement[] | undefined;
  /** Actions that make or change identities and that no permissions boundary holds back. */
  readonly unbounded: readonly string[];
  /** True if some group has it in some account, also one that is not synchronized yet. */
  readonly isGranted: boolean;
}

/** Statements of the inline and the customer-managed policies. */
export function statementsOf({ inlineStatements = [], attachedStatements = [] }: RuledSet): readonly Statement[] {
  return [...inlineStatements, ...attachedStatements];
}

/** AWS managed policies that allow everything have rules of their own. */
const allStatements = new WeakMap<RuledSet, readonly Statement[]>();

/** The same list for each rule, so that it is parsed once. */
function allStatementsOf(set: RuledSet): readonly Statement[] {
  return kept(allStatements, set, () => [...statementsOf(set), ...(set.managedStatements ?? [])]);
}

/**
 * Tells whether a side allows something, or it would take too long to know. A statement that is not looked into breaks no rule:
 * `long-pattern` says it once.
 */
function mayDo(side: Side, focus: Focus, decide?: Decide): boolean {
  const { verdict, beyond } = can(side, focus, decide);
  return beyond !== undefined || verdict === 'yes' || verdict === 'only if';
}

/** Taking off a boundary counts with what it bounds: by itself it has a rule of its own. */
export function changesIdentities(set: RuledSet): boolean {
  if (set.managedPolicies.some(isPowerfulPolicy)) return set.unbounded.length > 0;
  const allows = (action: string): boolean => statementsOf(set).some((statement) => allowsAction(statement, action));
  if (set.unbounded.some(allows) && IDENTITY_ACTIONS.some(allows)) return true;
  // An AWS managed policy may name the roles of its service, and the policies that they get.
  const side = sideOf({ identity: parsedStatements(set.managedStatements ?? []) });
  return IDENTITY_ACTIONS.some(
    (action) => set.unbounded.includes(action) && mayDo(side, { action, ...madeUpTargets(action) }, limitsPolicies),
  );
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

/** Actions that together bring a new permission set to accounts. */
const PROVISIONING = of('sso', 'CreatePermissionSet', 'ProvisionPermissionSet');

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
  ['samlProvider', of('iam', 'CreateSAMLProvider', 'UpdateSAMLProvider')],
  ['oidcProvider', of('iam', 'CreateOpenIDConnectProvider')],
];

/** Actions by which somebody takes on another identity. */
const ASSUMING: ActionsOn = [
  ['role', of('sts', 'AssumeRole')],
  ['root', of('sts', 'AssumeRoot')],
];

/** Actions on what runs with a role, or opens something, that no way up has. */
const REACHING: ActionsOn = [
  ['secret', of('secretsmanager', 'GetSecretValue')],
  ['stateMachine', of('states', 'UpdateStateMachine')],
  ['automation', of('ssm', 'StartAutomationExecution')],
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
  const allows = (actions: readonly string[]): boolean =>
    narrow(statements).some((statement) => allowsAny(statement, actions));
  return allows(ORGANIZATION_ACTIONS) || PROVISIONING.every((action) => allows([action]));
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
  return kept(narrowSides, set, () => sideWithin(set, narrow(allStatementsOf(set))));
}

const narrowSides = new WeakMap<RuledSet, Side>();

/** Tells whether a set may do some of these to what nobody has in mind. */
function mayDoSome(set: RuledSet, some: ActionsOn, decide?: Decide): boolean {
  return some.some(([kind, actions]) => {
    const resources = madeUpOf(kind, allStatementsOf(set));
    return actions.some((action) => mayDo(narrowSide(set), { action, resources }, decide));
  });
}

/** Tells whether boundaries, policies or identity providers of whatever name may be changed or made. */
export function changesBoundaries(set: RuledSet): boolean {
  return mayDoSome(set, BOUNDARY_ACTIONS);
}

/** Tells whether every role may be passed to whatever service. */
export function passesAnyRole(set: RuledSet): boolean {
  return passesEveryRole(set, allStatementsOf(set));
}

function passesEveryRole(set: RuledSet, statements: readonly Statement[]): boolean {
  const focus = { action: 'iam:PassRole', resources: madeUpOf('role', statements) };
  return mayDo(sideWithin(set, statements), focus, limitsPassing);
}

/** Tells whether roles of many names may be passed to whatever service, and one that runs code may be used. */
export function passesRolesToCode(set: RuledSet): boolean {
  const statements = narrow(allStatementsOf(set));
  if (passesEveryRole(set, statements)) return false;
  const side = sideWithin(set, statements);
  const { allowed } = can(side, { action: 'iam:PassRole', ...targetsOf('iam:PassRole') }, limitsPassing);
  return (
    allowed.some((box) => isRead(box) && box.resources.some(({ within }) => within.every(isPatternOfRoles))) &&
    [...PASSING_WAYS, ...CODE_ACTIONS.map((action) => [action])].some((actions) =>
      actions.every((action) => mayDo(side, { action, resources: ofService(action) })),
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
export function assumesEveryRole(set: RuledSet): boolean {
  return mayDoSome(set, ASSUMING, limitsResources);
}

/** Tells whether a set reaches all of one kind that runs with a role, or every secret, of an account. */
export function reachesEverything(set: RuledSet): boolean {
  if (set.managedPolicies.some((policy) => policyName(policy) === 'PowerUserAccess')) return true;
  if (mayDoSome(set, REACHING, limitsResources)) return true;
  const ways = waysUp(narrowSide(set), {
    resourcesOf: (action) => {
      const kind = RUNNING[action];
      return kind === undefined ? {} : { resources: madeUpOf(kind, allStatementsOf(set)) };
    },
    decide: limitsResources,
  });
  return ways.some(
    ({ way, verdict }) =>
      verdict !== 'unknown' && way.passedTo === undefined && way.required.some((action) => action in RUNNING),
  );
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

/** And on the policy that a role or user gets. */
function limitsPolicies(one: Literal): false | undefined {
  return one.condition?.key === 'iam:policyarn' ? false : limitsResources(one);
}

/** Roles and policies that no policy has in mind, and any users and groups. */
function madeUpTargets(action: string): Omit<Focus, 'action'> {
  if (/policyversion/i.test(action)) return { resources: madeUpOf('policy', []) };
  return /role/i.test(action) ? { resources: madeUpOf('role', []) } : targetsOf(action);
}

/** Actions that the rules on policies ask about. */
export const POWER_ACTIONS: ReadonlySet<string> = new Set([
  ...IDENTITY_ACTIONS,
  ...[...BOUNDARY_ACTIONS, ...ASSUMING, ...REACHING].flatMap(([, actions]) => actions),
  ...CODE_ACTIONS,
  ...WAYS.flatMap(({ required }) => required),
]);

const KINDS: ReadonlyMap<string, ResourceKind> = new Map([
  ...[...BOUNDARY_ACTIONS, ...ASSUMING, ...REACHING].flatMap(([kind, actions]) =>
    actions.map((action) => [action, kind] as const),
  ),
  ...Object.entries(RUNNING),
  ['iam:PassRole', 'role'] as const,
]);

/** Actions of the rules that statements of an AWS managed policy allow on every resource of their kind, if they break a rule. */
export function powersOf(statements: readonly Statement[]): readonly string[] {
  const breaks = (managed: readonly Statement[]): boolean =>
    MANAGED_RULES.some((isBroken) => isBroken({ ...NO_SET, managedStatements: managed }));
  if (!breaks(statements)) return [];
  const whole = sideOf({ identity: parsedStatements(statements) });
  const side = sideOf({ identity: parsedStatements(narrow(statements)) });
  return [...POWER_ACTIONS].toSorted().filter((action) => {
    const kind = KINDS.get(action);
    const { decide, isWhole } = judging(action);
    const target = kind === undefined ? madeUpTargets(action) : { resources: madeUpOf(kind, statements) };
    return mayDo(isWhole ? whole : side, { action, ...target }, decide);
  });
}

/** Way in which the rules judge an action: what conditions say, and whether statements that allow everything count. */
function judging(action: string): { readonly decide?: typeof limitsPolicies; readonly isWhole: boolean } {
  if (action === 'iam:PassRole') return { decide: limitsPassing, isWhole: true };
  if (IDENTITY_ACTIONS.includes(action)) return { decide: limitsPolicies, isWhole: true };
  return BOUNDARY_ACTIONS.some(([, actions]) => actions.includes(action))
    ? { isWhole: false }
    : { decide: limitsResources, isWhole: false };
}

const MANAGED_RULES = [
  passesAnyRole,
  changesIdentities,
  changesBoundaries,
  passesRolesToCode,
  assumesEveryRole,
  reachesEverything,
];

/** A set without anything, and without a boundary. */
const NO_SET: RuledSet = {
  description: undefined,
  sessionSeconds: 0,
  managedPolicies: [],
  hasCustomerManagedPolicies: false,
  inlineStatements: undefined,
  unbounded: IDENTITY_ACTIONS,
  isGranted: true,
};

/** AWS managed policies of which a rule tells by their name. */
const NAMED: ReadonlySet<string> = new Set(['AdministratorAccess', 'IAMFullAccess', 'PowerUserAccess']);

const POWERS: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(list.powers));

/**
 * Statements of an AWS managed policy as far as the rules ask about them: of its document, or where that is not known, what the list of
 * this release says that it allows on every resource.
 */
export function managedStatements(policy: string, document: unknown): readonly Statement[] {
  if (NAMED.has(policyName(policy))) return [];
  if (isObject(document)) return kept(powerful, document, () => powerfulStatements(statementsIn(document)));
  const actions = POWERS.get(policy.replace(/^arn:.*?:policy\//, '')) ?? [];
  const nothing = { notActions: [], notResources: [], conditions: [] };
  return actions.length === 0 ? [] : [{ effect: 'Allow', actions, resources: ['*'], ...nothing }];
}

/** Many sets have the same policy. */
const powerful = new WeakMap<object, readonly Statement[]>();

const BY_SERVICE = Map.groupBy(
  [...POWER_ACTIONS].map((action) => action.toLowerCase()),
  serviceOf,
);

/** Without patterns that cover no action of the rules: a policy that reads has thousands. */
export function powerfulStatements(statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement) => {
    if (statement.notActions.length > 0) return [statement];
    const actions = statement.actions.filter(coversPower);
    return actions.length === 0 ? [] : [{ ...statement, actions }];
  });
}

function coversPower(pattern: string): boolean {
  const matches = compileGlob(pattern.toLowerCase());
  const service = serviceOf(pattern.toLowerCase());
  const asked = /[*?]/.test(service) ? [...BY_SERVICE.values()].flat() : (BY_SERVICE.get(service) ?? []);
  return asked.some((action) => matches(action));
}

function serviceOf(action: string): string {
  return action.split(':', 1).join('');
}
