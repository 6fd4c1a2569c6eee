import type { AccessPolicy, PermissionSet } from '../estate';
import {
  allowsAction,
  attachedStatements,
  type Condition,
  parsedStatements,
  type Statement,
  statementsOf,
} from './policy-document';
import type { Literal } from '../../../permissions/formula';
import { kept } from '../../../permissions/glob';
import { can, sideOf } from '../../../permissions/side';
import { targetsOf } from '../../../permissions/ways-up';
import { PARTITIONS } from '../../source/aws-regions';
import { compileGlob } from '../../source/names';
import { suggestName } from '../../../text/suggest';
import managedList from './aws-managed-policies.json';

const managedNames: ReadonlySet<string> = new Set(managedList.names);
const readOnly: ReadonlySet<string> = new Set(managedList.readOnly);
const unbounding: ReadonlySet<string> = new Set(managedList.unbounding);

/** Day of the last change among the AWS managed policies that are known here; `npm run reference` writes the list again. */
export const MANAGED_POLICIES_AS_OF = managedList.asOf;

/** AWS managed policies by path and name. */
export const MANAGED_POLICIES: readonly string[] = managedList.names;

/** Tells whether AWS has a managed policy of this path and name, such as `job-function/ViewOnlyAccess`. */
export function isManagedPolicy(name: string): boolean {
  return managedNames.has(name);
}

/** Tells whether an AWS managed policy allows nothing but reading, by path and name. */
export function isReadOnlyPolicy(name: string): boolean {
  return readOnly.has(name);
}

/** Tells whether an AWS managed policy, as a permissions boundary, holds back what makes or changes identities. */
export function isBoundingPolicy(name: string): boolean {
  return managedNames.has(name) && !unbounding.has(name);
}

/** The policy that a name was probably meant for: the same name in another path or case, or else one of nearly that name. */
export function suggestManagedPolicy(name: string): string | undefined {
  const bare = bareName(name);
  return managedList.names.find((candidate) => bareName(candidate) === bare) ?? suggestName(name, managedList.names);
}

function bareName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).toLowerCase();
}

/** AWS managed policies with which a session may do everything, or give itself everything. */
const POWERFUL_POLICIES: ReadonlySet<string> = new Set(['AdministratorAccess', 'IAMFullAccess']);

/** An action and resources that no policy has in mind: only a pattern over everything covers them. */
const MADE_UP_ACTION = 'zz:ZzMadeUp';
const MADE_UP_ACCOUNT = '909090909090';
const madeUpResources = (): readonly string[] =>
  PARTITIONS.map((partition) => `arn:${partition}:zz:zz-zzzz-9:${MADE_UP_ACCOUNT}:zzMadeUp/zzMadeUp`);

/** A resource that no policy has in mind, of each kind that the rules ask about: service, Region, and the end of its ARN. */
const MADE_UP = {
  automation: ['ssm', 'zz-zzzz-9', 'automation-definition/zzMadeUp:1'],
  codeInterpreter: ['bedrock-agentcore', 'zz-zzzz-9', 'code-interpreter/zzMadeUp'],
  devEndpoint: ['glue', 'zz-zzzz-9', 'devEndpoint/zzMadeUp'],
  function: ['lambda', 'zz-zzzz-9', 'function:zzMadeUp'],
  instance: ['ec2', 'zz-zzzz-9', 'instance/i-zzMadeUp'],
  launchTemplate: ['ec2', 'zz-zzzz-9', 'launch-template/lt-zzMadeUp'],
  notebook: ['sagemaker', 'zz-zzzz-9', 'notebook-instance/zzMadeUp'],
  oidcProvider: ['iam', '', 'oidc-provider/zzMadeUpProvider'],
  policy: ['iam', '', 'policy/zzMadeUpPolicy'],
  project: ['codebuild', 'zz-zzzz-9', 'project/zzMadeUp'],
  role: ['iam', '', 'role/zzMadeUpRole'],
  root: ['iam', '', 'root'],
  samlProvider: ['iam', '', 'saml-provider/zzMadeUpProvider'],
  secret: ['secretsmanager', 'zz-zzzz-9', 'secret:zzMadeUp'],
  service: ['apprunner', 'zz-zzzz-9', 'service/zzMadeUp/zz'],
  stateMachine: ['states', 'zz-zzzz-9', 'stateMachine:zzMadeUp'],
  stack: ['cloudformation', 'zz-zzzz-9', 'stack/zzMadeUp/zz'],
} as const;
export type ResourceKind = keyof typeof MADE_UP;

