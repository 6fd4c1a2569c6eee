import type * as Esbuild from 'esbuild';
import { join } from 'node:path';
import { isPacked, packageFile } from './files';

/** Functions that stacks deploy, by their folder in `lambda/`, with the packages that Lambda's runtime brings. */
const LAMBDAS = {
  'custom-domain': { external: ['@aws-sdk/*', '@smithy/*'] },
  // The newest clients: the runtime's own lack what it asks for.
  leavers: { external: [] },
} as const;
export type LambdaName = keyof typeof LAMBDAS;
export const LAMBDA_NAMES = Object.keys(LAMBDAS) as readonly LambdaName[];

/** Folder with `index.js`, the bundle of a function: what the package brings, or else made below `out` from its sources. */
export function lambdaFolder(name: LambdaName, out: string): string {
  if (isPacked) return packageFile('dist/lambda', name);
  const folder = join(out, name);
  bundleLambda(name, folder);
  return folder;
}

/** Bundles a function into `folder`. @returns what went into it @throws Error with esbuild's findings */
export function bundleLambda(name: LambdaName, folder: string): Esbuild.Metafile {
  // The package has no esbuild.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only the repository bundles, and import() gives a promise
  const { buildSync } = require('esbuild') as typeof Esbuild;
  const { metafile } = buildSync({
    absWorkingDir: packageFile(),
    entryPoints: [`lambda/${name}/main.ts`],
    outfile: join(folder, 'index.js'),
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    external: [...LAMBDAS[name].external],
    logLevel: 'error',
    metafile: true,
  });
  return metafile;
}
