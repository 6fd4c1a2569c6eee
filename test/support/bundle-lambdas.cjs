// Before any suite: the functions that stacks deploy, where their sources have changed.
module.exports = require('../../src/package/contents/bundle-lambdas.cjs').bundleLambdas;
