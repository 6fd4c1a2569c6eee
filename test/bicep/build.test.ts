import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { BICEP_FOLDER } from './bicep-files';

/** The Bicep CLI, alone or in the Azure CLI, whose `build` would install it, but not its `version`. */
const COMPILERS = [
  { command: 'bicep', version: ['--version'], build: ['build', '--stdout'] },
  { command: 'az', version: ['bicep', 'version'], build: ['bicep', 'build', '--stdout', '--file'] },
] as const;

const compiler = COMPILERS.find(
  ({ command, version }) => spawnSync(command, version, { timeout: 30_000 }).status === 0,
);

const reason = 'neither bicep nor az with its Bicep CLI is on PATH';

if (compiler === undefined && process.env['BICEP_REQUIRED'] === 'true') {
  test('the Bicep compiler is there, where BICEP_REQUIRED says so', () => {
    throw new Error(reason);
  });
} else if (compiler === undefined) {
  process.stderr.write(`\nSKIPPED: the Bicep compiler: ${reason}\n`);
  describe.skip(`the Bicep compiler (skipped: ${reason})`, () => {
    test('builds', () => undefined);
  });
} else {
  describe('the Bicep compiler', () => {
    // Each entry brings the modules that it uses, and the values of its estate: all files in all.
    test.each(['azure', 'workforce', 'customers'])(
      'builds sandbox/%s.bicep',
      (name) => {
        const file = join(BICEP_FOLDER, 'sandbox', `${name}.bicep`);
        const { status, stderr } = spawnSync(compiler.command, [...compiler.build, file], { encoding: 'utf8' });
        expect({ status, stderr }).toMatchObject({ status: 0 });
      },
      120_000,
    );
  });
}
