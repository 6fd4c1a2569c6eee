import type { InlinePolicy, JsonObject } from '../../estate';
import { asList } from '../policy-document';
import { isObject } from '../json';
import { compareText } from '../../../source/finding';

/** `either`: wider in one respect and narrower in another, or not to be known from here. */
export type Effect = 'widened' | 'narrowed' | 'either' | 'neutral';

/** A change in a permission set, and what it means for those who have the set. */
export interface Detail {
  readonly effect: Effect;
  readonly text: string;
}

/**
 * Changes of a policy document, statement by statement, each behind the label. Two statements with one `Sid` are compared part by part;
 * whatever can't be told for sure counts as `either`.
 */
export function policyChanges(
  before: InlinePolicy | undefined,
  after: InlinePolicy | undefined,
  label = 'inline policy',
): readonly Detail[] {
  const old = statementsByText(before);
  const now = statementsByText(after);
  const removed = [...old].filter(([text]) => !now.has(text)).map(([, statement]) => statement);
  const added = [...now].filter(([text]) => !old.has(text)).map(([, statement]) => statement);
  const pairs = removed.flatMap((statement) => {
    const partner = added.find((candidate) => isSameStatement(statement, candidate));
    return partner === undefined ? [] : [{ old: statement, now: partner }];
  });
  const paired = new Set(pairs.flatMap((pair) => [pair.old, pair.now]));
  return [
    ...pairs.flatMap((pair) => statementChanges(pair.old, pair.now)),
    ...added.filter((one) => !paired.has(one)).map((one) => wholeStatement(one, 'added')),
    ...removed.filter((one) => !paired.has(one)).map((one) => wholeStatement(one, 'removed')),
  ].map(({ effect, text }) => ({ effect, text: `${label}: ${text}` }));
}

function statementsByText(policy: InlinePolicy | undefined): ReadonlyMap<string, JsonObject> {
  const statements = asList(policy?.document['Statement']).filter(isObject);
  return new Map(statements.map((statement) => [canonicalJson(statement), statement]));
}

/** JSON with sorted keys: equal for equal values, in whatever order they were written. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    isObject(item) ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => compareText(a, b))) : item,
  );
}

function isSameStatement(a: JsonObject, b: JsonObject): boolean {
  return typeof a['Sid'] === 'string' && a['Sid'] === b['Sid'] && a['Effect'] === b['Effect'];
}

function nameOf(statement: JsonObject): string {
  const { Sid: sid, Effect: effect } = statement;
  const actions = asList(statement['Action'] ?? statement['NotAction']).map(String);
  const label = typeof sid === 'string' ? `statement ${sid}` : `statement ${actions.slice(0, 3).join(', ')}`;
  return `${label} (${String(effect)})`;
}

function wholeStatement(statement: JsonObject, what: 'added' | 'removed'): Detail {
  const allows = statement['Effect'] === 'Allow';
  return {
    effect: allows === (what === 'added') ? 'widened' : 'narrowed',
    text: `${nameOf(statement)} ${what}`,
  };
}

/** Parts of a statement that list what it applies to: more of them means that the statement covers more. */
const COVERING = ['Action', 'Resource'] as const;

function statementChanges(old: JsonObject, now: JsonObject): readonly Detail[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].toSorted(compareText);
  return keys
    .filter((key) => canonicalJson(old[key] ?? null) !== canonicalJson(now[key] ?? null))
    .flatMap((key) => partChanges(key, old, now));
}

function partChanges(key: string, old: JsonObject, now: JsonObject): readonly Detail[] {
  const name = nameOf(now);
  const allows = now['Effect'] === 'Allow';
  if (COVERING.some((part) => part === key) && key in old && key in now) {
    return listChanges(`${name}: ${key}`, [old[key], now[key]], allows);
  }
  if (key === 'Condition' && !(key in old && key in now)) {
    const covers = key in old;
    return [
      {
        effect: covers === allows ? 'widened' : 'narrowed',
        text: `${name}: Condition ${covers ? 'removed' : 'added'}`,
      },
    ];
  }
  return [{ effect: 'either', text: `${name}: ${key} changed` }];
}

function listChanges(what: string, [old, now]: readonly [unknown, unknown], allows: boolean): readonly Detail[] {
  const [before, after] = [asList(old).map(String), asList(now).map(String)];
  const added = after.filter((item) => !before.includes(item));
  const removed = before.filter((item) => !after.includes(item));
  const detail = (items: readonly string[], verb: string, effect: Effect): readonly Detail[] =>
    items.length === 0 ? [] : [{ effect, text: `${what} ${verb} ${items.join(', ')}` }];
  return [
    ...detail(added, 'added', allows ? 'widened' : 'narrowed'),
    ...detail(removed, 'removed', allows ? 'narrowed' : 'widened'),
  ];
}
