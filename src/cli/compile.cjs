// Compiles the program `entra-aws`, and the CDK app, into one file each, and again wherever a source is newer than it: a program
// that starts in a tenth of a second and never runs yesterday's code. Plain JavaScript, since it runs before anything is compiled.
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');
const { keepCode } = require('../package/contents/code-cache.cjs');
const { bundleLambdas, inputsOfLambdas, replace, sourcesOfLambdas } = require('../package/contents/bundle-lambdas.cjs');

const ROOT = join(__dirname, '../..');
const FOLDER = join(ROOT, 'dist/program');
const CACHE = join(ROOT, 'node_modules/.cache/entra-aws');

/**
 * Entries of what is compiled, by name. The command that is run first, and most often, is compiled by itself too: that takes half as
 * long as with all others.
 */
const ENTRIES = { 'entra-aws': 'src/cli/main.ts', preview: 'src/cli/main.ts', cdk: 'stacks/cdk.ts' };

/** Packages that nearly every command needs, or that are many files. The others are loaded from node_modules by the commands that use them. */
const BUNDLED = require('../package/build/bundled-packages.json');

/** Packages of which a program has one copy: what one part of it makes, another knows by its class. */
const ONCE = /^(?:aws-cdk-lib|constructs)(?:\/|$)/;

/** What the validator's process runs as it is. */
const THREADS = ['stacks/validator-program.cjs', 'stacks/resource-types.json'];

/** Takes the hash's place until the program is compiled. */
const NO_HASH = 'the hash of this program';

/** Runs a program, compiled before where that is fresh. @param {keyof typeof ENTRIES} name */
async function runCompiled(name) {
  const program = join(FOLDER, `${name}.cjs`);
  const list = join(FOLDER, `${name}.json`);
  const fresh = isFresh(program, list);
  if (!fresh) await compile(name, program, list);
  // The first run in a clone is the slowest, and to write V8's code takes another seventh of a second: the next run writes it.
  if (process.env.DEBUG) process.setSourceMapsEnabled(true);
  else if (fresh || existsSync(CACHE)) keepCode(CACHE, name === 'cdk' ? name : (process.argv[2] ?? 'none'));
  require(program);
}

/** Whether no source has changed since it was read. */
function isFresh(program, list) {
  try {
    const { started, inputs } = JSON.parse(readFileSync(list, 'utf8'));
    if (process.env.DEBUG && !existsSync(`${program}.map`)) return false;
    return statSync(program).isFile() && inputs.every((input) => statSync(join(ROOT, input)).mtimeMs <= started);
  } catch {
    return false;
  }
}

async function compile(name, program, list) {
  const started = Date.now();
  const { build, stop } = startEsbuild();
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRIES[name]],
    outfile: program,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // Nothing else reads it, and it takes a quarter of the time.
    sourcemap: process.env.DEBUG ? 'linked' : false,
    sourcesContent: false,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    logLevel: 'error',
    banner: { js: `const programHash = '${NO_HASH}';` },
    plugins: [packagesStayOutside, ...(name === 'preview' ? [othersStayOutside(name)] : [])],
  });
  mkdirSync(FOLDER, { recursive: true });
  // With the functions, the program's hash covers all of our code that a template depends on.
  const hash = createHash('sha256');
  for (const { contents } of outputFiles) hash.update(contents);
  for (const file of [...THREADS, ...sourcesOfLambdas()]) hash.update(readFileSync(join(ROOT, file)));
  const digest = hash.digest('hex');
  for (const { path, text } of outputFiles) replace(path, text.replace(NO_HASH, digest));
  const bundled = bundleLambdas().then(() => {
    const inputs = [...Object.keys(metafile.inputs), ...inputsOfLambdas(), ...THREADS];
    // Last: who reads a list reads the program and the functions that were made from it, or newer ones.
    replace(list, JSON.stringify({ started, inputs }));
    return stop();
  });
  // A preview reads the estate meanwhile, and waits for the functions before it synthesises.
  if (name === 'preview') bundled.catch(() => undefined);
  else await bundled;
}

/** Collecting garbage takes esbuild a third of its time, and all that it keeps is let go when it stops. */
function startEsbuild() {
  const esbuild = require('esbuild');
  const { GOGC } = process.env;
  process.env.GOGC = 'off';
  void esbuild.initialize({});
  // Not for engines, which are programs in Go too.
  if (GOGC === undefined) delete process.env.GOGC;
  else process.env.GOGC = GOGC;
  return esbuild;
}

const packagesStayOutside = {
  name: 'packages-stay-outside',
  setup: (build) => {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      const isOurs = !importer.includes('node_modules');
      const isBundled = BUNDLED.some((name) => path === name || path.startsWith(`${name}/`));
      const isOutside = ONCE.test(path) || (isOurs && !isBundled);
      return kind !== 'entry-point' && isOutside ? { path, external: true } : undefined;
    });
  },
};

/** Commands that a program is not for are never loaded by it. */
const othersStayOutside = (command) => ({
  name: 'others-stay-outside',
  setup: (build) => {
    build.onResolve({ filter: /^\.\/[a-z-]+\/[a-z]+\.js$/ }, ({ path, importer }) => {
      const isOther = importer === join(__dirname, 'commands.ts') && !path.startsWith(`./${command}/`);
      return isOther ? { path, external: true } : undefined;
    });
  },
});

module.exports = { runCompiled };
