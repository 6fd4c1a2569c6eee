import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as BundleLambdas from './bundle-lambdas.cjs';

/**
 * Path of a file that this package brings, in its repository as below `node_modules`: of the nearest folder above this code
 * with a package.json. What a team writes is never looked for here.
 */
export function packageFile(...parts: readonly string[]): string {
  return join(root, ...parts);
}

/**
 * Path of a file of the team's repository, which is the working directory; relative, as messages show it. What the package
 * brings is never looked for here.
 */
export function projectFile(...parts: readonly string[]): string {
  return join(...parts);
}

/** @throws Error if no folder above has a package.json */
function folderAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`no folder above ${__dirname} has a package.json`);
  return folderAbove(parent);
}

const root = folderAbove(__dirname);

/** Tells the package as it was packed: compiled, without the TypeScript that it was compiled from. */
export const isPacked = !existsSync(packageFile('src/package/contents/files.ts'));

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

/** Waits for functions that are bundled since this program started; the package brings them. @throws Error with esbuild's findings */
export async function lambdasBundled(): Promise<void> {
  if (isPacked) return;
  const bundler = packageFile('src/package/contents/bundle-lambdas.cjs');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would take the path for a URL
  await (require(bundler) as typeof BundleLambdas).lambdasBundled();
}
