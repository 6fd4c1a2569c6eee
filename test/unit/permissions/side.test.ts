import * as fc from 'fast-check';
import { assume, type Literal } from '../../../src/permissions/formula';
import { globOf, matches } from '../../../src/permissions/glob';
import { parsePolicy, unread } from '../../../src/permissions/policy';
import {
  anyOf,
  complement,
  covers,
  includes,
  intersect,
  subtract,
  union,
  witnessOf,
} from '../../../src/permissions/region';
import { allowedBy, can, denialsOf, difference, type Side, sideOf, whenAllowed } from '../../../src/permissions/side';
import { runs } from '../../support/runs';
import {
  ACTIONS,
  allows,
  randomLayers,
  type RandomPolicy,
  type Request,
  RESOURCES,
  words,
} from '../../support/permissions/random-policies';

const sideFrom = (documents: readonly unknown[]): Side => ({
  layers: documents.map((document, index) => ({
    name: `layer ${index}`,
    statements: parsePolicy(document, `policy ${index}`),
  })),
});

/** Values that a request gives to each kind of literal; the pattern of a variable is compared by its text. */
const decide =
  ({ k, m, v, resource }: Request) =>
  ({ id, kind, condition }: Literal): boolean => {
    if (kind === 'variable') return matches(globOf(id.slice('resource '.length).replace('${v}', v)), resource);
    return condition?.key === 'm' ? m : k;
  };

const request: fc.Arbitrary<Request> = fc.record({
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...RESOURCES),
  k: fc.boolean(),
  m: fc.boolean(),
  v: fc.constantFrom('', 'a', ':z'),
});
const requests = fc.array(request, { minLength: 30, maxLength: 30 });

const holdsAt = (boxes: Parameters<typeof whenAllowed>[0], one: Request): boolean =>
  assume(whenAllowed(boxes, one), decide(one)).length > 0;

test('two sides and their difference are those of IAM, request by request', () => {
  const property = fc.property(randomLayers, randomLayers, requests, (before, after, some) => {
    const gained = difference(sideFrom(before), sideFrom(after));
    const allowed = allowedBy(sideFrom(after));
    const isWrong = (one: Request): boolean => {
      const [had, has] = [allows(before, one), allows(after, one)];
      return holdsAt(allowed, one) !== has || holdsAt(gained, one) !== (has && !had);
    };
    expect(some.filter(isWrong)).toEqual([]);
  });
  fc.assert(property, runs(10_000));
});

test('a difference is empty where no request shows one, and each part of it has a witness', () => {
  const property = fc.property(randomLayers, randomLayers, (before, after) => {
    for (const { actions, resources, witness } of difference(sideFrom(before), sideFrom(after))) {
      expect(includes(actions, witness.action) && includes(resources, witness.resource)).toBe(true);
    }
  });
  fc.assert(property, runs(1000));
});

const patterns = fc.array(
  fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 5 }).map((parts) => globOf(parts.join(''))),
  { maxLength: 3 },
);
const regions = fc.record({ plus: patterns, less: patterns }).map(({ plus, less }) => {
  return { plus, less, region: subtract(anyOf(plus), anyOf(less)) };
});

const WORDS = RESOURCES.map((text) => text.replaceAll(':', 'b'));

test('regions are closed under union, intersection and complement', () => {
  const isIn = (
    { plus, less }: { plus: readonly ReturnType<typeof globOf>[]; less: readonly ReturnType<typeof globOf>[] },
    word: string,
  ) => plus.some((glob) => matches(glob, word)) && !less.some((glob) => matches(glob, word));
  const property = fc.property(regions, regions, (a, b) => {
    const joined = union(a.region, b.region);
    const met = intersect(a.region, b.region);
    const outside = complement(a.region);
    const isWrong = (word: string): boolean =>
      includes(joined, word) !== (isIn(a, word) || isIn(b, word)) ||
      includes(met, word) !== (isIn(a, word) && isIn(b, word)) ||
      includes(outside, word) === isIn(a, word);
    expect(WORDS.filter(isWrong)).toEqual([]);
    for (const region of [joined, met, outside]) {
      const word = witnessOf(region);
      if (word === undefined) expect(region).toEqual([]);
      else expect(includes(region, word)).toBe(true);
    }
  });
  fc.assert(property, runs(1000));
});

