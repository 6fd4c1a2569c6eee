import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bugs, engines, homepage, license, name, publishConfig, repository, version } from '../../../package.json';
import { packageFile } from '../contents/files';

/** Name by which `npm create entra-aws` finds it. */
const NAME = 'create-entra-aws';

const MANIFEST = {
  ...{ name: NAME, version, description: 'Makes a folder a repository of an identity estate: npm create entra-aws' },
  ...{ homepage, bugs, repository, license, engines, publishConfig },
  bin: { [NAME]: `${NAME}.cjs` },
  // Exactly the package with which it is published.
  dependencies: { [name]: version },
};

/** A later `--package` on the command line wins. */
const PROGRAM = `#!/usr/bin/env node
const { dirname, join } = require('path');
const manifest = require.resolve('${name}/package.json');
process.argv.splice(2, 0, 'init', '--package', '${version}');
require(join(dirname(manifest), require(manifest).bin['entra-aws']));
`;

const README = `# ${NAME}

\`npm create entra-aws NAME\` runs \`entra-aws init\` of [${name}](${homepage}), which makes the folder a repository of an identity estate. Options come after \`--\`: \`npm create entra-aws -- --help\`.
`;

/** Packs the package of `npm create entra-aws`: `npx tsx src/package/build/create.ts <folder>`. */
function main([out = 'dist']: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'create-'));
  try {
    mkdirSync(out, { recursive: true });
    cpSync(packageFile('LICENSE'), join(folder, 'LICENSE'));
    const files = {
      'package.json': JSON.stringify(MANIFEST, undefined, 2),
      [`${NAME}.cjs`]: PROGRAM,
      'README.md': README,
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    const pack = ['pack', folder, '--pack-destination', out];
    const { status, stderr } = spawnSync('npm', pack, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`npm ${pack.join(' ')}: ${stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main(process.argv.slice(2));
