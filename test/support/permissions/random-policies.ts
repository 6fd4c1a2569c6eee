import * as fc from 'fast-check';

/** Texts of a tiny alphabet, so that a few short words stand for all that patterns can tell apart. */
const pattern = (chars: readonly string[]): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...chars, '*', '?'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));

const actions = fc.array(
  pattern(['a', 'B']).map((end) => `s:${end}`),
  { minLength: 1, maxLength: 2 },
);
const resources = fc.array(
  fc.oneof({ weight: 4, arbitrary: pattern(['a', ':']) }, fc.constantFrom('a${v}', '${v}*', '${*}a')),
  { minLength: 1, maxLength: 2 },
);

export interface RandomStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const statement: fc.Arbitrary<RandomStatement> = fc
  .record({
    Effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
    ofActions: fc.tuple(fc.constantFrom('Action', 'Action', 'NotAction'), actions),
    ofResources: fc.tuple(fc.constantFrom('Resource', 'Resource', 'NotResource'), resources),
    condition: fc.constantFrom(
      {},
      {},
      { StringEquals: { k: '1' } },
      { StringNotEquals: { K: '1' } },
      { StringLike: { k: '1' }, Bool: { m: 'true' } },
    ),
  })
  .map(({ Effect, ofActions, ofResources, condition }) => ({
    Effect,
    ...Object.fromEntries([ofActions, ofResources]),
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  }));

export interface RandomPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly RandomStatement[];
}

export const randomPolicy: fc.Arbitrary<RandomPolicy> = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement) => ({ Version: '2012-10-17', Statement }));

/** Layers of one side. */
export const randomLayers: fc.Arbitrary<readonly RandomPolicy[]> = fc.array(randomPolicy, {
  minLength: 1,
  maxLength: 2,
});

/** All texts of these characters, up to a length. */
export function words(chars: readonly string[], longest: number): readonly string[] {
  if (longest === 0) return [''];
  const shorter = words(chars, longest - 1);
  const full = shorter.filter((word) => word.length === longest - 1);
  return [...shorter, ...full.flatMap((word) => chars.map((char) => word + char))];
}

export const ACTIONS = words(['a', 'b', 'z'], 3).map((end) => `s:${end}`);
export const RESOURCES = words(['a', ':', '*', 'z'], 4);

/** What a request is like: the value of the key k is 1, the key m is true, and the text that the variable v stands for. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly k: boolean;
  readonly m: boolean;
  readonly v: string;
}

const WILDCARDS: Readonly<Record<string, string>> = { '*': '[^]*', '?': '[^]' };

/** A pattern by regular expressions, independent of the code under test. */
function fits(written: string, text: string, v: string): boolean {
  const source = written.replace(/\$\{\*\}|\$\{v\}|[^]/g, (part) => {
    if (part === '${*}') return '\\*';
    return part === '${v}' ? v.replaceAll('*', '\\*') : (WILDCARDS[part] ?? part);
  });
  return new RegExp(`^${source}$`).test(text);
}

function isAbout(one: RandomStatement, { action, resource, k, m, v }: Request): boolean {
  const named = (patterns: readonly string[] = []): boolean =>
    patterns.some((each) => fits(each.toLowerCase(), action, v));
  const reached = (patterns: readonly string[] = []): boolean => patterns.some((each) => fits(each, resource, v));
  const holds = Object.keys(one.Condition ?? {}).every((operator) => {
    if (operator === 'StringNotEquals') return !k;
    return operator === 'Bool' ? m : k;
  });
  return (
    holds &&
    (one.Action === undefined ? !named(one.NotAction) : named(one.Action)) &&
    (one.Resource === undefined ? !reached(one.NotResource) : reached(one.Resource))
  );
}

/** IAM's rule, one request at a time: every layer allows it, and no statement denies it. */
export function allows(layers: readonly RandomPolicy[], request: Request): boolean {
  const about = layers.map((layer) => layer.Statement.filter((one) => isAbout(one, request)));
  return (
    about.every((some) => some.some(({ Effect }) => Effect === 'Allow')) &&
    !about.flat().some(({ Effect }) => Effect === 'Deny')
  );
}
