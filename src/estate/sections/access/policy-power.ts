import type { AccessPolicy, PermissionSet } from '../estate';
import { attachedStatements } from './attached-policies';
import { PARTITIONS } from '../../source/aws-regions';
import { compileGlob } from '../../source/glob';
import type { Statement } from './policy-document';
import { allowsAction, statementsOf } from './policy-document';

/** AWS managed policies with which a session may do everything, or give itself everything. */
const POWERFUL_POLICIES: ReadonlySet<string> = new Set(['AdministratorAccess', 'IAMFullAccess']);

/** An action and resources that no policy has in mind: only a pattern over everything covers them. */
const MADE_UP_ACTION = 'zz:ZzMadeUp';
const MADE_UP_ACCOUNT = '909090909090';
const madeUpResources = (): readonly string[] =>
  PARTITIONS.map((partition) => `arn:${partition}:zz:zz-zzzz-9:${MADE_UP_ACCOUNT}:zzMadeUp/zzMadeUp`);

/** A resource that no policy has in mind, of each kind that the rules ask about: the end of its ARN behind the account. */
const MADE_UP = {
  role: ['iam', '', 'role/zzMadeUpRole'],
  policy: ['iam', '', 'policy/zzMadeUpPolicy'],
  samlProvider: ['iam', '', 'saml-provider/zzMadeUpProvider'],
  instance: ['ec2', 'zz-zzzz-9', 'instance/i-zzMadeUp'],
  secret: ['secretsmanager', 'zz-zzzz-9', 'secret:zzMadeUp'],
} as const;
export type ResourceKind = keyof typeof MADE_UP;

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
export function onEveryRole(statement: Statement): boolean {
  return onEvery('role', statement);
}

/** Tells whether a statement applies to every resource of a kind, be it of one account or Region only. */
export function onEvery(kind: ResourceKind, statement: Statement): boolean {
  if (statement.notResources.length > 0) return true;
  return statement.resources.some((pattern) => coversSome(pattern, madeUp(kind, pattern)));
}

/** Made-up resources, in the account and Region that a pattern names. */
function madeUp(kind: ResourceKind, pattern: string): readonly string[] {
  const [service, anyRegion, rest] = MADE_UP[kind];
  const [, , , region = '', account = ''] = pattern.split(':');
  const inRegion = anyRegion !== '' && /^[a-z]+(-[a-z]+)+-\d$/.test(region) ? region : anyRegion;
  const inAccount = /^\d{12}$/.test(account) ? account : MADE_UP_ACCOUNT;
  return PARTITIONS.map((partition) => `arn:${partition}:${service}:${inRegion}:${inAccount}:${rest}`);
}

/** A policy variable stands for whatever a session makes of it. */
function coversSome(pattern: string, resources: readonly string[]): boolean {
  const matches = compileGlob(pattern.replace(/\$\{[^}]*\}/g, '*'));
  return resources.some((resource) => matches([...resource]));
}
