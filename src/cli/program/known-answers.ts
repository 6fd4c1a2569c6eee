import { join } from 'node:path';
import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import { NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import { readIfThere } from '../../estate/load/read-if-there';
import { AnswersOnDisk } from '../../preview/engine/answers-on-disk';

/** Hash of the compiled program and of all that it bundles for others; `src/cli/compile.cjs` puts it there. */
declare const programHash: string | undefined;

const PACKAGE_ROOT = join(__dirname, '../../..');

/** Variables that change what the engines do. None of them holds a secret. */
const VARIABLES = /^(CDK_|JSII_|PULUMI_(DISABLE|ENABLE|NODEJS|TEST)_)/;

/**
 * Answers that earlier runs of this very program found, with these very packages. Nothing is known to a program that was not
 * compiled, whose code has no hash, nor where npm has not written down which packages are installed.
 */
export function knownAnswers(): KnownAnswers {
  const packages = installedPackages();
  if (typeof programHash !== 'string' || packages === undefined) return NOTHING_KNOWN;
  const variables = Object.entries(process.env).filter(([name]) => VARIABLES.test(name));
  return new AnswersOnDisk({
    folder: join(PACKAGE_ROOT, 'node_modules/.cache/entra-aws/answers'),
    versions: [programHash, process.version, packages, ...variables.map((entry) => JSON.stringify(entry)).toSorted()],
  });
}

/** npm's list of all that is installed, with versions and hashes: beside this program, or around the project that uses it. */
function installedPackages(): string | undefined {
  const folders = require.resolve.paths('constructs') ?? [];
  return folders.map((folder) => readIfThere(join(folder, '.package-lock.json'))).find((text) => text !== undefined);
}
