import { ALWAYS, and, type Comparison, type Formula, literal } from './formula';
import { exactly, type Glob, globOf, globOfTokens, type Token } from './glob';
import { anyOf, complement, EVERYTHING, intersect, NOTHING, type Region, subtract } from './region';

/** Requests for an action of a region on a resource of another one, where a formula holds. */
export interface Box {
  /** In lower case. */
  readonly actions: Region;
  readonly resources: Region;
  readonly when: Formula;
}

/** A statement of a policy. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Name of the policy. */
  readonly source: string;
  /** Position in its policy, from 0. */
  readonly index: number;
  /** @default the statement has none */
  readonly sid?: string;
  /** Requests that it is about. */
  readonly boxes: readonly Box[];
}

/** Larger policies are not looked into: IAM's own limits are far lower. */
const MOST_STATEMENTS = 1000;
const MOST_PATTERNS = 5000;
/** Characters of an action or a resource. */
export const LONGEST_PATTERN = 2048;

/** Every action of every service. */
export const ALL_ACTIONS: Region = anyOf([globOf('*:*')]);

/** Statements of a policy document. One that is malformed, too large or too complex decides nothing that is known here: see `unread`. */
export function parsePolicy(document: unknown, source: string): readonly Statement[] {
  const listed = isRecord(document) ? asList(document['Statement']) : [];
  const hasVariables = isRecord(document) && document['Version'] === '2012-10-17';
  const patterns = listed.flatMap((one) => (isRecord(one) ? PATTERN_KEYS.flatMap((key) => asList(one[key])) : []));
  const isTooLarge =
    listed.length > MOST_STATEMENTS ||
    patterns.length > MOST_PATTERNS ||
    patterns.some((one) => typeof one !== 'string' || one.length > LONGEST_PATTERN);
  if (listed.length === 0 || isTooLarge) return unread(source);
  const statements = exactly(() => listed.map((one, index) => parseStatement(one, { source, index, hasVariables })));
  const known = statements?.filter((statement) => statement !== undefined);
  return known === undefined || known.length < listed.length ? unread(source) : known;
}

/** Statements of a policy that nobody has read: it may allow anything and deny anything. */
export function unread(source: string): readonly Statement[] {
  return (['Allow', 'Deny'] as const).map((effect) => {
    const verb = effect === 'Allow' ? 'allows' : 'denies';
    const when = literal({ id: `${source} ${verb}`, kind: 'unread', words: `${source} ${verb} it` });
    return { effect, source, index: 0, boxes: [{ actions: ALL_ACTIONS, resources: EVERYTHING, when }] };
  });
}

const PATTERN_KEYS = ['Action', 'NotAction', 'Resource', 'NotResource'];
const KEYS = ['Sid', 'Effect', 'Principal', 'Condition', ...PATTERN_KEYS];

interface Where {
  readonly source: string;
  readonly index: number;
  readonly hasVariables: boolean;
}

function parseStatement(value: unknown, { source, index, hasVariables }: Where): Statement | undefined {
  if (!isRecord(value) || Object.keys(value).some((key) => !KEYS.includes(key))) return undefined;
  const { Sid: sid, Effect: effect, Principal: principal = '*', Condition: condition } = value;
  if (!isEffect(effect) || principal !== '*') return undefined;
  const when = parseCondition(condition);
  const actions = actionsOf(value);
  if (when === undefined || actions === undefined) return undefined;
  const resources = resourcesOf(value, hasVariables, when);
  if (resources === undefined) return undefined;
  const boxes = resources.map((box) => ({ actions, ...box }));
  return { effect, source, index, ...(typeof sid === 'string' && { sid }), boxes };
}

function isEffect(value: unknown): value is Statement['effect'] {
  return value === 'Allow' || value === 'Deny';
}

/** Actions are compared without case. */
function actionsOf({ Action: action, NotAction: notAction }: Readonly<Record<string, unknown>>): Region | undefined {
  if ((action === undefined) === (notAction === undefined)) return undefined;
  const named = anyOf(strings(action ?? notAction).map((one) => globOf(one === '*' ? '*:*' : one.toLowerCase())));
  return action === undefined ? intersect(ALL_ACTIONS, complement(named)) : named;
}

type Reach = Pick<Box, 'resources' | 'when'>;

function resourcesOf(
  { Resource: resource, NotResource: notResource }: Readonly<Record<string, unknown>>,
  hasVariables: boolean,
  when: Formula,
): readonly Reach[] | undefined {
  if ((resource === undefined) === (notResource === undefined)) return undefined;
  const patterns = strings(resource ?? notResource).map((text) => resourcePattern(text, hasVariables));
  const plain = anyOf(patterns.filter(({ fits }) => fits === ALWAYS).map(({ glob }) => glob));
  const varying = patterns.filter(({ fits }) => fits !== ALWAYS);
  if (resource !== undefined) {
    const wide = varying.map(({ glob, fits }) => ({ resources: anyOf([glob]), when: and(when, fits) }));
    return [...(plain === NOTHING ? [] : [{ resources: plain, when }]), ...wide];
  }
  return varying.reduce<readonly Reach[]>(
    (reaches, { glob, misses }) => reaches.flatMap((reach) => except(reach, anyOf([glob]), misses)),
    [{ resources: complement(plain), when }],
  );
}

/** Resources outside a pattern, and those within it that a variable makes no part of it. */
function except({ resources, when }: Reach, widened: Region, misses: Formula): readonly Reach[] {
  return [
    { resources: subtract(resources, widened), when },
    { resources: intersect(resources, widened), when: and(when, misses) },
  ].filter((reach) => reach.resources.length > 0);
}