/** More parts than `near` compares one by one, with beginnings by which it sorts them. */
const manyPatterns = fc.array(
  fc
    .tuple(fc.constantFrom('a:', 'b:', 'a:', 'b:', ''), fc.array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 3 }))
    .map(([head, rest]) => `${head}${rest.join('')}*`),
  { minLength: 1, maxLength: 9 },
);
const parts = fc.record({ plus: manyPatterns, less: fc.oneof(manyPatterns, fc.constant([])) });
const steps = fc.array(fc.tuple(fc.constantFrom('union', 'intersect', 'subtract', 'from'), parts), {
  minLength: 1,
  maxLength: 4,
});
const SHORT = words(['a', 'b', ':', 'z'], 5);
const isLike = (texts: readonly string[]): ((word: string) => boolean) => {
  const all = texts.map((text) => new RegExp(`^${text.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`));
  return (word) => all.some((one) => one.test(word));
};

interface Parts {
  readonly plus: readonly string[];
  readonly less: readonly string[];
}

const isAmong = ({ plus, less }: Parts): ((word: string) => boolean) => {
  const [isIn, isOut] = [isLike(plus), isLike(less)];
  return (word) => isIn(word) && !isOut(word);
};

test('regions of many patterns have the texts that they should, step after step', () => {
  const regionIn = ({ plus, less }: Parts) => subtract(anyOf(plus.map(globOf)), anyOf(less.map(globOf)));
  const property = fc.property(parts, steps, (first, more) => {
    let region = regionIn(first);
    let isIn = isAmong(first);
    for (const [operation, one] of more) {
      const [other, isOther, isOwn] = [regionIn(one), isAmong(one), isIn];
      const [next, isNext] = {
        union: [() => union(region, other), (word: string) => isOwn(word) || isOther(word)] as const,
        intersect: [() => intersect(region, other), (word: string) => isOwn(word) && isOther(word)] as const,
        subtract: [() => subtract(region, other), (word: string) => isOwn(word) && !isOther(word)] as const,
        from: [() => subtract(other, region), (word: string) => isOther(word) && !isOwn(word)] as const,
      }[operation];
      [region, isIn] = [next(), isNext];
      expect(SHORT.filter((word) => includes(region, word) !== isIn(word))).toEqual([]);
      expect(covers(region, other) && SHORT.some((word) => isOther(word) && !isIn(word))).toBe(false);
    }
  });
  fc.assert(property, runs(1000));
});

test('of two pieces that are equal, one stays', () => {
  const but = (pattern: string, ...texts: readonly string[]) =>
    subtract(anyOf([globOf(pattern)]), anyOf(texts.map(globOf)));
  const met = intersect(but('*a', 'aba', 'aca'), union(but('a*', 'aba'), but('a*', 'aca')));
  expect(['aa', 'aba', 'aca', 'ab'].map((text) => includes(met, text))).toEqual([true, false, false, false]);
});

test('what is cut out says nothing of what is near', () => {
  const five = anyOf(['a:1', 'a:2', 'b:1', 'b:2', 'b:3'].map(globOf));
  const met = intersect(subtract(anyOf([globOf('?:?')]), anyOf([globOf('a:1')])), five);
  expect(['a:1', 'a:2', 'b:1'].map((text) => includes(met, text))).toEqual([false, true, true]);
});

const all = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const withDenial = ({ Statement }: RandomPolicy): unknown => ({
  Version: '2012-10-17',
  Statement: Statement.map((one) => ({ ...one, Effect: 'Deny' })),
});

test('a denial, a boundary and another level never widen a side, and a further policy never narrows what others allow', () => {
  const property = fc.property(randomLayers, randomLayers, ([first, ...others], [extra]) => {
    const documents = [first, ...others];
    const side = sideFrom(documents);
    expect(difference(side, sideFrom([...documents, extra]))).toEqual([]);
    expect(difference(side, sideFrom([...documents, all]))).toEqual([]);
    expect(difference(sideFrom([...documents, all]), side)).toEqual([]);
    const denied = {
      layers: [
        ...side.layers,
        { name: 'more', statements: [...parsePolicy(all, 'all'), ...parsePolicy(extra && withDenial(extra), 'deny')] },
      ],
    };
    expect(difference(side, denied)).toEqual([]);
    const allowing = parsePolicy(extra, 'extra').filter(({ effect }) => effect === 'Allow');
    const joined = side.layers.map((layer) => ({ ...layer, statements: [...layer.statements, ...allowing] }));
    expect(difference({ layers: joined }, side)).toEqual([]);
  });
  fc.assert(property, runs(1000));
});

const allow = (Action: unknown, Resource: unknown = '*', more: object = {}): unknown => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource, ...more }],
});
const identity = (...documents: readonly unknown[]): Side =>
  sideOf({ identity: documents.flatMap((document, index) => parsePolicy(document, `policy ${index}`)) });

