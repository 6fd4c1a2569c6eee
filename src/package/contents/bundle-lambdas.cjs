// Bundles the functions that stacks deploy, each into one file of dist/program/lambda, where its sources have changed. Plain
// JavaScript, since it runs before anything is compiled: beside the compilation of the program, or by itself.
const { createHash } = require('node:crypto');
const { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join, relative } = require('node:path');

const ROOT = join(__dirname, '../../..');

/** Folders of `lambda/`, with the packages that Lambda's runtime brings. */
const LAMBDAS = {
  'custom-domain': ['@aws-sdk/*', '@smithy/*'],
  // The newest clients: the runtime's own lack what it asks for.
  leavers: [],
};
const NAMES = Object.keys(LAMBDAS);

/** Versions of what is bundled from `node_modules`. */
const PACKAGES = 'node_modules/.package-lock.json';

const outputOf = (name) => `dist/program/lambda/${name}/index.js`;
const listOf = (name) => join(ROOT, `dist/program/lambda/${name}.json`);

/** Hash of a function's sources, of what its options stand in, and of the packages; undefined where one is missing. */
function hashOf(files) {
  try {
    const hash = createHash('sha256');
    for (const file of [__filename, ...files.map((one) => join(ROOT, one))]) hash.update(readFileSync(file));
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

/** Whether a bundle stands that was made of these very sources. */
function isFresh(name) {
  try {
    const { inputs, hash } = JSON.parse(readFileSync(listOf(name), 'utf8'));
    return hash === hashOf([...inputs, outputOf(name)]);
  } catch {
    return false;
  }
}

let bundling = Promise.resolve();

/** Makes the bundles whose sources have changed, at once. */
function bundleLambdas() {
  bundling = Promise.all(NAMES.filter((name) => !isFresh(name)).map(remake)).then(() => undefined);
  return bundling;
}

/** Waits for the bundles that are being made, if any are. */
const lambdasBundled = () => bundling;

async function remake(name) {
  const { outputFiles, metafile } = await bundleLambda(name);
  const inputs = [...Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/')), PACKAGES];
  mkdirSync(join(ROOT, outputOf(name), '..'), { recursive: true });
  for (const { contents } of outputFiles) replace(join(ROOT, outputOf(name)), contents);
  // Last: who reads a list reads the bundle that was made from it, or a newer one.
  replace(listOf(name), JSON.stringify({ inputs, hash: hashOf([...inputs, outputOf(name)]) }));
}

/** Bundles a function, and writes nothing. */
function bundleLambda(name) {
  const { build } = require('esbuild');
  return build({
    absWorkingDir: ROOT,
    entryPoints: [`lambda/${name}/main.ts`],
    outfile: outputOf(name),
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    external: LAMBDAS[name],
    logLevel: 'error',
  });
}

/** Two processes may write at once; each file is the one's or the other's. */
function replace(path, contents) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

/** What the bundles were made of. */
const inputsOfLambdas = () => NAMES.flatMap((name) => JSON.parse(readFileSync(listOf(name), 'utf8')).inputs);

/** All of our own that makes a bundle: what functions import from elsewhere is part of the program too. */
function sourcesOfLambdas() {
  const files = NAMES.flatMap((name) =>
    readdirSync(join(ROOT, 'lambda', name)).map((file) => `lambda/${name}/${file}`),
  );
  return [...files.toSorted(), relative(ROOT, __filename)];
}

module.exports = { NAMES, bundleLambda, bundleLambdas, inputsOfLambdas, lambdasBundled, replace, sourcesOfLambdas };

if (require.main === module) void bundleLambdas();
