import { compileGlob } from '../../source/glob';
import {
  allowsEverything,
  IDENTITY_ACTIONS,
  isPowerfulPolicy,
  onEvery,
  onEveryRole,
  policyName,
  type ResourceKind,
} from './policy-power';
import { allowsAction, type Statement } from './policy-document';
import { POLICY_RULES, type PolicyRule } from './policy-rules';

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
  /** Actions that make or change identities and that no permissions boundary holds back. */
  readonly unbounded: readonly string[];
  /** True if some group has it in some account, also one that is not synchronized yet. */
  readonly isGranted: boolean;
}

/** A rule on permission sets, and what breaks it. */
export interface SetRule {
  readonly rule: PolicyRule;
  readonly isBroken: (set: RuledSet) => boolean;
}

/** The rules on permission sets, in the order in which they are reported. */
export const SET_RULES: readonly SetRule[] = [
  {
    rule: POLICY_RULES.adminSession,
    isBroken: ({ managedPolicies, sessionSeconds }) =>
      managedPolicies.some((policy) => policyName(policy) === 'AdministratorAccess') && sessionSeconds > ONE_HOUR,
  },
  { rule: POLICY_RULES.everything, isBroken: (set) => statementsOf(set).some(allowsEverything) },
  { rule: POLICY_RULES.passRole, isBroken: (set) => statementsOf(set).some(passesEveryRole) },
  { rule: POLICY_RULES.noDescription, isBroken: ({ description = '' }) => description.trim() === '' },
  { rule: POLICY_RULES.grantedNowhere, isBroken: ({ isGranted }) => !isGranted },
  { rule: POLICY_RULES.noBoundary, isBroken: changesIdentities },
  {
    rule: POLICY_RULES.noPolicy,
    isBroken: ({ managedPolicies, hasCustomerManagedPolicies, inlineStatements }) =>
      managedPolicies.length === 0 && !hasCustomerManagedPolicies && inlineStatements === undefined,
  },
  {
    rule: POLICY_RULES.organization,
    isBroken: (set) => rulesOrganization(set.managedPolicies, statementsOf(set)),
  },
  { rule: POLICY_RULES.boundaries, isBroken: (set) => changesBoundaries(statementsOf(set)) },
  { rule: POLICY_RULES.passRoleToCode, isBroken: (set) => passesRolesToCode(statementsOf(set)) },
  { rule: POLICY_RULES.assumeRole, isBroken: (set) => assumesEveryRole(statementsOf(set)) },
  { rule: POLICY_RULES.reach, isBroken: (set) => reachesEverything(set.managedPolicies, statementsOf(set)) },
];

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

/** Actions that run code of the caller with a role that is passed. */
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

/** Actions by which somebody is on a machine, or has a secret, of others. */
const REACHING_ACTIONS: ActionsOn = [
  ['instance', of('ssm', 'SendCommand', 'StartSession')],
  ['secret', of('secretsmanager', 'GetSecretValue')],
];

/** Tells whether a set changes who has access elsewhere: IAM Identity Center, its groups, the organization's policies. */
export function rulesOrganization(policies: readonly string[], statements: readonly Statement[]): boolean {
  if (policies.some((policy) => ORGANIZATION_POLICIES.has(policyName(policy)))) return true;
  return narrow(statements).some((statement) => allowsAny(statement, ORGANIZATION_ACTIONS));
}

/** Tells whether a set takes off or rewrites boundaries, or replaces the metadata of providers, of whatever name. */
function changesBoundaries(statements: readonly Statement[]): boolean {
  return narrow(statements).some((statement) => allowsOnEvery(statement, BOUNDARY_ACTIONS));
}

/** Tells whether a statement lets a session pass every role to whatever service. */
function passesEveryRole(statement: Statement): boolean {
  return allowsAction(statement, 'iam:PassRole') && onEveryRole(statement) && !limitsPassing(statement);
}

/** Tells whether roles of many names may be passed to whatever service, and one that runs code may be used. */
function passesRolesToCode(statements: readonly Statement[]): boolean {
  const passes = narrow(statements).some(
    (statement) =>
      allowsAction(statement, 'iam:PassRole') &&
      !onEveryRole(statement) &&
      !limitsPassing(statement) &&
      statement.resources.some((pattern) => /:role\/.*[*?]/.test(pattern)),
  );
  return passes && statements.some((statement) => allowsAny(statement, CODE_ACTIONS));
}

/** Tells whether a session may take on every role that trusts its account. */
function assumesEveryRole(statements: readonly Statement[]): boolean {
  return narrow(statements).some(
    (statement) => allowsAction(statement, 'sts:AssumeRole') && onEveryRole(statement) && !limitsResources(statement),
  );
}

/** Tells whether a set reaches every machine or every secret of an account. */
function reachesEverything(policies: readonly string[], statements: readonly Statement[]): boolean {
  if (policies.some((policy) => policyName(policy) === 'PowerUserAccess')) return true;
  return narrow(statements).some(
    (statement) => !limitsResources(statement) && allowsOnEvery(statement, REACHING_ACTIONS),
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

function allowsOnEvery(statement: Statement, actions: ActionsOn): boolean {
  return actions.some(
    ([kind, all]) => onEvery(kind, statement) && all.some((action) => allowsAction(statement, action)),
  );
}

/** Conditions on the service or on the role itself. */
function limitsPassing(statement: Statement): boolean {
  const limits = ['iam:passedtoservice', 'iam:associatedresourcearn'];
  return limitsResources(statement) || statement.conditions.some(({ key }) => limits.includes(key));
}

/** Conditions on tags of what is acted on, or on its account. */
function limitsResources({ conditions }: Statement): boolean {
  return conditions.some(({ key }) => key.includes(':resourcetag/') || key === 'aws:resourceaccount');
}
