import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { build as bundle } from 'esbuild';
import { cpSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { dependencies } from '../../../package.json';
import { packageFile } from '../contents/files';

/** Packages of commands that only this repository has. */
const OF_THE_REPOSITORY = ['esbuild', 'tsx', 'typescript'];

/** Packages that nearly every command needs: inside the program, they cost no second file. */
const IN_THE_PROGRAM = [
  '@commander-js/extra-typings',
  'commander',
  'fastest-levenshtein',
  'write-file-atomic',
  'yaml',
  'zod',
];

const VENDOR = 'vendor.cjs';

/** Takes the place of the program's hash until everything is built that the hash is made of. */
export const NO_HASH = 'the hash of this program';

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
  { file: 'program.cjs', entry: "import './src/cli/main';", inside: IN_THE_PROGRAM, hasHash: true },
  {
    file: 'library.cjs',
    entry: `module.exports = {
      aws: () => require('./src/package/entries/aws'),
      entra: () => require('./src/package/entries/entra'),
      estate: () => require('./src/package/entries/estate'),
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
export async function bundleLibrary(folder: string): Promise<readonly Metafile[]> {
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
        if (kind === 'entry-point' || importer.includes('node_modules') || inside.includes(path)) return undefined;
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
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
  return name in dependencies || OF_THE_REPOSITORY.includes(name);
}

function isBuiltin(path: string): boolean {
  return path.startsWith('node:') || builtinModules.includes(path);
}
