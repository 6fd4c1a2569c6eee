import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
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
