import { globOf, matches, step, TooComplexError } from './glob';

/** A claim that a request makes true or false, without being looked into. */
export interface Literal {
  /** Equal for two spellings of the same claim. */
  readonly id: string;
  /**
   * `condition`: a key of the request compares so. `variable`: the resource is what a policy variable makes of a pattern.
   * `unread`: a document that is not known here decides.
   */
  readonly kind: 'condition' | 'variable' | 'unread';
  readonly words: string;
  /** Comparison of a condition. */
  readonly condition?: Comparison;
}

/** A literal, or its contrary. */
export interface Signed {
  readonly literal: Literal;
  readonly holds: boolean;
}

/** All of them together, by their signed id. */
type Term = ReadonlyMap<string, Signed>;

/** A disjunction of terms, each without contradiction. */
export type Formula = readonly Term[];

export const ALWAYS: Formula = [new Map()];
export const NEVER: Formula = [];

const MOST_TERMS = 256;

export function literal(one: Literal, holds = true): Formula {
  return [new Map([[signedId(one, holds), { literal: one, holds }]])];
}

export function or(...formulas: readonly Formula[]): Formula {
  return simplified(formulas.flat());
}

export function and(...formulas: readonly Formula[]): Formula {
  return formulas.reduce((left, right) => {
    if (left.length * right.length > MOST_TERMS * 4) throw new TooComplexError('too many conditions');
    return simplified(left.flatMap((a) => right.flatMap((b) => both(a, b))));
  }, ALWAYS);
}

export function not(formula: Formula): Formula {
  return and(...formula.map((term) => [...term.values()].flatMap((one) => literal(one.literal, !one.holds))));
}

/** Tells whether the formula holds whatever its literals are. */
export function isAlways(formula: Formula): boolean {
  return formula.some((term) => term.size === 0) || not(formula).length === 0;
}

/** The formula where some literals are known to be true or false. */
export function assume(formula: Formula, decide: (one: Literal) => boolean | undefined): Formula {
  const terms = formula.flatMap((term): Formula => {
    const known = [...term].map(([id, one]) => ({ id, one, is: decide(one.literal) }));
    if (known.some(({ one, is }) => is !== undefined && is !== one.holds)) return NEVER;
    return [new Map(known.filter(({ is }) => is === undefined).map(({ id, one }) => [id, one]))];
  });
  return simplified(terms);
}

/** Literals of a formula, each once, whether it asks that they hold or that they do not. */
export function literalsOf(formula: Formula): readonly Literal[] {
  const all = formula.flatMap((term) => [...term.values()].map((one) => one.literal));
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

/** The formula as alternatives of claims. */
export function alternatives(formula: Formula): readonly (readonly Signed[])[] {
  return formula.map((term) => [...term.values()]);
}

/** The formula in words. */
export function formulaText(formula: Formula): string {
  if (formula.length === 0) return 'never';
  if (formula.some((term) => term.size === 0)) return 'always';
  const words = ({ literal: { words: text }, holds }: Signed): string => (holds ? text : `not (${text})`);
  return alternatives(formula)
    .map((term) => term.map(words).join(' and '))
    .join('; or ');
}

function signedId({ id }: Pick<Literal, 'id'>, holds: boolean): string {
  return `${holds ? '+' : '-'}${id}`;
}

function opposite(id: string): string {
  return `${id.startsWith('+') ? '-' : '+'}${id.slice(1)}`;
}

/** Both terms together; nothing where they contradict each other. */
function both(a: Term, b: Term): Formula {
  const isContrary = [...b].some(
    ([id, one]) => a.has(opposite(id)) || [...a.values()].some((other) => clash(one, other)),
  );
  return isContrary ? NEVER : [new Map([...a, ...b])];
}

/** Tells whether conditions on one key can't both be so. */
function clash(a: Signed, b: Signed): boolean {
  const [one, other] = [a.literal.condition, b.literal.condition];
  if (one === undefined || other === undefined || one.key !== other.key) return false;
  return (a.holds && excludes(one, other, b.holds)) || (b.holds && excludes(other, one, a.holds));
}

/** Without terms that others hold, and without literals that another term makes idle: `a or (not a and b)` is `a or b`. */
function simplified(terms: readonly Term[]): Formula {
  let all = withoutHeld(terms);
  for (;;) {
    const leaner = withoutHeld(all.map((term) => withoutIdle(term, all)));
    if (sizeOf(leaner) === sizeOf(all)) break;
    all = leaner;
  }
  if (all.length > MOST_TERMS) throw new TooComplexError(`more than ${MOST_TERMS} alternatives of conditions`);
  return all;
}

function sizeOf(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + term.size + 1, 0);
}

function withoutHeld(terms: readonly Term[]): readonly Term[] {
  step(terms.length ** 2);
  return terms.filter(
    (term, index) =>
      !terms.some((other, at) => at !== index && isWithin(other, term) && (other.size < term.size || at < index)),
  );
}

function withoutIdle(term: Term, all: readonly Term[]): Term {
  const idle = [...term.keys()].find((id) =>
    all.some((other) => other.has(opposite(id)) && isWithin(other, term, opposite(id))),
  );
  return idle === undefined ? term : new Map([...term].filter(([id]) => id !== idle));
}

/** Tells whether a term has no literal, but for one, that the other lacks. */
function isWithin(term: Term, other: Term, but?: string): boolean {
  return [...term.keys()].every((id) => id === but || other.has(id));
}

/** A comparison in the form that negated operators and letter case are gone from. */
export interface Comparison {
  /** In lower case, and not negated: `stringlike`. */
  readonly operator: string;
  /** In lower case: `aws:principaltag/team`. */
  readonly key: string;
  readonly values: readonly string[];
}

/** Tells whether a comparison of texts holds for a value of its key; undefined for other comparisons and for policy variables. */
export function comparesWith({ operator, values }: Comparison, value: string): boolean | undefined {
  const [, name = ''] = /^(?:for(?:all|any)values?:)?(.*?)(?:ifexists)?$/.exec(operator) ?? [];
  if (values.some((one) => one.includes('${'))) return undefined;
  if (name === 'stringequals') return values.includes(value);
  if (name === 'stringequalsignorecase' || name === 'bool') return values.includes(value.toLowerCase());
  if (name === 'stringlike' || name === 'arnlike') return values.some((one) => matches(globOf(one), value));
  return undefined;
}

/** Keys that have one value in a request, by IAM's reference. Of others, two values may be there. */
const SINGLE_VALUED = new RegExp(
  '^(aws:(principal|request|resource)tag/.+|[a-z0-9-]+:resourcetag/.+|iam:(awsservicename|passedtoservice|permissionsboundary)|' +
    'aws:(multifactorauthpresent|principalaccount|principalarn|principalorgid|principaltype|requestedregion|resourceaccount|' +
    'resourceorgid|securetransport|sourcevpc|sourcevpce|userid|username|viaawsservice))$',
);

/** Tells whether a comparison that holds, of one key with certain values, excludes that another one is so. */
export function excludes({ operator, key, values }: Comparison, other: Comparison, holds: boolean): boolean {
  if (!/^(stringequals|bool)$/.test(operator) || !SINGLE_VALUED.test(key)) return false;
  if (values.some((value) => value.includes('${'))) return false;
  // What compares has the key.
  if (other.operator === 'null') return holds;
  if (other.operator.includes(':')) return false;
  return values.every((value) => comparesWith(other, value) === !holds);
}
