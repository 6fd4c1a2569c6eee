import type { Metafile } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashImageSources, PACKED_HASHES } from '../../clouds/git/image-hash';
import { bundleImages } from '../../local/containers/bundle';
import { packageFile } from '../files';
import { bundleLambda, LAMBDA_NAMES } from '../lambdas';
import { bundleLibrary } from './bundle-library';
import { thirdPartyNotices } from './third-party';

const DIST = packageFile('dist');
const LIBRARY = join(DIST, 'library');

/** What is imported by name, by the entry of the package that it is. */
const ENTRIES = ['aws', 'entra', 'estate'] as const;
/** What an engine runs. */
const PROGRAMS = ['cdk', 'pulumi'] as const;

/** Systems on which `entra-aws start` keeps its database; the images have those of Linux. */
const DATABASE_SYSTEMS = ['darwin-x64+arm64', 'win32-x64'];

/** Compiles what `npm pack` packs: `npm run build:package`. */
async function main(): Promise<void> {
  for (const name of ['library', 'types', 'lambda', 'provider'])
    rmSync(join(DIST, name), { recursive: true, force: true });
  mkdirSync(LIBRARY, { recursive: true });
  const metafiles: Metafile[] = [...(await bundleLibrary(LIBRARY))];
  metafiles.push(...(await bundleImages(DIST)).map(({ metafile }) => metafile));
  for (const system of DATABASE_SYSTEMS) {
    cpSync(packageFile('node_modules/classic-level/prebuilds', system), join(DIST, 'emulator/prebuilds', system), {
      recursive: true,
    });
  }
  for (const name of LAMBDA_NAMES) metafiles.push(bundleLambda(name, join(DIST, 'lambda', name)));
  const hashes = { web: hashImageSources(packageFile(), 'web'), api: hashImageSources(packageFile(), 'api') };
  writeFileSync(packageFile(PACKED_HASHES), `${JSON.stringify(hashes)}\n`);
  writeProvider();
  writeTypes();
  writeEntries();
  writeFileSync(join(DIST, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(metafiles));
}

/** The plug-in, by the name under which the engine looks for it. */
function writeProvider(): void {
  const folder = join(DIST, 'provider');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'pulumi-resource-entragraph');
  writeFileSync(
    file,
    "#!/usr/bin/env node\nrequire('../../src/cli/node-version.cjs');\nrequire('../library/provider.cjs');\n",
  );
  chmodSync(file, 0o755);
  writeFileSync(join(folder, 'pulumi-resource-entragraph.cmd'), '@node "%~dp0pulumi-resource-entragraph" %*\r\n');
}

function writeTypes(): void {
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--isolatedModules', 'false'];
  const settings = ['--target', 'ES2024', '--module', 'nodenext', '--types', 'node', '--strict', '--esModuleInterop'];
  const checks = [
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--resolveJsonModule',
    '--skipLibCheck',
  ];
  const files = ENTRIES.map((name) => `src/package/entries/${name}.ts`);
  const places = ['--rootDir', '.', '--outDir', 'dist/types'];
  const tsc = packageFile('node_modules/typescript/bin/tsc');
  const args = [tsc, '--ignoreConfig', ...options, ...settings, ...checks, ...places, ...files];
  const { status } = spawnSync(process.execPath, args, { cwd: packageFile(), stdio: 'inherit' });
  if (status !== 0) throw new Error(`tsc must end with 0, got ${String(status)}`);
}

/** Names one by one, so that an ES module can import them. */
function writeEntries(): void {
  for (const name of ENTRIES) {
    const names = namesOf(name).map((exported) => `exports.${exported} = library.${exported};\n`);
    const text = `const library = require('./library/library.cjs').${name}();\n${names.join('')}`;
    writeFileSync(join(DIST, `${name}.cjs`), text);
  }
  for (const name of PROGRAMS) {
    const call = `module.exports = require('./library/library.cjs').${name}();\n`;
    writeFileSync(join(DIST, `${name}.cjs`), `require('../src/cli/node-version.cjs');\n${call}`);
  }
}

/** What an entry exports. */
function namesOf(entry: (typeof ENTRIES)[number]): readonly string[] {
  const script = `console.log(JSON.stringify(Object.keys(require('./library.cjs').${entry}())))`;
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], { cwd: LIBRARY, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the entry ${entry} can't be loaded`);
  return JSON.parse(stdout) as readonly string[];
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
