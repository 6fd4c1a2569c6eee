import { Ajv2020 } from 'ajv/dist/2020';
import { parse } from 'yaml';
import { estateJsonSchema, type JsonSchema } from '../../../src/estate/reference/json-schema';
import { namedThings, schemaWithNames } from '../../../src/estate/reference/named-things';
import { EDITOR_KEYWORDS } from '../../support/editor-keywords';
import { MANAGEMENT, memoryFolder, organizationText } from '../../support/estate-files';

const ESTATE = `
workforce:
  groups: [{ name: Analysts, description: Read numbers. }]
access:
  permissionSets: [{ name: Reader, description: Reads., managedPolicies: [ReadOnlyAccess] }]
  grants: []
`;
const ORGANIZATION = {
  ous: ['/Work'],
  accounts: [MANAGEMENT, { id: '100000000001', name: 'shop', ou: '/Work' }],
  groups: ['Auditors'],
};
const things = (files: Readonly<Record<string, string>>) => namedThings([memoryFolder(files)]);
const schemaOf = (files: Readonly<Record<string, string>>): JsonSchema =>
  JSON.parse(schemaWithNames(JSON.stringify(estateJsonSchema()), things(files))) as JsonSchema;
const WHOLE = { 'estate.yaml': ESTATE, 'organization.json': organizationText(ORGANIZATION) };

test('an estate names its own groups and sets, and what its organization has', () => {
  const { managedPolicies, policyRules, regions, ...found } = things(WHOLE);
  expect(found).toEqual({
    groups: [{ name: 'Analysts' }, { name: 'Auditors' }],
    accounts: [
      { name: MANAGEMENT.id, about: 'management, in /' },
      { name: '100000000001', about: 'shop, in /Work' },
    ],
    accountNames: [{ name: 'management' }, { name: 'shop' }],
    units: [
      { name: '/', about: 'r-root' },
      { name: '/Work', about: 'ou-root-00000001' },
    ],
    permissionSets: [{ name: 'Reader', about: 'Reads.' }],
  });
  expect(managedPolicies).toContainEqual({ name: 'job-function/ViewOnlyAccess' });
  expect(policyRules).toContainEqual({ name: 'IdentityCenter-IC4', about: 'The permission set has no description.' });
  expect(regions).toContainEqual({ name: 'eu-west-1' });
});

test('several estates name what any of them does, each once', () => {
  const other = memoryFolder({ 'estate.yaml': 'workforce: { groups: [{ name: Analysts }, { name: Builders }, 7] }' });
  expect(namedThings([memoryFolder(WHOLE), other]).groups).toEqual([
    { name: 'Analysts' },
    { name: 'Auditors' },
    { name: 'Builders' },
  ]);
});

test('an estate that is half written is read as far as it goes', () => {
  expect(things({ 'estate.yaml': 'workforce: { groups: [{ name: Analysts }] }\naccess: nothing' }).groups).toEqual([
    { name: 'Analysts' },
  ]);
});

test('without a sound snapshot it names what it declares', () => {
  for (const organization of [{}, { 'organization.json': '{' }, { 'organization.json': '{}' }]) {
    expect(things({ 'estate.yaml': ESTATE, ...organization })).toMatchObject({
      groups: [{ name: 'Analysts' }],
      accounts: [],
    });
  }
});

test('the schema offers names with a word about each, and allows others', () => {
  const schema = schemaOf(WHOLE);
  expect(schema.$defs?.['Selector']?.properties?.['id']).toMatchObject({
    title: 'id',
    allOf: [{ $ref: '#/$defs/accounts' }],
    pattern: String.raw`^\d{12}$`,
  });
  expect(schema.$defs?.['accounts']).toEqual({
    defaultSnippets: [
      { label: MANAGEMENT.id, body: `'${MANAGEMENT.id}'`, description: 'management, in /' },
      { label: '100000000001', body: "'100000000001'", description: 'shop, in /Work' },
    ],
  });
  const validate = new Ajv2020({
    keywords: EDITOR_KEYWORDS,
  }).compile(schema);
  const granted = (id: string): unknown =>
    parse(`access:
  permissionSets: []
  grants: [{ group: New, permissionSets: [Newer], accounts: { include: [{ id: '${id}' }] } }]`);
  expect(validate(granted('100000000001'))).toBe(true);
  expect(validate(granted('999999999999'))).toBe(true);
  expect(validate(granted('9999'))).toBe(false);
});

test('the schema of a repository is none that is published, and inserts what is sold', () => {
  const published = estateJsonSchema();
  const own = schemaOf(WHOLE);
  const directoryType = ({ properties }: JsonSchema) => properties?.['customers']?.properties?.['directoryType'];
  expect([published.$id === undefined, own.$id]).toEqual([false, undefined]);
  expect([directoryType(published)?.default, directoryType(own)?.default]).toEqual(['b2c', 'external-id']);
});

test('a name that YAML or an editor reads as something else is inserted as it is', () => {
  const group = (name: string): unknown =>
    schemaOf({ 'estate.yaml': JSON.stringify({ workforce: { groups: [{ name }] } }) }).$defs?.['groups']
      ?.defaultSnippets?.[0]?.body;
  expect(['yes', '12', 'a: b', '^up', '$1 {x}', 'Plain name'].map(group)).toEqual([
    "'yes'",
    "'12'",
    "'a: b'",
    '^^up',
    String.raw`\$1 {x\}`,
    'Plain name',
  ]);
});
