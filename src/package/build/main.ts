import type { Metafile } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashImageSources, PACKED_HASHES } from '../../clouds/git/image-hash';
import { bundleImages } from '../../local/containers/bundle';
import { packageFile } from '../contents/files';
import { PACKED_PAGES, packedPages } from '../findings/read-pages';
import { bundleLambda, LAMBDA_NAMES } from '../contents/lambdas';
import { bundleLibrary, NO_HASH } from './bundle-library';
import { thirdPartyNotices } from './third-party';

const DIST = packageFile('dist');
const LIBRARY = join(DIST, 'library');

/** Entries of the package that are imported by name. */
const ENTRIES = ['aws', 'entra', 'estate'] as const;
/** Programs that an engine runs. */
const PROGRAMS = ['cdk', 'pulumi'] as const;

/** Code that a thread runs as it is. */
const VALIDATOR_THREAD = 'src/preview/engine/validator-worker.cjs';

/** Systems on which `entra-aws start` keeps its database; the images have those of Linux. */
const DATABASE_SYSTEMS = ['darwin-x64+arm64', 'win32-x64'];

/** Compiles what `npm pack` packs: `npm run prepack`. */
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
  writeFileSync(packageFile(PACKED_PAGES), packedPages());
  writeProgramHash();
  writeProvider();
  writeTypes();
  writeEntries();
  writeFileSync(join(DIST, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(metafiles));
}

/** Puts a hash of all that a preview depends on into the program, as `src/cli/compile.cjs` does in the repository. */
function writeProgramHash(): void {
  const files = [LIBRARY, join(DIST, 'lambda')].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const hash = createHash('sha256');
  for (const file of [...files.toSorted(), packageFile(VALIDATOR_THREAD)]) hash.update(readFileSync(file));
  const program = join(LIBRARY, 'program.cjs');
  const text = readFileSync(program, 'utf8');
  const hashed = text.replace(NO_HASH, hash.digest('hex'));
  if (hashed === text) throw new Error(`${program} has no place for its hash`);
  writeFileSync(program, hashed);
}

/** The plug-in, by the name under which the engine looks for it. */
function writeProvider(): void {
  const folder = join(DIST, 'provider');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'pulumi-resource-entragraph');
  writeFileSync(
    file,
    "#!/usr/bin/env node\nrequire('../../src/package/contents/node-version.cjs');\nrequire('../library/provider.cjs');\n",
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
    writeFileSync(join(DIST, `${name}.cjs`), `require('../src/package/contents/node-version.cjs');\n${call}`);
  }
}

/** Names that an entry exports. */
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
