import { join, resolve } from 'node:path';
import type { ImageSource } from '../constructs/aws/hosting/app-image';
import { hashImageSources } from '../src/clouds/git/image-hash';
import type { ServiceName } from '../src/estate/sections/hosting/hosting';

const REPOSITORY = resolve(__dirname, '..');

/** The image of an application of this repository. @throws GitError if this is not a git clone */
export function imageSourceOf(app: ServiceName): ImageSource {
  const tsx = join(REPOSITORY, 'node_modules/tsx/dist/cli.mjs');
  return {
    hash: hashImageSources(REPOSITORY, app),
    command: [process.execPath, tsx, join(REPOSITORY, 'stacks/build-image.ts'), app],
  };
}