interface ResourcePattern {
  /** Each variable stands for any text. */
  readonly glob: Glob;
  /** Literal that the variables' values fit the resource; always where there are none. */
  readonly fits: Formula;
  readonly misses: Formula;
}

/** In documents of the version 2012-10-17, `${*}`, `${?}` and `${$}` are characters, and other names in `${}` are variables. */
function resourcePattern(text: string, hasVariables: boolean): ResourcePattern {
  const parts = hasVariables ? text.split(/(\$\{[^}]*\})/) : [text];
  const isVariable = (part: string): boolean => hasVariables && /^\$\{.*\}$/s.test(part);
  const tokens = parts.flatMap((part): readonly Token[] => {
    const [, char] = /^\$\{([*?$])\}$/.exec(part) ?? [];
    if (char !== undefined && hasVariables) return [char];
    return globOf(isVariable(part) ? '*' : part).tokens;
  });
  const glob = globOfTokens(tokens);
  if (!parts.some((part) => isVariable(part) && !/^\$\{[*?$]\}$/.test(part))) {
    return { glob, fits: ALWAYS, misses: [] };
  }
  const one = { id: `resource ${text}`, kind: 'variable', words: `the resource is ${text}` } as const;
  return { glob, fits: literal(one), misses: literal(one, false) };
}

/** A value of a policy that may be one or a list. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}

/** Texts of a value that may be written alone or in a list. */
export function strings(value: unknown): readonly string[] {
  return asList(value).filter((one) => typeof one === 'string');
}

/** Operators that are true where the other one is false, also where the request lacks the key. */
const CONTRARIES: Readonly<Record<string, string>> = {
  stringnotequals: 'stringequals',
  stringnotequalsignorecase: 'stringequalsignorecase',
  stringnotlike: 'stringlike',
  numericnotequals: 'numericequals',
  datenotequals: 'dateequals',
  arnnotequals: 'arnlike',
  arnnotlike: 'arnlike',
  notipaddress: 'ipaddress',
};

/** Quantifiers of keys with several values: one is the contrary of the other with the contrary operator. */
const QUANTIFIERS: Readonly<Record<string, string>> = {
  'forallvalues:': 'foranyvalue:',
  'foranyvalue:': 'forallvalues:',
};

const WORDS: Readonly<Record<string, string>> = {
  arnlike: 'is like',
  bool: 'is',
  ipaddress: 'is in',
  null: 'is absent:',
  stringequals: 'is',
  stringlike: 'is like',
};

/** Formula of a `Condition`; undefined where it is malformed. */
export function parseCondition(value: unknown): Formula | undefined {
  if (value === undefined) return ALWAYS;
  if (!isRecord(value)) return undefined;
  const parsed = Object.entries(value).flatMap(([operator, keys]) =>
    isRecord(keys) ? Object.entries(keys).map(([key, values]) => comparisonOf(operator, key, values)) : [undefined],
  );
  const known = parsed.filter((formula) => formula !== undefined);
  return known.length < parsed.length ? undefined : and(...known);
}

function comparisonOf(written: string, key: string, value: unknown): Formula | undefined {
  const values = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  if (!values.every((one) => typeof one === 'string' || typeof one === 'boolean' || typeof one === 'number')) {
    return undefined;
  }
  const { operator, isNegated } = positive(written.toLowerCase());
  return literalOf({ operator, key, values: [...new Set(values.map(String))].toSorted() }, !isNegated);
}

/** The operator without negation. With `IfExists` a negated one says the same, since it is true without the key anyway. */
function positive(written: string): { readonly operator: string; readonly isNegated: boolean } {
  const [, quantifier = '', name = '', ifExists = ''] =
    /^(for(?:all|any)values?:)?(.*?)(ifexists)?$/.exec(written) ?? [];
  const same = name === 'arnequals' ? 'arnlike' : name;
  const contrary = CONTRARIES[same];
  if (contrary === undefined) return { operator: `${quantifier}${same}${ifExists}`, isNegated: false };
  if (quantifier !== '' && ifExists !== '') return { operator: written, isNegated: false };
  return { operator: `${QUANTIFIERS[quantifier] ?? ''}${contrary}`, isNegated: true };
}

function literalOf({ operator, key, values: given }: Comparison, holds: boolean): Formula {
  if (operator === 'null' && given.length === 1) {
    const [isAbsent = ''] = given;
    return conditionLiteral({ operator, key, values: ['true'] }, holds === (isAbsent.toLowerCase() !== 'false'));
  }
  const isCaseless = /bool|ignorecase/.test(operator);
  const values = isCaseless ? [...new Set(given.map((one) => one.toLowerCase()))].toSorted() : given;
  // Without a wildcard, `StringLike` compares as `StringEquals` does.
  const isPlain = !values.some((one) => /[*?]/.test(one));
  return conditionLiteral(
    { operator: isPlain ? operator.replace('stringlike', 'stringequals') : operator, key, values },
    holds,
  );
}

function conditionLiteral({ operator, key: written, values }: Comparison, holds: boolean): Formula {
  const key = written.toLowerCase();
  const words = `${written} ${WORDS[operator] ?? operator} ${values.join(' or ')}`;
  const id = JSON.stringify([operator, key, ...values]);
  return literal({ id, kind: 'condition', words, condition: { operator, key, values } }, holds);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
