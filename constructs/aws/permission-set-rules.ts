import type { CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import { parseIsoSeconds } from '../../model/durations';
import type { Statement } from '../../model/policy-document';
import { allowsAction, isObject, onEveryResource, statementsOf } from '../../model/policy-document';

const ONE_HOUR = 3600;

/** AWS managed policies that can create IAM roles or users. */
const MANAGED_IAM_POLICIES = ['AdministratorAccess', 'IAMFullAccess'];

/** Actions by which somebody makes an identity with permissions of its own. */
const CREATING_ACTIONS = ['iam:CreateRole', 'iam:CreateUser', 'iam:AttachRolePolicy', 'iam:PutRolePolicy'];

/** What a permission set may break; each answers for one rule of `POLICY_RULES`. */
export const setBreaks = {
  adminSession: (node: CfnPermissionSet): boolean =>
    hasManagedPolicy(node, ['AdministratorAccess']) &&
    (parseIsoSeconds(node.sessionDuration ?? 'PT1H') ?? 0) > ONE_HOUR,

  everything: (node: CfnPermissionSet): boolean =>
    inlineStatements(node).some((statement) => allowsEverything(statement) && onEveryResource(statement)),

  passRole: (node: CfnPermissionSet): boolean =>
    inlineStatements(node).some(
      (statement) => allowsAction(statement, 'iam:PassRole') && onEveryResource(statement) && !statement.hasCondition,
    ),

  createsPrincipals: (node: CfnPermissionSet): boolean =>
    hasManagedPolicy(node, MANAGED_IAM_POLICIES) ||
    inlineStatements(node).some((statement) => CREATING_ACTIONS.some((action) => allowsAction(statement, action))),

  noPolicy: (node: CfnPermissionSet): boolean =>
    (node.managedPolicies ?? []).length === 0 &&
    listLength(node.customerManagedPolicyReferences) === 0 &&
    node.inlinePolicy === undefined,
};

export function setsBoundary(node: CfnPermissionSet): boolean {
  return node.permissionsBoundary !== undefined;
}

function hasManagedPolicy(node: CfnPermissionSet, names: readonly string[]): boolean {
  return (node.managedPolicies ?? []).some((arn) => names.includes(arn.split('/').at(-1) ?? ''));
}

function allowsEverything(statement: Statement): boolean {
  return statement.effect === 'Allow' && statement.actions.some((action) => /^\*+(:\*+)?$/.test(action));
}

function inlineStatements(node: CfnPermissionSet): readonly Statement[] {
  const policy: unknown = typeof node.inlinePolicy === 'string' ? parsePolicy(node.inlinePolicy) : node.inlinePolicy;
  return isObject(policy) ? statementsOf(policy) : [];
}

function parsePolicy(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listLength(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}
