const { createRequire } = require('node:module');

const { TestEnvironment } = createRequire(require.resolve('jest'))('jest-environment-node');

let shared;

/** The one environment of a worker, whose test files share modules: see `worker-runtime.cjs`. Each finds the variables of the first. */
module.exports = class extends TestEnvironment {
  constructor(...options) {
    if (shared !== undefined) return shared;
    super(...options);
    shared = this;
    this.variables = { ...this.global.process.env };
  }

  async teardown() {
    const { env } = this.global.process;
    for (const name of Object.keys(env)) delete env[name];
    Object.assign(env, this.variables);
    this.fakeTimersModern.useRealTimers();
  }
};
