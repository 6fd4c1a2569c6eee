import type { ImageSource } from '../constructs/aws/hosting/app-image';
import { imageHash } from '../src/clouds/git/image-hash';
import type { ServiceName } from '../src/estate/sections/hosting/hosting';
import { isPacked, packageFile } from '../src/package/files';

/** The image of an application of this package. @throws GitError if this is its repository, but not a git clone */
export function imageSourceOf(app: ServiceName): ImageSource {
  return { hash: imageHash(app), command: [process.execPath, ...BUILD, app] };
}

const BUILD = isPacked
  ? [packageFile('dist/library/build-image.cjs')]
  : [packageFile('node_modules/tsx/dist/cli.mjs'), packageFile('stacks/build-image.ts')];
