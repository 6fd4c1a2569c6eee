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

test('what Bicep lays and what the identities get in directories is listed by what lays it', () => {
  const report = reportOfFolders(named(sandbox));
  expect(sizesOf(report)).toEqual([
    'identity-sandbox 20',
    'identity-sandbox-logs 1',
    'sign-in bootstrap --program customers 11',
    'sign-in bootstrap --program workforce 14',
  ]);
  expect(renderTerminal(report, { colour: false, files: [] })).toContain(
    'sign-in bootstrap --program workforce  14 resources',
  );
  expect(renderMarkdown(report)).toContain('Azure (identity-sandbox, westeurope): 21 resources');
  const page = renderHtml(report);
  expect(page).toContain('insuranceidentitystate/default/pulumi-state');
  for (const effect of ['id-pulumi-preview decrypts its secrets', 'keeps logs for 365 days'])
    expect(page).toContain(effect);
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

test('another period for which logs are kept is shown', () => {
  const report = changed('    retentionDays: 365\n', '    retentionDays: 90\n');
  expect(azureOf(report)).toEqual(['update identity-sandbox log-identity-sandbox']);
  expect(renderMarkdown(report)).toContain('keeps logs for 90 days');
});

test('another environment is trusted, and the one before as well where Bicep lays it; a new trust stands with what is gained', () => {
  const trust = changed('  environments: [sandbox]\n', '  environments: [production]\n');
  const credential = (identity: string, environment: string) => `${identity}/github-environment-${environment}`;
  expect(azureOf(trust)).toEqual([
    `create identity-sandbox ${credential('id-pulumi-deploy', 'production')}`,
    `create sign-in bootstrap --program customers ${credential('sandbox deployments', 'production')}`,
    `leave identity-sandbox ${credential('id-pulumi-deploy', 'sandbox')}`,
    `delete sign-in bootstrap --program customers ${credential('sandbox deployments', 'sandbox')}`,
  ]);
  const text = renderTerminal(trust, { colour: false, files: [] });
  expect(text).toContain(
    'repo:insurance/identity:environment:production of https://token.actions.githubusercontent.com signs in as id-pulumi-deploy',
  );
  expect(text.indexOf('What the pipeline gains')).toBeLessThan(text.indexOf('Changes in Azure'));
});

test('owners of a group take a permission, which stands for two others', () => {
  const owned = changed('    - name: Data Analysts\n', '    - name: Data Analysts\n      owners: [ada@example.com]\n');
  expect(azureOf(owned)).toEqual([
    'create sign-in bootstrap --program workforce Directory.Read.All to id-pulumi-deploy',
    'delete sign-in bootstrap --program workforce Application.Read.All to id-pulumi-deploy',
    'delete sign-in bootstrap --program workforce GroupMember.Read.All to id-pulumi-deploy',
  ]);
});
