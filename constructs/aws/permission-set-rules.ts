import type { CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import { parseIsoSeconds } from '../../model/durations';
import type { Statement } from '../../model/policy-document';
import { allowsAction, isObject, statementsOf } from '../../model/policy-document';
import { allowsEverything, isPowerfulPolicy, onEveryRole, policyName } from '../../model/policy-power';

const ONE_HOUR = 3600;

/** Actions by which somebody makes an identity with permissions of its own, gets hold of one, or gives one more. */
const CREATING_ACTIONS = [
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

/** What a permission set may break; each answers for one rule of `POLICY_RULES`. */
export const setBreaks = {
  adminSession: (node: CfnPermissionSet): boolean =>
    managedPolicies(node).some((policy) => policyName(policy) === 'AdministratorAccess') &&
    (parseIsoSeconds(node.sessionDuration ?? 'PT1H') ?? 0) > ONE_HOUR,

  everything: (node: CfnPermissionSet): boolean => inlineStatements(node).some(allowsEverything),

  passRole: (node: CfnPermissionSet): boolean =>
    inlineStatements(node).some(
      (statement) => allowsAction(statement, 'iam:PassRole') && onEveryRole(statement) && !statement.hasCondition,
    ),

  createsPrincipals: (node: CfnPermissionSet): boolean =>
    managedPolicies(node).some(isPowerfulPolicy) ||
    inlineStatements(node).some((statement) => CREATING_ACTIONS.some((action) => allowsAction(statement, action))),

  noPolicy: (node: CfnPermissionSet): boolean =>
    managedPolicies(node).length === 0 &&
    listLength(node.customerManagedPolicyReferences) === 0 &&
    node.inlinePolicy === undefined,
};

export function setsBoundary(node: CfnPermissionSet): boolean {
  return node.permissionsBoundary !== undefined;
}

function managedPolicies(node: CfnPermissionSet): readonly string[] {
  return node.managedPolicies ?? [];
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
