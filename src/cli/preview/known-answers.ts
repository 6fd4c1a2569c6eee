import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import { NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import { readIfThere } from '../../estate/load/estate-folder';
import { AnswersOnDisk } from '../../preview/engine/answers-on-disk';

/**
 * Hash of the compiled program and of all that it bundles for others; `src/cli/compile.cjs` puts it there, and
 * `src/package/build` where the program is packed.
 */
declare const programHash: string | undefined;

/** Variables that change what the engines do. None of them holds a secret. */
const VARIABLES = /^(CDK_|JSII_|PULUMI_(DISABLE|ENABLE|NODEJS|TEST)_)/;

/**
 * Answers that earlier runs of this very program found, with these very packages. Nothing is known to a program that was not
 * compiled, whose code has no hash, nor where npm has not written down which packages are installed.
 */
export function knownAnswers(): KnownAnswers {
  const packages = installedPackages();
  if (typeof programHash !== 'string' || packages === undefined) return NOTHING_KNOWN;
  const folder = answersFolder(packages.folder);
  if (folder === undefined) return NOTHING_KNOWN;
  const variables = Object.entries(process.env).filter(([name]) => VARIABLES.test(name));
  return new AnswersOnDisk({
    folder,
    versions: [
      programHash,
      process.version,
      packages.list,
      ...variables.map((entry) => JSON.stringify(entry)).toSorted(),
    ],
  });
}

/** npm's list of all that is installed, with versions and hashes: beside this program, or around the project that uses it. */
function installedPackages(): { readonly folder: string; readonly list: string } | undefined {
  for (const folder of require.resolve.paths('constructs') ?? []) {
    const list = readIfThere(join(folder, '.package-lock.json'));
    if (list !== undefined) return { folder, list };
  }
  return undefined;
}

/** Folder of the answers: beside the packages, or the user's own where that can't be written, such as in an image. */
function answersFolder(packages: string): string | undefined {
  const places = [() => join(packages, '.cache'), () => process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')];
  for (const place of places) {
    try {
      const folder = join(place(), 'entra-aws/answers');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // Not there.
    }
  }
  return undefined;
}
