import type { AccessPolicy, CustomerManagedPolicy, JsonObject, OwnPolicy, PermissionSet } from '../estate';
import { isObject } from './json';
import { parsePolicy, type Statement as ParsedStatement } from '../../../permissions/policy';
import { compileGlob } from '../../source/glob';

/** A statement of an IAM policy document; lists are lists, even where the document has a single string. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly conditions: readonly Condition[];
}

/** A comparison of a condition key. */
export interface Condition {
  /** In lower case: `stringnotlike`. */
  readonly operator: string;
  /** In lower case: `iam:passedtoservice`. */
  readonly key: string;
  readonly values: readonly string[];
}

/** The statements of a policy document. What is malformed reads as empty: `checkInlinePolicy` reports it. */
export function statementsOf(document: JsonObject): readonly Statement[] {
  return asList(document['Statement'])
    .filter(isObject)
    .map((statement) => ({
      effect: typeof statement['Effect'] === 'string' ? statement['Effect'] : '',
      actions: strings(statement['Action']),
      notActions: strings(statement['NotAction']),
      resources: strings(statement['Resource']),
      notResources: strings(statement['NotResource']),
      conditions: conditionsOf(statement['Condition']),
    }));
}

/** A value that may be written alone or in a list, as IAM has it. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}
/** An operator that compares nothing, or none at all, restricts nothing. */
function conditionsOf(value: unknown): readonly Condition[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: strings(values),
    })),
  );
}

/** The statements for questions about what they allow. One without effect, actions or resources allows and denies nothing. */
export function parsedStatements(statements: readonly Statement[]): readonly ParsedStatement[] {
  const whole = statements.filter(
    ({ effect, actions, notActions, resources, notResources }) =>
      ['Allow', 'Deny'].includes(effect) &&
      actions.length + notActions.length > 0 &&
      resources.length + notResources.length > 0,
  );
  const list = whole.map(({ effect, actions, notActions, resources, notResources, conditions }) => ({
    Effect: effect,
    ...(notActions.length > 0 ? { NotAction: notActions } : { Action: actions }),
    ...(notResources.length > 0 ? { NotResource: notResources } : { Resource: resources }),
    Condition: Object.fromEntries(
      [...Map.groupBy(conditions, ({ operator }) => operator)].map(([operator, same]) => [
        operator,
        Object.fromEntries(same.map(({ key, values }) => [key, values])),
      ]),
    ),
  }));
  return list.length === 0 ? [] : parsePolicy({ Version: '2012-10-17', Statement: list }, 'the policy');
}

function strings(value: unknown): readonly string[] {
  return asList(value).filter((item) => typeof item === 'string');
}

/** Tells whether an `Allow` statement covers the action, by itself or by a wildcard. Actions are compared without case. */
export function allowsAction(statement: Statement, action: string): boolean {
  return statement.effect === 'Allow' && coversAction(statement, action);
}

/** Tells whether a statement is about the action, by itself or by a wildcard. Actions are compared without case. */
function coversAction({ actions, notActions }: Statement, action: string): boolean {
  const covers = (pattern: string): boolean => compileGlob(pattern.toLowerCase())(action.toLowerCase());
  return notActions.length > 0 ? !notActions.some(covers) : actions.some(covers);
}

type Policies = readonly AccessPolicy[] | undefined;

/** The policy of the estate that a reference names; undefined where somebody else keeps it, or no one does. */
export function ownPolicy(policies: Policies, reference: CustomerManagedPolicy): OwnPolicy | undefined {
  return policies?.find((policy): policy is OwnPolicy => policy.kind === 'own' && isReferredTo(policy, reference));
}

/** Statements of the policies of the estate, by path and name. */
export function knownPolicies(policies: Policies): ReadonlyMap<string, readonly Statement[]> {
  const own = (policies ?? []).filter((policy) => policy.kind === 'own');
  return new Map(own.map(({ path, name, document }) => [`${path}${name}`, statementsOf(document.document)]));
}

/** Tells whether a reference means a policy: IAM knows it by path and name. */
export function isReferredTo(policy: CustomerManagedPolicy, { name, path }: CustomerManagedPolicy): boolean {
  return policy.name === name && policy.path === path;
}

/** Policies of the estate that a set attaches. Its boundary is not among them: that allows nothing by itself. */
export function attachedPolicies(
  { customerManagedPolicies }: Pick<PermissionSet, 'customerManagedPolicies'>,
  policies: Policies,
): readonly OwnPolicy[] {
  return customerManagedPolicies.flatMap((reference) => ownPolicy(policies, reference) ?? []);
}

/** Statements of the policies of the estate that a set attaches. */
export function attachedStatements(
  set: Pick<PermissionSet, 'customerManagedPolicies'>,
  policies: Policies,
): readonly Statement[] {
  return attachedPolicies(set, policies).flatMap(({ document }) => statementsOf(document.document));
}

/** References to customer-managed policies that a set holds: attached ones, and its boundary. */
export function policyReferences({
  customerManagedPolicies,
  permissionsBoundary: boundary,
}: Pick<PermissionSet, 'customerManagedPolicies' | 'permissionsBoundary'>): readonly CustomerManagedPolicy[] {
  return [...customerManagedPolicies, ...(boundary?.kind === 'customer-managed' ? [boundary.policy] : [])];
}