test.each([
  ['s3:getobject', 'arn:aws:s3:::a/b:c/d', 'yes'],
  ['s3:PutObject', 'arn:aws:s3:::a/b', 'no'],
  // ARNs have case, and each partition its own.
  ['s3:GetObject', 'arn:aws:s3:::A/b', 'no'],
  ['s3:GetObject', 'arn:aws-us-gov:s3:::a/b', 'no'],
  // A resource that is named allows no action that is made on none.
  ['s3:GetObject', '*', 'yes'],
])('%s on %s: %s', (action, resource, verdict) => {
  expect(can(identity(allow('S3:Get*', 'arn:aws:s3:::a/*')), { action, resources: [resource] }).verdict).toBe(verdict);
});

test('two spellings of a condition are one', () => {
  const write = (...conditions: readonly object[]): Side =>
    identity(...conditions.map((Condition) => allow('s3:*', '*', { Condition })));
  const pairs: readonly (readonly [object, object])[] = [
    [
      { StringLike: { 'aws:PrincipalTag/Team': ['b', 'a', 'b'] } },
      { stringequals: { 'AWS:principaltag/team': ['a', 'b'] } },
    ],
    [{ ArnEquals: { 'aws:SourceArn': 'a*' } }, { ArnLike: { 'aws:SourceArn': ['a*'] } }],
    [
      { Null: { k: 'false' }, Bool: { b: true } },
      { Bool: { B: 'true' }, Null: { k: false } },
    ],
    [{ StringNotEqualsIfExists: { k: '1' } }, { StringNotEquals: { k: '1' } }],
    [{ 'ForAllValues:StringNotLike': { k: 'a*' } }, { 'ForAllValues:StringNotLike': { K: ['a*'] } }],
  ];
  for (const [a, b] of pairs) {
    expect(difference(write(a), write(b))).toEqual([]);
    expect(difference(write(b), write(a))).toEqual([]);
  }
  // A condition or its contrary is no condition.
  const either = write({ StringEquals: { k: '1' } }, { StringNotEquals: { k: '1' } });
  expect(difference(either, write({}))).toEqual([]);
  expect(can(either, { action: 's3:GetObject' }).verdict).toBe('yes');
});

const tag = 'aws:PrincipalTag/team';
test.each([
  [{ StringEquals: { [tag]: 'a' } }, { StringEquals: { [tag]: ['b', 'c'] } }, 'no'],
  [{ StringEquals: { [tag]: 'a' } }, { StringEquals: { 'AWS:principaltag/TEAM': ['a', 'b'] } }, 'only if'],
  [{ StringEquals: { [tag]: 'a' } }, { StringNotEquals: { [tag]: ['a', 'b'] } }, 'no'],
  [{ StringEquals: { [tag]: 'a' } }, { StringLike: { [tag]: 'b*' } }, 'no'],
  [{ StringEquals: { [tag]: 'a' } }, { StringEqualsIfExists: { [tag]: 'b' } }, 'no'],
  [{ StringEqualsIfExists: { [tag]: 'a' } }, { StringEqualsIfExists: { [tag]: 'b' } }, 'only if'],
  [{ StringEquals: { [tag]: 'a' } }, { Null: { [tag]: 'true' } }, 'no'],
  [{ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, { Bool: { 'aws:MultiFactorAuthPresent': false } }, 'no'],
  // A variable may be either, and a key with several values both.
  [{ StringEquals: { [tag]: '${aws:username}' } }, { StringEquals: { [tag]: 'b' } }, 'only if'],
  [{ StringEquals: { 'aws:CalledVia': 'a' } }, { StringEquals: { 'aws:CalledVia': 'b' } }, 'only if'],
])('one key has one value: %j within %j is %s', (own, boundary, verdict) => {
  const statements = (Condition: object): ReturnType<typeof parsePolicy> =>
    parsePolicy(allow('s3:*', '*', { Condition }), 'policy');
  const side = sideOf({ identity: statements(own), boundary: statements(boundary) });
  expect(can(side, { action: 's3:GetObject' }).verdict).toBe(verdict);
});

test('a denial of all values but one leaves that one', () => {
  const side = identity(allow('s3:*', '*', { Condition: { StringEquals: { [tag]: 'a' } } }), {
    Statement: { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringNotEquals: { [tag]: ['a', 'b'] } } },
  });
  const allowed = allowedBy(side);
  expect(allowed).toHaveLength(1);
  expect(difference(side, identity(allow('s3:*', '*', { Condition: { StringEquals: { [tag]: 'a' } } })))).toEqual([]);
});

