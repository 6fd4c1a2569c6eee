// Loaded before a CDK app, it takes the place of CloudFormation's validator and finds nothing. The validator loads its rules for
// two seconds each time. What it finds is held by test/system/preview/validator-process.test.ts.
const { registerHooks } = require('node:module');
const { pathToFileURL } = require('node:url');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@aws/cloudformation-validate'
      ? { url: pathToFileURL(__filename).href, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
});

module.exports = {
  version: () => 'none',
  TemplateContent: class {},
  CompositeEngine: class {
    validateTemplate = () => ({ diagnostics: [] });
    free = () => undefined;
  },
};
