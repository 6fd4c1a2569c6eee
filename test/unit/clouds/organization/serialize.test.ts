import { OrganizationFile } from '../../../../src/estate/source/organization';
import { serializeOrganization } from '../../../../src/clouds/aws/organization/compare-snapshot';
import { SAMPLE, withAccount } from '../../../support/clouds/organization/sample-organization';

test('writes the same text for the same content in another order', () => {
  const shuffled: OrganizationFile = {
    groups: SAMPLE.groups.toReversed(),
    accounts: withAccount('100000000003', { tags: { team: 'shop', env: 'prod' } }).accounts.toReversed(),
    organizationalUnits: SAMPLE.organizationalUnits.toReversed(),
    identityCenter: SAMPLE.identityCenter,
    organization: SAMPLE.organization,
    version: 1,
  };
  expect(serializeOrganization(shuffled)).toBe(serializeOrganization(SAMPLE));
});

test('writes what the schema reads back', () => {
  expect(OrganizationFile.parse(JSON.parse(serializeOrganization(SAMPLE)))).toEqual(SAMPLE);
});

test('writes tags whose keys every object has, and reads them back', () => {
  const tags = JSON.parse('{ "__proto__": "a", "constructor": "b", "toString": "c" }') as Record<string, string>;
  const text = serializeOrganization(withAccount('100000000003', { tags }));
  expect(text).toContain('"__proto__": "a",\n        "constructor": "b",\n        "toString": "c"');
  expect(serializeOrganization(OrganizationFile.parse(JSON.parse(text)))).toBe(text);
});

test('indents by two spaces and ends with a line break', () => {
  const text = serializeOrganization(SAMPLE);
  expect(text.startsWith('{\n  "version": 1,\n  "organization": {\n    "id": "o-exampleorg"')).toBe(true);
  expect(text.endsWith('\n  ]\n}\n')).toBe(true);
});

test('leaves out a delegated administrator that there is not', () => {
  const identityCenter = { ...SAMPLE.identityCenter };
  delete identityCenter.delegatedAdministrator;
  expect(serializeOrganization({ ...SAMPLE, identityCenter })).not.toContain('delegatedAdministrator');
});