/** Resources of the actions of ways up by way of what runs already. Others are made on whatever resource. */
export const RUNNING: Readonly<Record<string, ResourceKind>> = {
  'apprunner:UpdateService': 'service',
  'bedrock-agentcore:InvokeCodeInterpreter': 'codeInterpreter',
  'bedrock-agentcore:StartCodeInterpreterSession': 'codeInterpreter',
  'cloudformation:CreateChangeSet': 'stack',
  'cloudformation:ExecuteChangeSet': 'stack',
  'cloudformation:UpdateStack': 'stack',
  'codebuild:StartBuild': 'project',
  'codebuild:StartBuildBatch': 'project',
  'ec2-instance-connect:SendSSHPublicKey': 'instance',
  'ec2:CreateLaunchTemplateVersion': 'launchTemplate',
  'ec2:ModifyInstanceAttribute': 'instance',
  'ec2:ModifyLaunchTemplate': 'launchTemplate',
  'ec2:StartInstances': 'instance',
  'ec2:StopInstances': 'instance',
  'glue:UpdateDevEndpoint': 'devEndpoint',
  'lambda:AddPermission': 'function',
  'lambda:InvokeFunction': 'function',
  'lambda:UpdateFunctionCode': 'function',
  'sagemaker:CreatePresignedNotebookInstanceUrl': 'notebook',
  'sagemaker:StartNotebookInstance': 'notebook',
  'sagemaker:StopNotebookInstance': 'notebook',
  'sagemaker:UpdateNotebookInstance': 'notebook',
  'ssm:SendCommand': 'instance',
  'ssm:StartSession': 'instance',
};

/** Actions by which a session gives a role, such as its own, what it likes. */
const RAISING_ACTIONS = ['iam:AttachRolePolicy', 'iam:PutRolePolicy'];

/** Tells whether the name or ARN is that of an AWS managed policy with power over IAM. */
export function isPowerfulPolicy(policy: string): boolean {
  return POWERFUL_POLICIES.has(policyName(policy));
}

/** `AdministratorAccess` from an ARN or from a name with its path. */
export function policyName(policy: string): string {
  return policy.slice(policy.lastIndexOf('/') + 1);
}

/** Tells whether a statement allows every action on every resource, or all but those that it names. Conditions don't count. */
export function allowsEverything(statement: Statement): boolean {
  if (statement.effect !== 'Allow' || !onEveryResource(statement)) return false;
  if (statement.notActions.length > 0) return !statement.notActions.some((action) => /^[*:]+$/.test(action));
  return allowsAction(statement, MADE_UP_ACTION);
}

/** Tells whether the statements allow everything, or allow a session to give itself everything. */
export function isAdministrative(statements: readonly Statement[]): boolean {
  return statements.some(
    (statement) =>
      allowsEverything(statement) ||
      (onEveryRole(statement) && RAISING_ACTIONS.some((action) => allowsAction(statement, action))),
  );
}

/**
 * Tells whether a set allows everything, or may give itself everything. A permissions boundary may take some of it back, and
 * is not looked into. Of customer-managed policies those of the estate are known, and no others.
 */
export function isAdministrator(set: PermissionSet, policies: readonly AccessPolicy[] | undefined): boolean {
  if (set.managedPolicies.some(isPowerfulPolicy)) return true;
  const inline = set.inlinePolicy === undefined ? [] : statementsOf(set.inlinePolicy.document);
  return isAdministrative([...inline, ...attachedStatements(set, policies)]);
}

function onEveryResource(statement: Statement): boolean {
  if (statement.notResources.length > 0) return true;
  return statement.resources.some((pattern) => coversSome(pattern, madeUpResources()));
}

/** Tells whether a statement applies to every role, be it of one account only. */
function onEveryRole(statement: Statement): boolean {
  return onEvery('role', statement);
}

/** Tells whether a statement applies to every resource of a kind, be it of one account or Region only. */
function onEvery(kind: ResourceKind, statement: Statement): boolean {
  if (statement.notResources.length > 0) return true;
  return statement.resources.some((pattern) => coversSome(pattern, madeUp(kind, pattern)));
}

/** Resources of a kind that no statement has in mind, in each account and Region that one names. */
export function madeUpOf(kind: ResourceKind, statements: readonly Statement[]): readonly string[] {
  const places = new Set([
    '',
    ...statements.flatMap((one) => kept(placesIn, one, () => [...new Set(one.resources.map(placeOf))])),
  ]);
  return [...new Set([...places].flatMap((place) => madeUpAt(kind, place)))];
}

const placesIn = new WeakMap<Statement, readonly string[]>();

/** Region and account of a pattern, which hundreds of a policy have in common. */
function placeOf(pattern: string): string {
  return pattern.split(':').slice(3, 5).join(':');
}

/** Made-up resources, in the account and Region that a pattern names. */
function madeUp(kind: ResourceKind, pattern: string): readonly string[] {
  return madeUpAt(kind, placeOf(pattern));
}

