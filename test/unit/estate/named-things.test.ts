import { Ajv2020 } from 'ajv/dist/2020';
import { parse } from 'yaml';
import { estateJsonSchema, namedThings } from '../../../src/estate/reference/json-schema';
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
const things = (files: Readonly<Record<string, string>>) => namedThings(memoryFolder(files));
const WHOLE = { 'estate.yaml': ESTATE, 'organization.json': organizationText(ORGANIZATION) };

test('an estate names its own groups and sets, and what its organization has', () => {
  const { managedPolicies, ...found } = things(WHOLE);
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
  const schema = estateJsonSchema(things(WHOLE));
  expect(schema.$defs?.['known-accounts']).toEqual({
    enum: [MANAGEMENT.id, '100000000001'],
    enumDescriptions: ['management, in /', 'shop, in /Work'],
  });
  expect(schema.$defs?.['Selector']?.properties?.['id']).toEqual({
    description: expect.stringContaining('twelve digits') as string,
    anyOf: [{ $ref: '#/$defs/known-accounts' }, { type: 'string', pattern: '^\\d{12}$' }],
  });
  const validate = new Ajv2020({ keywords: ['enumDescriptions', 'markdownDescription'] }).compile(schema);
  const granted = (id: string): unknown =>
    parse(`access:
  permissionSets: []
  grants: [{ group: New, permissionSets: [Newer], accounts: { include: [{ id: '${id}' }] } }]`);
  expect(validate(granted('100000000001'))).toBe(true);
  expect(validate(granted('999999999999'))).toBe(true);
  expect(validate(granted('9999'))).toBe(false);
});
