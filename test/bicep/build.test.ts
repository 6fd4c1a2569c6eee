import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { BICEP_FOLDER } from './bicep-files';

type Build = (file: string) => ReturnType<typeof spawnSync>;

/** The Bicep CLI, alone or in the Azure CLI; undefined where there is none. */
function findBicep(): Build | undefined {
  const runs = (command: string, args: readonly string[]) => spawnSync(command, args, { timeout: 30_000 }).status === 0;
  if (runs('bicep', ['--version']))
    return (file) => spawnSync('bicep', ['build', '--stdout', file], { encoding: 'utf8' });
  // `az bicep version` fails, where `az bicep build` would first install the Bicep CLI.
  if (!runs('az', ['bicep', 'version'])) return undefined;
  return (file) => spawnSync('az', ['bicep', 'build', '--stdout', '--file', file], { encoding: 'utf8' });
}

const build = findBicep();
const reason = 'neither bicep nor az with its Bicep CLI is on PATH';

if (build === undefined) {
  process.stderr.write(`\nSKIPPED: the Bicep compiler: ${reason}\n`);
  describe.skip(`the Bicep compiler (skipped: ${reason})`, () => {
    test('builds', () => undefined);
  });
} else {
  describe('the Bicep compiler', () => {
    // Each builds the modules that it uses, and with the values of its estate: all files in all.
    test.each(['azure', 'workforce', 'customers'])(
      'builds sandbox/%s.bicep',
      (name) => {
        const { status, stderr } = build(join(BICEP_FOLDER, 'sandbox', `${name}.bicep`));
        expect({ status, stderr: String(stderr) }).toMatchObject({ status: 0 });
      },
      120_000,
    );
  });
}
