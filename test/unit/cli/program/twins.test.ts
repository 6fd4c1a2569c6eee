import { twinFindings } from '../../../../src/cli/program/twins';
import { ESTATE_FILE } from '../../../../src/estate/source/estate-folder';
import { memoryFolder } from '../../../support/large-estate';
import { hostedSandboxFiles } from '../../../support/sandbox';

const sandbox = hostedSandboxFiles();
const named = (name: string, change: (text: string) => string = (text) => text) =>
  memoryFolder(name, { ...sandbox, [ESTATE_FILE]: change(sandbox[ESTATE_FILE] ?? '') });
const found = (change?: (text: string) => string): readonly string[] =>
  twinFindings(named('production', change), [named('sandbox')]).map(
    ({ code, severity, path, related }) => `${severity} ${code} ${path} ${related.map(({ line }) => line > 0).join()}`,
  );

test('a copy of an estate has a finding of each kind of thing, which names both places', () => {
  expect(found()).toEqual([
    'error twin-estates azure.resourceGroup true',
    'error twin-estates azure.pulumiState.storageAccount true',
    'error twin-estates azure.pulumiState.keyVault true',
    'error twin-estates workforce.awsApplication.displayName true',
    'error twin-estates customers.userFlows[0].id true',
    'error twin-estates access.permissionSets[0].name true',
    'error twin-estates workforce.groups[0].name true',
    'error twin-estates customers.apiApplication true',
    'error twin-estates pipeline true',
  ]);
});

test('what is shared on purpose, with other names in one tenant and subscription, has none', () => {
  const own = (text: string): string =>
    text
      .replace('resourceGroup: ', 'resourceGroup: other-')
      .replace('storageAccount: ', 'storageAccount: other')
      .replace('keyVault: ', 'keyVault: other-');
  expect(found(own).filter((one) => one.includes(' azure.'))).toEqual([]);
});

test('two APIs of one identifier URI have one, also where one estate leaves it to the default', () => {
  const apis = '  apis: [{ name: own, displayName: Own, identifierUri: https://contosoclaims.onmicrosoft.com/api }]\n';
  const other = (text: string): string =>
    text
      .replace(
        '    displayName: Claims API\n',
        '    displayName: Own API\n    identifierUri: https://contosoclaims.onmicrosoft.com/own\n',
      )
      .replace('  apiApplication:\n', `${apis}  apiApplication:\n`);
  expect(found(other)).toContain('error twin-estates customers.apis[0].identifierUri true');
  expect(found(other).filter((one) => one.includes('apiApplication'))).toEqual([]);
});

test('one of them makes the OIDC provider of an account, and the other says that it is there', () => {
  const known = (text: string): string =>
    text.replace('existingProviders: []', "existingProviders: ['210000000011', '210000000001', '210000000003']");
  expect(found(known).filter((one) => one.includes('pipeline true'))).toEqual([]);
});

test('names that differ in their case alone are the same', () => {
  expect(found((text) => text.replace('keyVault: insurance', 'keyVault: Insurance'))).toContain(
    'error twin-estates azure.pulumiState.keyVault true',
  );
});

test('another tenant has groups and applications of the same names', () => {
  const elsewhere = (text: string): string => text.replaceAll(/(?<=tenantId: )\S/g, '0');
  expect(found(elsewhere).join()).not.toMatch(/groups|displayName|userFlows/);
});

test('alone in its repository, an estate has none', () => {
  expect(twinFindings(named('sandbox'), [])).toEqual([]);
});
