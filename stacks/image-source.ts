import { name } from '../package.json';
import type { ImageSource } from '../constructs/aws/hosting/app-service';
import { imageHash } from '../src/clouds/git/image-hash';
import type { Hosting, ServiceName } from '../src/estate/sections/hosting/hosting';

/**
 * The image of an application, of this package or of the team's repository. The command names no folder, so that a cloud assembly can be made on one machine
 * and deployed on another.
 *
 * @throws GitError if this is its repository, but not a git clone
 */
export function imageSourceOf(app: ServiceName, from: Hosting['application'] = 'package'): ImageSource {
  const own = from === 'repository' ? [from] : [];
  return { hash: imageHash(app, from), command: ['node', '-e', BUILD_IMAGE, app, ...own] };
}

/**
 * Looks for the package where the assembly lies, which is where the CDK runs the command, and then where the CDK was started:
 * the assembly may be outside the repository.
 */
const BUILD_IMAGE = [
  "const { createRequire } = require('node:module');",
  'const { INIT_CWD, PWD } = process.env;',
  'const found = [process.cwd(), INIT_CWD, PWD].filter(Boolean).flatMap((folder) => {',
  `try { return [createRequire(folder + '/').resolve('${name}/build-image')]; } catch { return []; } });`,
  `if (found.length > 0) require(found[0]);`,
  `else { console.error('${name} is not installed here. Run npm ci and cdk deploy in the folder of package.json.');`,
  'process.exitCode = 1; }',
].join(' ');
