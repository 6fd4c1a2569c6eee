import { parsePolicy } from '../../../../src/permissions/policy';
import { difference, sideOf } from '../../../../src/permissions/side';
import { deployedDocument, lengthOf } from '../../../../src/estate/sections/access/policy-document';
import { deployedForm } from '../../../../src/estate/sections/access/sets/set-properties';
import type { JsonObject } from '../../../../src/estate/sections/estate';
import { INLINE_POLICY_CHARACTERS } from '../../../../src/estate/sections/limits';
import { codesAndPlaces, planOf } from '../../../support/estate-files';

const document = (statements: readonly JsonObject[]): JsonObject => ({ Version: '2012-10-17', Statement: statements });
const planWith = (policy: JsonObject) =>
  planOf(
    `access:\n  permissionSets:\n    - name: Admin\n      inlinePolicy: ${JSON.stringify(policy)}\n  grants: []\n`,
  );
const codesOf = (policy: JsonObject): readonly string[] =>
  codesAndPlaces(planWith(policy)).map((one) => one.split(' ', 2).join(' '));

const bucket = (name: string): string => `arn:aws:s3:::${name}${'x'.repeat(40)}/*`;
const read = (name: string): JsonObject => ({
  Sid: name,
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: bucket(name),
});
const many = (count: number, one: (name: string) => JsonObject): readonly JsonObject[] =>
  Array.from({ length: count }, (_, index) => one(`b${String(index).padStart(3, '0')}`));

const sideOfPolicy = (policy: JsonObject) => sideOf({ identity: parsePolicy(policy, 'p') });

test('a document over its quota is deployed folded, which the preview says, and allows the same', () => {
  const policy = document([
    ...many(120, read),
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:Get*'], Resource: bucket('b000') },
    { Effect: 'Deny', Action: 's3:GetObject', Resource: bucket('b001') },
  ]);
  expect(lengthOf(policy)).toBeGreaterThan(INLINE_POLICY_CHARACTERS);
  const plan = planWith(policy);
  expect(codesOf(policy).filter((code) => !code.endsWith('idle-statement'))).toEqual(['warning folded-policy']);
  const [set] = plan.estate.access?.permissionSets ?? [];
  const deployed = set && deployedForm(set, 'aws').inlinePolicy;
  expect(lengthOf(deployed)).toBeLessThanOrEqual(INLINE_POLICY_CHARACTERS);
  expect(deployed).toMatchObject({
    Statement: [
      { Effect: 'Allow', Action: 's3:Get*', Resource: bucket('b000') },
      { Effect: 'Allow', Action: 's3:GetObject' },
      { Effect: 'Deny', Resource: bucket('b001') },
    ],
  });
  const [before, after] = [sideOfPolicy(policy), sideOfPolicy(deployed as JsonObject)];
  expect([difference(before, after), difference(after, before)]).toEqual([[], []]);
});

test('one that does not fit folded either is an error, and one that fits is deployed as it is written', () => {
  const long = document(many(250, read));
  expect(codesOf(long)).toEqual(['error inline-policy']);
  const short = document([...many(2, read), ...many(2, read)]);
  expect(deployedDocument(short, INLINE_POLICY_CHARACTERS)).toBe(short);
});

test.each<{ of: string; pair: readonly JsonObject[]; left: number }>([
  { of: 'effects', pair: [{}, { Effect: 'Deny' }], left: 2 },
  {
    of: 'conditions',
    pair: [{ Action: 's3:Put*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, {}],
    left: 2,
  },
  { of: 'actions and resources at once', pair: [{ Action: 's3:PutObject' }, { Resource: bucket('other') }], left: 2 },
  {
    of: 'variables',
    pair: [{ Resource: 'arn:aws:s3:::${aws:userid}/a' }, { Resource: 'arn:aws:s3:::*{aws:userid}/a' }],
    left: 1,
  },
])('statements of different $of allow the same when folded', ({ pair, left }) => {
  const statements = pair.map((one) => ({ ...read('same'), ...one }));
  const folded = deployedDocument(document(statements), 1);
  expect(folded['Statement']).toHaveLength(left);
  const [before, after] = [document(statements), folded].map(sideOfPolicy);
  expect(before && after && [difference(before, after), difference(after, before)]).toEqual([[], []]);
});
