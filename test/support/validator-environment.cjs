const { createRequire } = require('node:module');

const { TestEnvironment } = createRequire(require.resolve('jest'))('jest-environment-node');

/** Engines by their configuration, for all files of a worker. */
const engines = new Map();

/** The library, in which an engine with the rules of an earlier one is that one. */
function library() {
  const ofCdk = createRequire(require.resolve('aws-cdk-lib'));
  const { CompositeEngine, ...others } = ofCdk('@aws/cloudformation-validate');
  class SharedEngine {
    constructor(config) {
      return engineOf(JSON.stringify(config), CompositeEngine);
    }
  }
  return { ...others, CompositeEngine: SharedEngine };
}

function engineOf(config, CompositeEngine) {
  const engine = engines.get(config) ?? new CompositeEngine(JSON.parse(config));
  engines.set(config, engine);
  return {
    // It takes plain objects of its own realm alone.
    validateTemplate: (template, options) => engine.validateTemplate(template, structuredClone(options)),
    // The plug-in of one file would free what another one's uses.
    free: () => undefined,
  };
}

let loaded;

/**
 * CloudFormation's validator takes a second to load its rules. Jest gives each file modules of its own; this one all files of a
 * worker share, as `validator-of-worker.cjs`.
 */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.cloudFormationValidator = () => (loaded ??= library());
  }
};
