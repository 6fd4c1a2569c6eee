import { build as bundle } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engines, license, version } from '../../../package.json';
import { packageFile } from '../contents/files';
import { thirdPartyNotices } from './third-party';

/** Systems as the engine names them; a plug-in for Node is the same on each. */
const SYSTEMS = ['darwin-amd64', 'darwin-arm64', 'linux-amd64', 'linux-arm64', 'windows-amd64', 'windows-arm64'];

const NAME = 'pulumi-resource-entragraph';

/** It reads package.json two folders above. */
const NODE_VERSION = 'src/package/contents/node-version.cjs';

/**
 * Bundles the plug-in with all that it stands on, for `pulumi plugin install resource entragraph <version> --file`: for a program
 * in another language, or a repository without the package. `npx tsx src/package/build/plug-in.ts <folder>`.
 */
async function main([out = 'dist']: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plug-in-'));
  try {
    await writePlugIn(folder);
    mkdirSync(out, { recursive: true });
    for (const system of SYSTEMS) pack(folder, join(out, `${NAME}-v${version}-${system}.tar.gz`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writePlugIn(folder: string): Promise<void> {
  const { metafile } = await bundle({
    absWorkingDir: packageFile(),
    entryPoints: ['provider/main.ts'],
    outfile: join(folder, 'entragraph.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
  });
  for (const file of [NODE_VERSION, 'LICENSE']) cpSync(packageFile(file), join(folder, file));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: NAME, version, license, engines })}\n`);
  const start = `#!/usr/bin/env node\nrequire('./${NODE_VERSION}');\nrequire('./entragraph.cjs');\n`;
  writeFileSync(join(folder, NAME), start);
  chmodSync(join(folder, NAME), 0o755);
  writeFileSync(join(folder, `${NAME}.cmd`), `@node "%~dp0${NAME}" %*\r\n`);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices([metafile]));
}

/** The same bytes of the same files, whoever packs them and when. */
function pack(folder: string, file: string): void {
  const same = [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    '--mode=u+rwX,go+rX',
    '--use-compress-program=gzip -n',
  ];
  const { status, stderr } = spawnSync('tar', [...same, '-cf', file, '-C', folder, '.'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
