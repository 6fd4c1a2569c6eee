import { existsSync } from 'node:fs';
import { isPacked, packageFile } from './files';

/** Functions that stacks deploy, by their folder in `lambda/`. */
export type LambdaName = 'custom-domain' | 'leavers';

/**
 * Folder with `index.js`, a function in one file: what the package brings, or in the repository what was bundled when the
 * program was compiled. `NodejsFunction` bundles at each synthesis, and wants the lock file of the project.
 *
 * @throws Error if nothing was bundled
 */
export function lambdaFolder(name: LambdaName): string {
  const folder = packageFile(isPacked ? 'dist/lambda' : 'dist/program/lambda', name);
  if (existsSync(folder)) return folder;
  throw new Error(`${folder} is missing: run node src/package/contents/bundle-lambdas.cjs`);
}
