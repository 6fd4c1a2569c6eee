import type { PermissionSet } from '../estate';
import { PARTITIONS } from '../../source/aws-regions';
import { compileGlob } from '../../source/glob';
import { isBoundingPolicy } from './aws-managed-policies';
import { coversAction, type Condition, type Statement } from './policy-document';

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
const IS_BOUNDARY = ['arnequals', 'arnlike', 'stringequals', 'stringlike'];
const IS_OTHER_BOUNDARY = ['arnnotequals', 'arnnotlike', 'stringnotequals', 'stringnotlike'];

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

/** The same of a document. Conditions may ask for boundaries that are known. */
export function unboundedByStatements(
  statements: readonly Statement[],
  isBounding: (policy: string) => boolean,
): readonly string[] {
  return [...IDENTITY_ACTIONS, ...REPLACEMENTS, ...REMOVALS].filter((action) => {
    const asksForBoundary = (condition: Condition, operators: readonly string[]): boolean =>
      !REMOVALS.includes(action) && isAbout(condition, operators) && condition.values.every(isBounding);
    const about = statements.filter((statement) => coversAction(statement, action));
    const isDenied = about.some(
      (statement) =>
        statement.effect === 'Deny' &&
        isOnEvery(statement, action) &&
        statement.conditions.every((condition) => asksForBoundary(condition, IS_OTHER_BOUNDARY)) &&
        statement.conditions.length <= 1,
    );
    const isAllowed = about.some(
      ({ effect, conditions }) =>
        effect === 'Allow' && !conditions.some((condition) => asksForBoundary(condition, IS_BOUNDARY)),
    );
    return isAllowed && !isDenied;
  });
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

function isAbout({ key, values, operator }: Condition, operators: readonly string[]): boolean {
  return key === BOUNDARY_KEY && values.length > 0 && operators.includes(operator);
}

/** Tells whether a statement is about every resource that the action is made on, in every account. */
function isOnEvery({ resources, notResources }: Statement, action: string): boolean {
  const arns = PARTITIONS.map((partition) => `arn:${partition}:iam::909090909090:${kindOf(action)}/zzMadeUp`);
  return notResources.length === 0 && resources.some((pattern) => arns.some((arn) => compileGlob(pattern)([...arn])));
}

function kindOf(action: string): string {
  if (action.includes('Group')) return 'group';
  if (action.includes('Role')) return 'role';
  return action.includes('PolicyVersion') ? 'policy' : 'user';
}
