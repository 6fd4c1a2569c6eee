/**
 * Builds the image of an application: `@entra-aws-identity/cli/build-image`, by which the manifests of assets name it, since it is
 * found by that name wherever the package is installed.
 */
require('./contents/node-version.cjs');
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, '../../stacks/build-image.ts');
// `node -e` names no file among its arguments.
process.argv.splice(1, process.argv[1] === __filename ? 1 : 0, __filename);
if (existsSync(source)) {
  require('tsx/cjs');
  require(source);
} else {
  // By its path: until the package is packed, there is no such file.
  require(join(__dirname, '../../dist/library/build-image.cjs'));
}
