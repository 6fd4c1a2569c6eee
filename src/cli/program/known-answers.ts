import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import { NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import { AnswersOnDisk } from '../../preview/engine/answers-on-disk';

/** Hash of the compiled program and of all that it bundles for others; `src/cli/compile.cjs` puts it there. */
declare const programHash: string | undefined;

const PACKAGE_ROOT = join(__dirname, '../../..');

/** Packages that answers come from. */
const PACKAGES = ['@pulumi/azuread', '@pulumi/pulumi', 'aws-cdk-lib', 'cdk-nag', 'constructs', 'esbuild'];

/** Variables that change what the engines do. None of them holds a secret. */
const VARIABLES = /^(CDK_|JSII_|PULUMI_(DISABLE|ENABLE|NODEJS|TEST)_)/;

/**
 * What earlier runs of this very program found out, with these very packages. Nothing is known to a program that was not
 * compiled, whose code has no hash.
 */
export function knownAnswers(): KnownAnswers {
  if (typeof programHash !== 'string') return NOTHING_KNOWN;
  const variables = Object.entries(process.env).filter(([name]) => VARIABLES.test(name));
  return new AnswersOnDisk({
    folder: join(PACKAGE_ROOT, 'node_modules/.cache/entra-aws/answers'),
    versions: [
      programHash,
      process.version,
      ...PACKAGES.map((name) => `${name} ${versionOf(name)}`),
      textOf(join(PACKAGE_ROOT, 'node_modules/.package-lock.json')),
      ...variables.map((entry) => JSON.stringify(entry)).toSorted(),
    ],
  });
}

function versionOf(name: string): string {
  try {
    return readFileSync(require.resolve(`${name}/package.json`), 'utf8');
  } catch {
    return 'unknown';
  }
}

/** npm's list of all that is installed. Other package managers have none. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
