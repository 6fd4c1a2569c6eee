// In place of `@aws/cloudformation-validate`, which each test file would load again: see `validator-environment.cjs`.
module.exports = globalThis.cloudFormationValidator();
