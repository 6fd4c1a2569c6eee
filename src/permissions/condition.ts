import type { Comparison } from './comparison';
import { ALWAYS, and, type Formula, literal } from './formula';

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
