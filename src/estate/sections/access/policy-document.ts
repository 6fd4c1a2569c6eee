import type { AccessPolicy, CustomerManagedPolicy, JsonObject, OwnPolicy, PermissionSet } from '../estate';
import { isObject } from '../../source/located';
import { bounded, covers, exactly, type Glob, globOf, kept } from '../../../permissions/glob';
import {
  asList,
  LONGEST_PATTERN,
  parsePolicy,
  type Statement as ParsedStatement,
  strings,
  unread,
} from '../../../permissions/policy';
import { difference, sideOf } from '../../../permissions/side';
import { compileGlob } from '../../source/names';

export { asList };

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

const parsed = new WeakMap<readonly Statement[], readonly ParsedStatement[]>();

/**
 * The statements for questions about what they allow. One without effect, actions or resources allows and denies nothing; an Allow with
 * a pattern that is too long may allow anything.
 */
export function parsedStatements(statements: readonly Statement[]): readonly ParsedStatement[] {
  return kept(parsed, statements, () => parseWhole(statements));
}

function parseWhole(statements: readonly Statement[]): readonly ParsedStatement[] {
  const whole = statements.filter(
    ({ effect, actions, notActions, resources, notResources }) =>
      ['Allow', 'Deny'].includes(effect) &&
      actions.length + notActions.length > 0 &&
      resources.length + notResources.length > 0,
  );
  const [read, others] = [whole.filter(isLookedInto), whole.filter((one) => !isLookedInto(one))];
  const list = read.map(({ effect, actions, notActions, resources, notResources, conditions }) => ({
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
  const isOpen = others.some(({ effect }) => effect === 'Allow');
  return [
    ...(list.length === 0 ? [] : parsePolicy({ Version: '2012-10-17', Statement: list }, 'the policy')),
    ...(isOpen ? unread('the policy').filter(({ effect }) => effect === 'Allow') : []),
  ];
}

function isLookedInto({ actions, notActions, resources, notResources }: Statement): boolean {
  return [actions, notActions, resources, notResources].flat().every(({ length }) => length <= LONGEST_PATTERN);
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

/** The document as it is deployed: as it is written or, where that is longer than allowed, folded. */
export function deployedDocument(document: JsonObject, characters: number): JsonObject {
  if (lengthOf(document) <= characters) return document;
  return folded(document) ?? document;
}

/** Characters of a document without white space, which is how IAM counts them. */
export function lengthOf(document: unknown): number {
  return JSON.stringify(document).replace(/\s/g, '').length;
}

const foldedOnce = new WeakMap<JsonObject, JsonObject | undefined>();

/**
 * The same permissions in fewer characters: without statements and patterns that others hold, with statements merged that differ in
 * their actions or in their resources alone, and without names of statements. Undefined where it can't be proved to be the same.
 */
function folded(document: JsonObject): JsonObject | undefined {
  if (foldedOnce.has(document)) return foldedOnce.get(document);
  const result = bounded(() => foldDocument(document));
  foldedOnce.set(document, result);
  return result;
}

function foldDocument(document: JsonObject): JsonObject | undefined {
  const whole = asList(document['Statement']).filter(isObject).map(lean);
  const merged = MERGED_KEYS.reduce(mergedBy, MERGED_KEYS.reduce(mergedBy, whole));
  const result = { ...document, Statement: withoutHeld(merged) };
  return isSame(document, result) ? result : undefined;
}

const LISTS = ['Action', 'NotAction', 'Resource', 'NotResource'];
const MERGED_KEYS = ['Action', 'Resource'];

/** A statement without its name and without patterns that others of its list hold. */
function lean(statement: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(statement)
      .filter(([key]) => key !== 'Sid')
      .map(([key, value]) => [key, LISTS.includes(key) ? leanList(strings(value), key) : value]),
  );
}

function leanList(patterns: readonly string[], key: string): string | readonly string[] {
  const isAction = key.endsWith('Action');
  const globs = patterns.map((text) => globOf(isAction ? text.toLowerCase() : text));
  const left = patterns.filter(
    (_, index) =>
      !globs.some((wider, at) => {
        const own = globs[index];
        return at !== index && own !== undefined && isWider(wider, own) && (at < index || !isWider(own, wider));
      }),
  );
  const [only = '', ...others] = left;
  return others.length === 0 ? only : left;
}

/** A policy variable is no text that a pattern would hold. */
function isWider(wider: Glob, glob: Glob): boolean {
  return wider.key === glob.key || (!`${wider.key}${glob.key}`.includes('${') && covers(wider, glob));
}

/** Statements of which those that differ in one list alone are one. */
function mergedBy(statements: readonly JsonObject[], key: string): readonly JsonObject[] {
  const groups = Map.groupBy(statements, ({ [key]: list, ...rest }) =>
    list === undefined ? JSON.stringify(rest) : canonicalOf(rest),
  );
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first?.[key] === undefined || same.length === 1) return same;
    return [
      {
        ...first,
        [key]: leanList(
          same.flatMap((one) => strings(one[key])),
          key,
        ),
      },
    ];
  });
}

function canonicalOf(statement: JsonObject): string {
  return JSON.stringify(Object.entries(statement).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Statements that no other one of the same effect holds alone. */
function withoutHeld(statements: readonly JsonObject[]): readonly JsonObject[] {
  const parsed = new Map(statements.map((statement) => [statement, statementAsAllow(statement)]));
  const isHeldBy = (one: JsonObject, other: JsonObject): boolean =>
    one['Effect'] === other['Effect'] && isWithin(parsed.get(one) ?? [], parsed.get(other) ?? []);
  return statements.reduce<readonly JsonObject[]>((left, one) => {
    const others = left.filter((other) => other !== one);
    return others.some((other) => isHeldBy(one, other)) ? others : left;
  }, statements);
}

function statementAsAllow(statement: JsonObject): readonly ParsedStatement[] {
  return parsePolicy({ Version: '2012-10-17', Statement: { ...statement, Effect: 'Allow' } }, 'the policy');
}

/** Tells whether one side surely allows no more than the other. */
function isWithin(narrower: readonly ParsedStatement[], wider: readonly ParsedStatement[]): boolean {
  return exactly(() => difference(sideOf({ identity: wider }), sideOf({ identity: narrower })).length === 0) === true;
}

/** Tells whether two documents surely allow the same and deny the same. */
function isSame(a: JsonObject, b: JsonObject): boolean {
  return (['Allow', 'Deny'] as const).every((effect) => {
    const [before, after] = [a, b].map((document) =>
      asList(document['Statement'])
        .filter(isObject)
        .filter((statement) => statement['Effect'] === effect)
        .flatMap(statementAsAllow),
    );
    return before !== undefined && after !== undefined && isWithin(before, after) && isWithin(after, before);
  });
}
