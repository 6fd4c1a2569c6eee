import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { build as bundle, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import { dependencies } from '../../../package.json';
import bundledPackages from './bundled-packages.json';
import { hashImageSources, PACKED_HASHES } from '../../clouds/git/image-hash';
import { bundleImages } from '../../local/containers/bundle';
import { packageFile } from '../contents/files';
import { bundleLambda, NAMES } from '../contents/bundle-lambdas.cjs';
import { thirdPartyNotices } from './third-party';

/** Packages of commands that only this repository has. */
const OF_THE_REPOSITORY = ['esbuild', 'tsx', 'typescript'];

const VENDOR = 'vendor.cjs';

/** Takes the place of the program's hash until everything is built that the hash is made of. */
const NO_HASH = 'the hash of this program';

const COMMON = {
  absWorkingDir: packageFile(),
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'error',
  metafile: true,
} as const satisfies BuildOptions;

/** A bundle of this project's code. */
interface Bundle {
  /** Its file. */
  readonly file: string;
  /** Text of the module that it is made from. */
  readonly entry: string;
  /** Packages that are in it, rather than beside it. */
  readonly inside?: readonly string[];
  /** True for what remembers answers, which are of this very program. */
  readonly hasHash?: boolean;
}

/** The program, the engines' entries and the plug-in; each part is evaluated when it is first asked for. */
const BUNDLES: readonly Bundle[] = [
  { file: 'program.cjs', entry: "import './src/cli/main';", inside: bundledPackages, hasHash: true },
  {
    file: 'library.cjs',
    // Its rules are 190 files: each asks for aws-cdk-lib, whose long list of entries Node reads for each.
    inside: ['cdk-nag'],
    entry: `module.exports = {
      aws: () => require('./src/package/entries/aws'),
      entra: () => require('./src/package/entries/entra'),
      estate: () => require('./src/package/entries/estate'),
      permissions: () => require('./src/package/entries/permissions'),
      cdk: () => require('./stacks/cdk'),
      pulumi: () => require('./stacks/pulumi'),
    };`,
  },
  { file: 'build-image.cjs', entry: "import './stacks/build-image';" },
  { file: 'provider.cjs', entry: "import './provider/main';" },
];

/**
 * Bundles this project's code into `folder`, and into one file beside it every package that is not a dependency of ours. What is
 * a dependency stays one.
 *
 * @throws Error with esbuild's findings
 */
async function bundleLibrary(folder: string): Promise<readonly Metafile[]> {
  const vendored = new Set<string>();
  const metafiles: Metafile[] = [];
  for (const one of BUNDLES) metafiles.push(await bundleOurs(one, folder, vendored));
  metafiles.push(await bundleVendors([...vendored].toSorted(), folder));
  return metafiles;
}

async function bundleOurs(
  { file, entry, inside = [], hasHash = false }: Bundle,
  folder: string,
  vendored: Set<string>,
): Promise<Metafile> {
  const { metafile } = await bundle({
    ...COMMON,
    stdin: { contents: entry, resolveDir: packageFile(), sourcefile: `${file}.ts`, loader: 'ts' },
    outfile: join(folder, file),
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    plugins: [packagesBeside(inside, vendored)],
    ...(hasHash && { banner: { js: `const programHash = '${NO_HASH}';` } }),
  });
  return metafile;
}

/** Packages that aren't dependencies come from the file of all of them. */
function packagesBeside(inside: readonly string[], vendored: Set<string>): Plugin {
  return {
    name: 'packages-beside',
    setup: (build) => {
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        if (kind === 'entry-point' || inside.includes(packageOf(path))) return undefined;
        if (importer.includes('node_modules') && !staysOutside(path)) return undefined;
        if (isBuiltin(path) || staysOutside(path)) return { path, external: true };
        vendored.add(path);
        return { path, namespace: 'vendor' };
      });
      build.onResolve({ filter: /.*/, namespace: 'vendor' }, ({ path }) => ({ path, external: true }));
      build.onLoad({ filter: /.*/, namespace: 'vendor' }, ({ path }) => ({
        contents: `module.exports = require('./${VENDOR}')[${JSON.stringify(path)}]();`,
      }));
    },
  };
}

async function bundleVendors(packages: readonly string[], folder: string): Promise<Metafile> {
  const parts = packages.map((name) => `${JSON.stringify(name)}: () => require(${JSON.stringify(name)}),`);
  const { metafile } = await bundle({
    ...COMMON,
    stdin: {
      contents: `module.exports = {${parts.join('')}};`,
      resolveDir: packageFile(),
      sourcefile: VENDOR,
      loader: 'js',
    },
    outfile: join(folder, VENDOR),
    plugins: [dependenciesOutside, databaseBeside(folder)],
  });
  return metafile;
}

const dependenciesOutside: Plugin = {
  name: 'dependencies-outside',
  setup: (build) => {
    build.onResolve({ filter: /^[^./]/ }, ({ path }) => (staysOutside(path) ? { path, external: true } : undefined));
  },
};

/** CloudFormation's resource types are read from a file beside the code. */
function databaseBeside(folder: string): Plugin {
  return {
    name: 'database-beside',
    setup: (build) => {
      build.onLoad({ filter: /[/\\]@aws-cdk[/\\]aws-service-spec[/\\]lib[/\\]index\.js$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const contents = source.replace(
          "path.join(__dirname, '..', DB_COMPRESSED)",
          'path.join(__dirname, DB_COMPRESSED)',
        );
        if (contents === source) throw new Error(`${path} reads its database from another place`);
        const database = join(path, '../../db.json.gz');
        cpSync(database, join(folder, basename(database)));
        return { contents };
      });
    },
  };
}

function staysOutside(path: string): boolean {
  const name = packageOf(path);
  return name in dependencies || OF_THE_REPOSITORY.includes(name);
}

function packageOf(path: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
}

function isBuiltin(path: string): boolean {
  return path.startsWith('node:') || builtinModules.includes(path);
}

const DIST = packageFile('dist');
const LIBRARY = join(DIST, 'library');

/** Entries of the package that are imported by name. */
const ENTRIES = ['aws', 'entra', 'estate', 'permissions'] as const;
/** Programs that an engine runs. */
const PROGRAMS = ['cdk', 'pulumi'] as const;

/** What the validator's process runs as it is. */
const VALIDATOR = ['stacks/resource-types.json', 'stacks/validator-program.cjs'];

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
  metafiles.push(...(await Promise.all(NAMES.map(packLambda))));
  const hashes = { web: hashImageSources(packageFile(), 'web'), api: hashImageSources(packageFile(), 'api') };
  writeFileSync(packageFile(PACKED_HASHES), `${JSON.stringify(hashes)}\n`);
  writeProgramHash();
  writeProvider();
  writeTypes();
  writeEntries();
  writeFileSync(join(DIST, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(metafiles));
}

/** Writes a function in one file. @returns what went into it */
async function packLambda(name: string): Promise<Metafile> {
  const { outputFiles, metafile } = await bundleLambda(name);
  const folder = join(DIST, 'lambda', name);
  mkdirSync(folder, { recursive: true });
  for (const { contents } of outputFiles) writeFileSync(join(folder, 'index.js'), contents);
  return metafile;
}

/** Puts a hash of all that a preview depends on into the program, as `src/cli/compile.cjs` does in the repository. */
function writeProgramHash(): void {
  const files = [LIBRARY, join(DIST, 'lambda')].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.map'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const hash = createHash('sha256');
  for (const file of [...files.toSorted(), ...VALIDATOR.map((file) => packageFile(file))])
    hash.update(readFileSync(file));
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
