import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type AzureDeployment, azureDeployments } from '../../../src/estate/plan/azure-deployments';
import type { Estate } from '../../../src/estate/sections/estate';
import { HOSTED_CUSTOMERS, AZURE } from '../../support/entra-estate';
import { planOf } from '../../support/estate-files';
import { AZURE_DEVOPS, atRepository, GITLAB } from '../../support/forges';
import { REPOSITORY, SANDBOX } from '../../support/repository';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import { describeWithTool } from '../../support/tools';

const FOLDER = join(REPOSITORY, 'bicep');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.bicep'));
/** .NET needs no ICU then. */
const env = { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' };
const bicep = (...args: readonly string[]) => spawnSync('bicep', args, { encoding: 'utf8', env });
const missing = bicep('--version').status === 0 ? undefined : 'bicep is not on PATH';

const folder = mkdtempSync(join(tmpdir(), 'bicep-'));
cpSync(FOLDER, join(folder, 'bicep'), { recursive: true });
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('every rule of the linter is an error', () => {
  const config = JSON.parse(readFileSync(join(FOLDER, 'bicepconfig.json'), 'utf8')) as unknown;
  const { analyzers } = z
    .object({ analyzers: z.object({ core: z.object({ rules: z.record(z.string(), z.unknown()) }) }) })
    .parse(config);
  const levels = Object.values(analyzers.core.rules);
  expect(levels.length).toBeGreaterThan(40);
  expect(levels.filter((one) => JSON.stringify(one) !== '{"level":"error"}')).toEqual([]);
});

test('exceptions from it are of one line each, and known', () => {
  const lines = FILES.flatMap((name) => readFileSync(join(FOLDER, name), 'utf8').match(/^#disable.*$/gm) ?? []);
  expect(lines).toEqual(Array(2).fill('#disable-next-line use-recent-api-versions'));
});

const Snapshot = z.object({
  predictedResources: z.array(
    z.object({
      type: z.string(),
      name: z.string().optional(),
      id: z.string().optional(),
      location: z.string().optional(),
      kind: z.string().optional(),
      sku: z.unknown().optional(),
      properties: z.unknown().optional(),
    }),
  ),
});

/** Names of which Azure makes its own. */
const NAMELESS = /^Microsoft\.(?:Authorization\/roleAssignments|Insights)/i;

describeWithTool({ tool: 'bicep', title: 'the Bicep compiler', missing, hasSnapshots: true }, () => {
  test.each(FILES)('builds %s without a warning, and would not format it otherwise', (name) => {
    const file = join(folder, 'bicep', name);
    const built = bicep('build', '--stdout', file);
    expect({ status: built.status, stderr: built.stderr }).toEqual({ status: 0, stderr: '' });
    expect(bicep('format', '--stdout', file).stdout).toBe(readFileSync(file, 'utf8'));
  });

  /** Resources that a deployment lays, as the compiler predicts them with every value filled in. */
  function predicted({ kind, template, parameters }: AzureDeployment, more: object = {}) {
    const values = { ...parameters, files: '1f', ...more };
    writeFileSync(join(folder, 'values.json'), JSON.stringify(values));
    const lines = Object.keys(values).map((key) => `param ${key} = loadJsonContent('values.json').${key}`);
    const at = join(folder, 'laid');
    writeFileSync(`${at}.bicepparam`, [`using 'bicep/${template}'`, ...lines, ''].join('\n'));
    const subscription = '8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352';
    const place = kind === 'azure' ? ['--location', 'westeurope'] : ['--resource-group', 'identity-sandbox'];
    const tenant = ['--tenant-id', '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11'];
    const args = ['snapshot', `${at}.bicepparam`, '--subscription-id', subscription, ...tenant, ...place];
    const { status, stderr } = bicep(...args, '--mode', 'overwrite');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return Snapshot.parse(JSON.parse(readFileSync(`${at}.snapshot.json`, 'utf8'))).predictedResources;
  }

  /** One line a resource, without what another version of an API changes. */
  const linesOf = (deployments: readonly AzureDeployment[], more: object = {}): readonly string[] =>
    deployments
      .flatMap((one) => predicted(one, one.kind === 'azure' ? more : {}))
      .map(({ id, name, ...rest }) =>
        `${id ?? name ?? ''} ${JSON.stringify(rest)}`.replaceAll(/'\d{4}-\d{2}-\d{2}'/g, "'VERSION'"),
      )
      .toSorted();

  const sandbox = planFiles(hostedSandboxFiles()).estate;
  /** Of the deployment that depends on the estate; that of Entra's logs has a name alone. */
  const foundationOf = (estate: Estate) => azureDeployments(estate).filter(({ kind }) => kind === 'azure');
  let before: readonly string[] = [];
  beforeAll(() => {
    before = linesOf(foundationOf(sandbox));
  });

  test('lays of the sandbox what a person has read', () => {
    expect(linesOf(azureDeployments(sandbox))).toMatchSnapshot();
  });

  const text = hostedSandboxFiles()['estate.yaml'] ?? '';
  const with_ = (from: string, to: string) => {
    expect(text).toContain(from);
    return planFiles({ ...hostedSandboxFiles(), 'estate.yaml': text.replace(from, to) }).estate;
  };
  const customersOf = (all: string) => /^customers:[^]*?(?=^azure:)/m.exec(all)?.[0] ?? 'none';
  const applicationOf = (all: string) => /^ {2}awsApplication:[^]*?(?=^\S)/m.exec(all)?.[0] ?? 'none';
  const PLAIN = 'pipeline:\n';
  const at = (repository: string, pipeline: string) =>
    planOf(HOSTED_CUSTOMERS + WORKFORCE + atRepository(AZURE, repository) + pipeline).estate;
  const WORKFORCE = 'workforce: { tenantId: 66946bae-c7f1-4099-b768-6ec1ac684280, groups: [] }\n';

  test.each([
    ['External ID', () => with_('customers:\n', 'customers:\n  directoryType: external-id\n'), {}],
    ['without customers', () => with_(customersOf(text), ''), {}],
    ['without an application for AWS', () => with_(applicationOf(text), ''), {}],
    ['two environments', () => with_('environments: [sandbox]', 'environments: [sandbox, other]'), {}],
    [
      'every pull request',
      () => with_('environments: [sandbox]', 'environments: [sandbox]\n  previewTrust: pull_request'),
      {},
    ],
    ['reusable workflows', () => with_(PLAIN, `${PLAIN}  workflows: example/entra-aws-identity@v1.2.3\n`), {}],
    ['a server of its own', () => with_(PLAIN, `${PLAIN}  server: https://github.example.com\n`), {}],
    ['GitLab', () => at('example/platform/identity', GITLAB), {}],
    ['Azure DevOps', () => at('example/Platform Team/identity', AZURE_DEVOPS), {}],
    ['the first creation of the directory', () => sandbox, { deployDirectory: true }],
  ])('differs from the sandbox as a person has read: %s', (_, estateOf, more) => {
    const after = linesOf(foundationOf(estateOf()), more);
    const isCredential = (line: string) => line.includes('federatedIdentityCredentials');
    const differing = [
      ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
      ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
    ];
    const isOfAnother = !after.join().includes('insuranceidentitystate');
    expect(
      isOfAnother ? differing.filter((line) => line.startsWith('+') && isCredential(line)) : differing,
    ).toMatchSnapshot();
  });

  test.each([SANDBOX, join(REPOSITORY, 'estates/blog')])('the preview of %s has the same resources', (folder) => {
    const files = readdirSync(folder).filter((file) => /\.(?:yaml|json)$/.test(file));
    const read = files.map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);
    for (const one of azureDeployments(planFiles(Object.fromEntries(read)).estate)) {
      const laid = predicted(one).map((of) => ({ ...of, type: of.type.replace(/@.*/, '') }));
      const typesOf = (all: readonly { readonly type: string }[]) => all.map(({ type }) => type).toSorted();
      expect(typesOf(one.resources)).toEqual(typesOf(laid));
      const namesOf = (all: readonly { readonly type: string; readonly name?: string | undefined }[]) =>
        all.filter(({ type }) => !NAMELESS.test(type)).map(({ name: of }) => of);
      expect(new Set(namesOf(one.resources))).toEqual(new Set(namesOf(laid)));
    }
  });
});
