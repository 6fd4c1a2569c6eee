import { listPlaceholders, placeholderFinding, placeholdersIn } from '../../../src/estate/plan/placeholders';
import { memoryFolder } from '../../support/estate-files';

const found = (text: string) => placeholdersIn(memoryFolder({ 'estate.yaml': text })).map(({ path }) => path);

test.each([
  'insurance/identity',
  'insurance/identity/identity',
  'insuranceidentitystate',
  '8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352',
  'https://9c3b1f02-6d5a-4e7b-8a14-2f0d7c6e5b38.tokens.sts.global.api.aws',
  'https://d-93670a1b2c.awsapps.com/start',
  'arn:aws:iam::210000000011:role/deploy',
  'identity@insurance.example.com',
  'https://claims.example.com/callback',
  'aws+prod@acme.example',
  '00000000-0000-0000-0000-000000000000',
  '000000000000',
  'https://Claims.Example.COM',
])('%s is a placeholder, in a key and in a list', (value) => {
  expect(found(JSON.stringify({ a: { b: value }, c: ['ok', value] }))).toEqual(['a.b', 'c[1]']);
});

test.each([
  'acme-insurance/identity',
  'insurance/identity-prod',
  'insurance/identity/platform',
  'identity@example.com.au',
  'https://myexample.com',
  'https://example.community',
  'for example',
  '111122223333',
  '5e0c3f6a-8a53-4d43-8a4f-0a6f0f0b2f11',
  'http://localhost:5000',
])('%s is a value of a team', (value) => {
  expect(found(JSON.stringify({ a: { b: value } }))).toEqual([]);
});

test('a comment and a tag of an account hold none; the id of the organization speaks for its file', () => {
  const organization = (id: string) =>
    JSON.stringify({ organization: { id }, accounts: [{ tags: { a: 'a@b.example' } }] });
  const pathsOf = (id: string) =>
    placeholdersIn(
      memoryFolder({ 'estate.yaml': '# insurance/identity\na: 1\n', 'organization.json': organization(id) }),
    );
  expect(pathsOf('o-acme')).toEqual([]);
  expect(pathsOf('o-insurance01')).toMatchObject([
    { path: 'organization.id', file: expect.stringMatching(/organization\.json$/) as string },
  ]);
});

test('all of them are one finding, with each line once, at the first', () => {
  const text = 'a: ["210000000001", "210000000002"]\nb: "210000000003"\n';
  const files = { 'estate.yaml': text, 'organization.json': '{"organization":{"id":"o-insurance01"}}' };
  const all = placeholdersIn(memoryFolder(files));
  expect(placeholderFinding(all, 'warning')).toMatchObject({
    ...{ code: 'placeholder-value', severity: 'warning', line: 1, column: 5 },
    allowed: expect.stringMatching(/: lines 1, 2; .*organization\.json:1$/) as string,
  });
  expect(placeholderFinding([], 'error')).toBeUndefined();
});

test.each([
  ['a: "210000000001"\n', /^a value is .+ or stands for any/, /^This value is .+ or stands for any/],
  [
    'a: ["210000000001", "210000000002"]\n',
    /^2 values are .+ or stand for any/,
    /^These values are .+ or stand for any/,
  ],
])('%j is told in the number that it has', (text, problem, list) => {
  const all = placeholdersIn(memoryFolder({ 'estate.yaml': text }));
  expect(placeholderFinding(all, 'warning')?.problem).toMatch(problem);
  expect(listPlaceholders(all)).toMatch(list);
});
