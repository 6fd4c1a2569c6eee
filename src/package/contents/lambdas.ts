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

/** Folder with `index.js`, the bundle of a function that the package brings; undefined in the repository. */
export function packedLambda(name: LambdaName): string | undefined {
  return isPacked ? packageFile('dist/lambda', name) : undefined;
}

/** Options of esbuild: all that a bundle depends on besides its sources. */
export function lambdaOptions(name: LambdaName) {
  return {
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    external: [...LAMBDAS[name].external],
    logLevel: 'error',
  } as const satisfies Esbuild.BuildOptions;
}

/** Bundles a function into `folder`. @returns what went into it @throws Error with esbuild's findings */
export function bundleLambda(name: LambdaName, folder: string): Esbuild.Metafile {
  // The package has no esbuild.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only the repository bundles, and import() gives a promise
  const { buildSync } = require('esbuild') as typeof Esbuild;
  const { metafile } = buildSync({
    ...lambdaOptions(name),
    absWorkingDir: packageFile(),
    entryPoints: [`lambda/${name}/main.ts`],
    outfile: join(folder, 'index.js'),
    metafile: true,
  });
  return metafile;
}
