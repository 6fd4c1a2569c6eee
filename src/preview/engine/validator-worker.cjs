// A thread that loads CloudFormation's rules while the program synthesises, and then validates. Plain JavaScript, since it is
// started as it is.
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { workerData } = require('node:worker_threads');

const { port, types } = workerData;
let plugin;
let failure;

/** The library loads the rules of the types that it finds, and keeps them for templates that have no others. */
function loadRules() {
  const folder = mkdtempSync(join(tmpdir(), 'entra-aws-identity-'));
  try {
    const templatePath = join(folder, 'types.template.json');
    const resources = types.map((Type, index) => [`Resource${index}`, { Type }]);
    writeFileSync(templatePath, JSON.stringify({ Resources: Object.fromEntries(resources) }));
    plugin.validate({ stackTemplates: [{ stackConstructPath: 'Types', templatePath }] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function answerTo(stackTemplates) {
  if (failure !== undefined) return { failure };
  try {
    return { version: plugin.version, violations: plugin.validate({ stackTemplates }).violations };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

port.on('message', ({ stackTemplates, answered }) => {
  port.postMessage(answerTo(stackTemplates));
  Atomics.store(answered, 0, 1);
  Atomics.notify(answered, 0);
});
try {
  const { CloudFormationValidatePlugin } = require('aws-cdk-lib');
  plugin = new CloudFormationValidatePlugin();
} catch (error) {
  failure = error instanceof Error ? error.message : String(error);
}
try {
  if (plugin !== undefined) loadRules();
} catch {
  // Validation itself says what is wrong.
}
