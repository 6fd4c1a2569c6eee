import { name } from '../package.json';
import type { ImageSource } from '../constructs/aws/hosting/app-service';
import { imageHash } from '../src/clouds/git/image-hash';
import type { BuiltImage } from '../src/estate/sections/hosting/services';

/**
 * The image of a service: of this package, or of the team's repository. The command names no folder, so that a cloud assembly can be made on one machine
 * and deployed on another.
 *
 * @throws GitError if this is its repository, but not a git clone
 */
export function imageSourceOf(image: BuiltImage): ImageSource {
  const args =
    image.kind === 'folder'
      ? [image.folder, 'folder']
      : [image.app, ...(image.from === 'repository' ? [image.from] : [])];
  return { hash: imageHash(image), command: ['node', '-e', BUILD_IMAGE, ...args] };
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
