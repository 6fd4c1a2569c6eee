import { compileGlob } from '../../source/glob';
import type { Statement } from './policy-document';
import { allowsAction } from './policy-document';
import { allowsEverything, onEvery, onEveryRole, policyName, type ResourceKind } from './policy-power';

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
export function changesBoundaries(statements: readonly Statement[]): boolean {
  return narrow(statements).some((statement) => allowsOnEvery(statement, BOUNDARY_ACTIONS));
}

/** Tells whether a statement lets a session pass every role to whatever service. */
export function passesEveryRole(statement: Statement): boolean {
  return allowsAction(statement, 'iam:PassRole') && onEveryRole(statement) && !limitsPassing(statement);
}

/** Tells whether roles of many names may be passed to whatever service, and one that runs code may be used. */
export function passesRolesToCode(statements: readonly Statement[]): boolean {
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
export function assumesEveryRole(statements: readonly Statement[]): boolean {
  return narrow(statements).some(
    (statement) => allowsAction(statement, 'sts:AssumeRole') && onEveryRole(statement) && !limitsResources(statement),
  );
}

/** Tells whether a set reaches every machine or every secret of an account. */
export function reachesEverything(policies: readonly string[], statements: readonly Statement[]): boolean {
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
