import { z } from 'zod';
import {
  awsRegion,
  brokenRules,
  holding,
  matching,
  Name,
  once,
  short,
  some,
  within,
} from '../../../src/estate/sections/shared/rules';
import { located, withPositions } from '../../../src/estate/source/located';

const words = { problem: 'is wrong', allowed: 'what is right' };

/** Code and path of each broken rule. */
const found = (schema: z.ZodType, value: unknown): readonly string[] =>
  brokenRules(schema, withPositions(value)).map(({ code, at }) => [code, ...at].join(' '));

const Item = located(z.strictObject({ name: Name.meta(matching('group-name', /^[a-z]+$/, words)) }));

test('a rule is found below defaults, optional keys and transformations', () => {
  const schema = located(
    z.strictObject({
      items: z
        .array(Item)
        .meta(some('no-environment', words))
        .default([])
        .transform((items) => items.length),
      region: Name.meta(awsRegion('aws-region')).exactOptional(),
    }),
  );
  expect(found(schema, { items: [{ name: 'a' }, { name: 'B' }], region: 'Ireland' })).toEqual([
    'group-name items 1 name',
    'aws-region region',
  ]);
  expect(found(schema, { items: [] })).toEqual(['no-environment items']);
  expect(found(schema, {})).toEqual([]);
});

test('another meta of a schema adds to its rules', () => {
  const Word = Name.meta(short('group-description', { max: 3 })).meta(
    holding('group-name', (text) => text !== 'abcd', words),
  );
  const described = Word.describe('A word.').min(1);
  expect(found(described, 'abcd').toSorted()).toEqual(['group-description', 'group-name']);
  expect(found(described, 'abc')).toEqual([]);
});

test('a repeated value stands where the file has it, though an item before it was set aside', () => {
  const list = z.array(Item).meta(once('duplicate-group', { key: 'name', allowed: 'each name once' }));
  const items = [{ name: 'faulty' }, { name: 'a' }, { name: 'a' }];
  const [, ...sound] = withPositions(items) as readonly unknown[];
  const [issue] = brokenRules(list, sound);
  expect(issue).toMatchObject({ at: [2, 'name'], value: 'a', related: [[1, 'name']] });
});

test.each([
  [0, ['rate-limit']],
  [1, []],
  [3, []],
  [4, ['rate-limit']],
  [1.5, ['rate-limit']],
  [NaN, ['rate-limit']],
])('a number within 1 to 3: %d', (value, codes) => {
  expect(found(z.number().meta(within('rate-limit', { min: 1, max: 3 }, words)), value)).toEqual(codes);
});

test('a value that a rule hides is not shown', () => {
  const secret = Name.meta(holding('secret-reference', () => false, { ...words, show: () => undefined }));
  expect(brokenRules(secret, 'pass-word')).toEqual([
    { severity: 'error', code: 'secret-reference', at: [], value: undefined, ...words },
  ]);
});
