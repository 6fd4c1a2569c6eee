import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Root of this repository. */
export const REPOSITORY = resolve(__dirname, '../..');

/** The package's example, a folder with `estates/sandbox`. Tests read it, since the sandbox below the root is the reader's to edit. */
export const EXAMPLE = resolve(REPOSITORY, 'src/package/project/example');
export const EXAMPLE_ESTATES = resolve(EXAMPLE, 'estates');
export const SANDBOX = resolve(EXAMPLE_ESTATES, 'sandbox');

/** The program `entra-aws`, which is compiled from its sources where they are newer. */
export const PROGRAM = resolve(REPOSITORY, 'src/cli/entra-aws.cjs');

/** For processes that wait for clouds, which answer at once. */
export const SHORT_PAUSES = { NODE_OPTIONS: `--require ${resolve(__dirname, 'short-pauses.cjs')}` } as const;

/** For processes that synthesise, where the test is not about what CloudFormation's validator finds, which takes two seconds. */
export const UNVALIDATED = { NODE_OPTIONS: `--require ${resolve(__dirname, 'unvalidated.cjs')}` } as const;

/** Arguments of Node that start a script of this repository, from any folder. */
export function scriptArguments(name: string): readonly string[] {
  return ['--import', pathToFileURL(require.resolve('tsx')).href, resolve(REPOSITORY, `scripts/${name}.ts`)];
}
