import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { azureDeployments } from '../../../src/estate/plan/azure-deployments';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { REPOSITORY } from '../../support/repository';
import { describeWithTool } from '../../support/tools';
import { BICEP_FOLDER } from './bicep-files';

/** The Bicep CLI, alone or in the Azure CLI, whose `build` would install it, but not its `version`. */
const COMPILERS = [
  { command: 'bicep', version: ['--version'], build: ['build', '--stdout'] },
  { command: 'az', version: ['bicep', 'version'], build: ['bicep', 'build', '--stdout', '--file'] },
] as const;

const compiler = COMPILERS.find(({ command, version }) => spawnSync(command, version).status === 0);
const missing = compiler === undefined ? 'neither bicep nor az with its Bicep CLI is on PATH' : undefined;

describeWithTool({ tool: 'bicep', title: 'the Bicep compiler', missing }, () => {
  // Each entry brings the modules that it uses, and the values of its estate: all files in all.
  test.each(['azure', 'entra-logs', 'workforce', 'customers', 'customers-trust'])('builds sandbox/%s.bicep', (name) => {
    if (compiler === undefined) throw new Error(missing);
    const file = join(BICEP_FOLDER, 'sandbox', `${name}.bicep`);
    const { status, stderr } = spawnSync(compiler.command, [...compiler.build, file], { encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
  });
});

const Snapshot = z.object({
  predictedResources: z.array(z.object({ type: z.string(), name: z.string().optional() })),
});

/** Types whose resources have names that the estate or the file gives. */
const NAMED = /^(?!Microsoft\.(?:Graph|Authorization\/roleAssignments|Insights))/i;

// The Azure CLI has no snapshots.
const alone = compiler?.command === 'bicep' ? undefined : 'bicep is not on PATH';

describeWithTool({ tool: 'bicep', title: 'snapshots of the Bicep compiler', missing: alone }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bicep-'));
  const subscription = '8d3e5b70-4f19-4a6c-b2d8-1e7c0f9a6352';
  const tenant = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';

  beforeAll(() => {
    for (const path of ['bicep', 'estates']) cpSync(join(REPOSITORY, path), join(folder, path), { recursive: true });
    // A copy of the extension on this machine, where its registry is out of reach.
    const { BICEP_GRAPH_EXTENSION: extension } = process.env;
    const config = join(folder, 'bicep/bicepconfig.json');
    const text = readFileSync(config, 'utf8');
    if (extension !== undefined) writeFileSync(config, text.replace(/"br:[^"]*"/, JSON.stringify(extension)));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Resources that an entry lays, as the compiler predicts them. */
  function predicted(estate: string, entry: string): z.output<typeof Snapshot>['predictedResources'] {
    if (compiler === undefined) throw new Error(missing);
    const at = join(folder, 'bicep', estate, entry);
    writeFileSync(`${at}.bicepparam`, `using '${entry}.bicep'\n`);
    const place = entry.startsWith('customers') ? [] : ['--subscription-id', subscription];
    const args = ['snapshot', `${at}.bicepparam`, ...place, '--tenant-id', tenant, '--location', 'westeurope'];
    const { status, stderr } = spawnSync(compiler.command, args, { encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    return Snapshot.parse(JSON.parse(readFileSync(`${at}.snapshot.json`, 'utf8'))).predictedResources;
  }

  const owned = 'owners: [ada@example.com]\n      assignableToRoles: true\n';

  test.each([
    { title: 'the sandbox', name: 'sandbox', from: '', to: '' },
    { title: 'the estate of the posts', name: 'blog', from: '', to: '' },
    {
      title: 'two environments',
      name: 'sandbox',
      from: 'environments: [sandbox]',
      to: 'environments: [sandbox, other]',
    },
    {
      title: 'owners of a group, and one for roles of Entra ID',
      name: 'sandbox',
      from: '- name: Claims Developers\n',
      to: `- name: Claims Developers\n      ${owned}`,
    },
    {
      title: 'External ID',
      name: 'sandbox',
      from: 'customers:\n',
      to: 'customers:\n  directoryType: external-id\n',
    },
  ])('the preview has the resources that Bicep lays of $title', ({ name, from, to }) => {
    const file = join(folder, 'estates', name, 'estate.yaml');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(from);
    writeFileSync(file, text.replace(from, to));
    try {
      const { estate } = planEstate(diskFolder(join(folder, 'estates'), name));
      for (const { entry, resources } of azureDeployments(estate)) {
        const laid = predicted(name, entry).map((one) => ({ ...one, type: one.type.replace(/@.*/, '') }));
        const typesOf = (all: readonly { readonly type: string }[]) => all.map(({ type }) => type).toSorted();
        expect([entry, typesOf(resources)]).toEqual([entry, typesOf(laid)]);
        const namesOf = (all: readonly { readonly type: string; readonly name?: string | undefined }[]) =>
          all.filter(({ type }) => NAMED.test(type)).map(({ name: of }) => of);
        expect(new Set(namesOf(resources))).toEqual(new Set(namesOf(laid)));
      }
    } finally {
      writeFileSync(file, text);
    }
  });
});