test('a session policy narrows a session, and NotPrincipal is for the policies of resources alone', () => {
  const document = allow('s3:*');
  const session = parsePolicy(allow('s3:Get*'), 'session');
  const verdictOf = (action: string): string =>
    can(sideOf({ identity: parsePolicy(document, 'inline'), session }), { action }).verdict;
  expect([verdictOf('s3:GetObject'), verdictOf('s3:PutObject')]).toEqual(['yes', 'no']);
  const side = identity({ Statement: { Effect: 'Deny', Action: 's3:*', Resource: '*', NotPrincipal: '*' } });
  expect(can(side, { action: 's3:GetObject' }).verdict).toBe('unknown');
});

test('the answer is only if where a condition or a variable decides, and unknown where an unread policy does', () => {
  const focus = { action: 's3:GetObject', resources: ['arn:aws:s3:::team/a'] };
  const own = allow('s3:*', 'arn:aws:s3:::${aws:PrincipalTag/team}/*');
  expect(can(identity(own), focus).verdict).toBe('only if');
  expect(can(identity({ ...(own as object), Version: '2008-10-17' }), focus).verdict).toBe('no');
  const withScp = (scp: ReturnType<typeof unread>, document: unknown): Side =>
    sideOf({ identity: parsePolicy(document, 'inline'), scps: [scp] });
  expect(can(withScp(unread('the SCP'), allow('s3:*')), focus).verdict).toBe('unknown');
  // An SCP allows nothing by itself.
  expect(can(withScp(unread('the SCP'), allow('ec2:*')), focus).verdict).toBe('no');
  expect(can(withScp(parsePolicy(allow('ec2:*'), 'SCP'), allow('s3:*')), focus).verdict).toBe('no');
});

test.each([
  [{}],
  [{ Statement: [{ Effect: 'Allow', Action: 's3:*' }] }],
  [{ Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', Resources: 'a' }] }],
  [{ Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { StringEquals: { k: {} } } }] }],
  [{ Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: { AWS: '1' } }] }],
  [allow(Array.from({ length: 5001 }, (_, index) => `s3:a${index}`))],
])('a document that is malformed or too large leaves the answer unknown', (document) => {
  expect(can(identity(document), { action: 's3:GetObject' }).verdict).toBe('unknown');
});

test('patterns that are too many to compare leave the answer unknown', () => {
  const stars = Array.from({ length: 30 }, (_, index) => `*${'ab'.repeat((index % 5) + 1)}${index}*${index}*`);
  const side = identity(
    { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', NotResource: stars } },
    ...stars.map((star) => allow('s3:*', star)),
  );
  const answer = can(side, { action: 's3:GetObject', resources: ['*a*b*1*2*3*4*5*6*7*8*9*'] });
  expect(['unknown', 'yes']).toContain(answer.verdict);
});

test('a policy of many patterns that overlap differs by what is new in it', () => {
  const parts = ['authorizers', 'deployments', 'exports', 'integrations', 'models', 'resources', 'routes', 'stages'];
  const patterns = ['apis', 'domainnames', 'restapis', 'vpclinks'].flatMap((kind) =>
    parts.map((part) => `arn:aws:apigateway:*::/${kind}/*/${part}/*`),
  );
  const audit = (actions: readonly string[], resources: readonly string[]): Side =>
    identity(allow(actions), allow('apigateway:GET', resources));
  const before = audit(['iam:Get*'], patterns);
  expect(difference(before, audit(['iam:Get*', 's3:List*'], patterns))).toMatchObject([{ by: { source: 'policy 0' } }]);
  expect(difference(audit(['iam:Get*'], patterns.slice(1)), before)).toMatchObject([{ by: { source: 'policy 1' } }]);
});

test('the answer names the statements that allow and deny', () => {
  const statement = (Effect: string, Sid: string, Action: string): object => ({ Effect, Sid, Action, Resource: '*' });
  const side = identity({
    Version: '2012-10-17',
    Statement: [statement('Allow', 'Read', 's3:*'), statement('Deny', 'Keep', 's3:Delete*')],
  });
  expect(can(side, { action: 's3:GetObject' }).allowed.map(({ by }) => by.sid)).toEqual(['Read']);
  const focus = { action: 's3:DeleteBucket' };
  expect(can(side, focus).verdict).toBe('no');
  expect(denialsOf(side, focus)).toMatchObject([{ sid: 'Keep', index: 1 }]);
});
