const { createRequire } = require('node:module');
const { join, sep } = require('node:path');

const { default: Runtime } = createRequire(require.resolve('jest'))('jest-runtime');

/** What is below it belongs to one test file: itself, what helps it, and what looks after it. */
const TESTS = join(__dirname, '..') + sep;

/** Modules that earlier test files of this worker loaded, and the source maps of all, by path. */
const loaded = new Map();
const sourceMaps = new Map();

/** Runtime of the test file that runs. */
let current;

/**
 * Jest gives each test file modules of its own, and to load them takes longer than most tests do. Here all files of a worker share
 * those that are not tests, unless a file replaces some, sources may change meanwhile, or it is counted which lines a file reaches.
 */
module.exports = class extends Runtime {
  constructor(...options) {
    super(...options);
    const [, , , , , { collectCoverage }, file, { watch, watchAll }] = options;
    current = this;
    this.transformCache.sourceMaps = sourceMaps;
    this.isAlone =
      collectCoverage ||
      watch ||
      watchAll ||
      /\bjest\.(?:doMock|isolateModules|mock)\(/.test(this.fileCache.readFile(file));
    if (!this.isAlone) for (const [path, module] of loaded) this.registries.moduleRegistry.set(path, module);
  }

  /** What a module of an earlier file loads late belongs to the file that runs. */
  requireModuleOrMock(from, name) {
    return current === this ? super.requireModuleOrMock(from, name) : current.requireModuleOrMock(from, name);
  }

  teardown() {
    for (const [path, module] of this.isAlone ? [] : this.registries.moduleRegistry)
      if (!path.startsWith(TESTS)) loaded.set(path, module);
    super.teardown();
  }
};