function madeUpAt(kind: ResourceKind, place: string): readonly string[] {
  const [service, anyRegion, rest] = MADE_UP[kind];
  const [region = '', account = ''] = place.split(':');
  const inRegion = anyRegion !== '' && /^[a-z]+(-[a-z]+)+-\d$/.test(region) ? region : anyRegion;
  const inAccount = /^\d{12}$/.test(account) ? account : MADE_UP_ACCOUNT;
  return PARTITIONS.map((partition) => `arn:${partition}:${service}:${inRegion}:${inAccount}:${rest}`);
}

/** A policy variable stands for whatever a session makes of it. */
function coversSome(pattern: string, resources: readonly string[]): boolean {
  const matches = compileGlob(pattern.replace(/\$\{[^}]*\}/g, '*'));
  return resources.some((resource) => matches([...resource]));
}

/** Actions by which somebody makes an identity with permissions of its own, gets hold of one, or gives one more. */
export const IDENTITY_ACTIONS: readonly string[] = [
  'AddUserToGroup',
  'AttachGroupPolicy',
  'AttachRolePolicy',
  'AttachUserPolicy',
  'CreateAccessKey',
  'CreateLoginProfile',
  'CreatePolicyVersion',
  'CreateRole',
  'CreateUser',
  'PutGroupPolicy',
  'PutRolePolicy',
  'PutUserPolicy',
  'SetDefaultPolicyVersion',
  'UpdateAssumeRolePolicy',
  'UpdateLoginProfile',
].map((action) => `iam:${action}`);

/** Actions that take the boundary off what it bounds. To allow them where the boundary is on is to allow them. */
const REMOVALS = ['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'];
const REPLACEMENTS = ['iam:PutRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary'];

const BOUNDARY_KEY = 'iam:permissionsboundary';
const IS_BOUNDARY = ['arnlike', 'stringequals', 'stringlike'];

export type Boundary = NonNullable<PermissionSet['permissionsBoundary']>;
/** Statements of the customer-managed policies that are known, by path and name. */
export type KnownPolicies = ReadonlyMap<string, readonly Statement[]>;

/**
 * Actions that make or change identities and that a permissions boundary leaves. It holds one back where it does not allow it,
 * denies it, or does either unless the identity has a boundary that holds as well. One whose document is not known here holds
 * back nothing.
 */
export function unboundedActions(boundary: Boundary | undefined, known: KnownPolicies): readonly string[] {
  if (boundary === undefined) return IDENTITY_ACTIONS;
  if (boundary.kind === 'managed') {
    return isBoundingPolicy(boundary.policy.replace(/^arn:.*?:policy\//, '')) ? [] : IDENTITY_ACTIONS;
  }
  const { path, name } = boundary.policy;
  return unboundedBy(`${path}${name}`, known, new Set());
}

/** Statements of a boundary; undefined where there is none, or its document is not known here. */
export function boundaryStatements(
  boundary: Boundary | undefined,
  known: KnownPolicies,
): readonly Statement[] | undefined {
  return boundary?.kind === 'customer-managed'
    ? known.get(`${boundary.policy.path}${boundary.policy.name}`)
    : undefined;
}

/** The same of a document. Conditions may ask for boundaries that are known. */
export function unboundedByStatements(
  statements: readonly Statement[],
  isBounding: (policy: string) => boolean,
): readonly string[] {
  const side = sideOf({ identity: parsedStatements(statements) });
  return [...IDENTITY_ACTIONS, ...REPLACEMENTS, ...REMOVALS].filter((action) => {
    // An identity that has the boundary gains nothing, so a request that asks for it does not count.
    const decide = ({ condition }: Literal): false | undefined =>
      !REMOVALS.includes(action) && condition !== undefined && isAboutBoundary(condition, isBounding)
        ? false
        : undefined;
    return can(side, { action, ...targetsOf(action) }, decide).verdict !== 'no';
  });
}

function isAboutBoundary({ key, operator, values }: Condition, isBounding: (policy: string) => boolean): boolean {
  return key === BOUNDARY_KEY && IS_BOUNDARY.includes(operator) && values.length > 0 && values.every(isBounding);
}

/** A policy that asks for itself holds by that. */
function unboundedBy(policy: string, known: KnownPolicies, seen: ReadonlySet<string>): readonly string[] {
  if (seen.has(policy)) return [];
  const statements = known.get(policy);
  if (statements === undefined) return IDENTITY_ACTIONS;
  const within = new Set([...seen, policy]);
  return unboundedByStatements(statements, (arn) => isBoundingArn(arn, known, within));
}

/** A pattern of names may mean a policy that somebody makes for the purpose. */
function isBoundingArn(arn: string, known: KnownPolicies, seen: ReadonlySet<string>): boolean {
  const [, account, name] = /^arn:[^:]*:iam::([^:]*):policy\/([^*?$]+)$/.exec(arn) ?? [];
  if (account === undefined || name === undefined) return false;
  return account === 'aws' ? isBoundingPolicy(name) : unboundedBy(`/${name}`, known, seen).length === 0;
}
