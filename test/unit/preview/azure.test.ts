import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { renderMarkdown, renderTerminal } from '../../../src/preview/render';
import { renderHtml } from '../../../src/preview/render-html';
import type { Report } from '../../../src/preview/report';
import { memoryFolder } from '../../support/large-estate';
import { reportOf, reportOfFolders, simpleEstate } from '../../support/preview/reports';
import { sandboxFiles } from '../../support/sandbox';

const sandbox = sandboxFiles();
const named = (files: Readonly<Record<string, string>>) => memoryFolder('sandbox', files);

/** The sandbox with its text changed, against the sandbox as it is. */
function changed(from: string, to: string): Report {
  const text = sandbox[ESTATE_FILE] ?? '';
  expect(text).toContain(from);
  return reportOfFolders(named({ ...sandbox, [ESTATE_FILE]: text.replace(from, to) }), named(sandbox));
}

const sizesOf = ({ azure = [] }: Report) => azure.map(({ name, resources }) => `${name} ${resources.length}`);
const azureOf = ({ changes }: Report) =>
  (changes?.azure ?? []).map(({ action, deployment, name }) => `${action} ${deployment} ${name}`);

test('each deployment of Bicep has its resources', () => {
  const report = reportOfFolders(named(sandbox));
  expect(sizesOf(report)).toEqual([
    'identity-sandbox 20',
    'identity-sandbox-logs 1',
    'identity-sandbox-workforce 14',
    'identity-sandbox-customers 10',
    'identity-sandbox-customers-trust 3',
  ]);
  expect(renderTerminal(report, { colour: false, files: [] })).toContain(
    'identity-sandbox-workforce        14 resources',
  );
  expect(renderMarkdown(report)).toContain('Azure (identity-sandbox, westeurope): 48 resources');
  expect(renderHtml(report)).toContain('insuranceidentitystate/default/pulumi-state');
});

test('without a section for Azure there is nothing of it', () => {
  const report = reportOf({ estate: simpleEstate() });
  expect(report.azure).toBeUndefined();
  expect(renderTerminal(report, { colour: false, files: [] })).not.toContain('Azure');
});

test('where others send the logs, the setting stays until a person deletes it', () => {
  const report = changed('    retentionDays: 365\n', '    retentionDays: 365\n    entra: false\n');
  expect(azureOf(report)).toEqual(['leave identity-sandbox-logs log-identity-sandbox']);
  expect(renderMarkdown(report)).toContain('Bicep deletes nothing.');
});

test('another environment is trusted, and the one before as well; owners of a group take permissions', () => {
  const trust = changed('  environments: [sandbox]\n', '  environments: [production]\n');
  const credential = (identity: string, environment: string) => `${identity}/github-environment-${environment}`;
  expect(azureOf(trust)).toEqual([
    `create identity-sandbox ${credential('id-pulumi-deploy', 'production')}`,
    `create identity-sandbox-customers-trust ${credential('pulumi-deploy', 'production')}`,
    `leave identity-sandbox ${credential('id-pulumi-deploy', 'sandbox')}`,
    `leave identity-sandbox-customers-trust ${credential('pulumi-deploy', 'sandbox')}`,
  ]);
  const owned = changed('    - name: Data Analysts\n', '    - name: Data Analysts\n      owners: [ada@example.com]\n');
  expect(azureOf(owned)).toEqual([
    'create identity-sandbox-workforce User.ReadBasic.All to id-pulumi-preview',
    'create identity-sandbox-workforce Directory.Read.All to id-pulumi-deploy',
  ]);
});
