import { z } from 'zod';
import { version } from '../../../package.json';
import { FORGES } from '../../estate/sections/pipeline/forges/registry';
import { showValue } from '../../estate/source/finding';
import { parseQuietly } from '../../estate/source/json-source';
import type { Project } from './choices';
import { json } from './managed-files';
import { isOwner, OWNERS_ALLOWED } from './code-owners';

/** File in which the repository keeps what the package has offered it. */
export const LEDGER_FILE = '.entra-aws.json';

const ABOUT =
  'Written by entra-aws: its version, and the managed files that it has written once, so that one that you delete stays deleted. Keep it in git.';

const Ledger = z.strictObject({
  '//': z.string().exactOptional(),
  version: z.string(),
  forge: z.enum([...FORGES, 'none']),
  owners: z.array(z.string()).default([]),
  files: z.array(z.string()),
});
export type Ledger = Readonly<z.output<typeof Ledger>>;

/** @returns undefined where there is none yet @throws Error if it can't be read */
export function parseLedger(text: string | undefined): Ledger | undefined {
  if (text === undefined) return undefined;
  const { data } = Ledger.safeParse(parseQuietly(text.replace(/^\uFEFF/, '')));
  if (data !== undefined) return checked(data);
  throw new Error(
    `${LEDGER_FILE} can't be read, or is of a newer version of the package: take it back from git, or delete it and run init again.`,
  );
}

/** @throws Error where it was edited by hand so that another file would be written or deleted, or owners be others */
function checked(ledger: Ledger): Ledger {
  const path = ledger.files.find((file) => !isInside(file));
  const owner = ledger.owners.find((one) => !isOwner(one));
  const fault =
    path !== undefined
      ? `files must be paths in this folder, got ${showValue(path)}`
      : owner !== undefined && `owners must be ${OWNERS_ALLOWED}, got ${showValue(owner)}`;
  if (fault === false) return ledger;
  throw new Error(`${LEDGER_FILE}: ${fault}. Take it back from git.`);
}

function isInside(path: string): boolean {
  return /^[^\\:\p{Cc}]+$/u.test(path) && path.split('/').every((part) => !['', '.', '..'].includes(part));
}

/** @param files paths that were offered by this version or an earlier one */
export function ledgerText({ forge, owners }: Omit<Project, 'estates'>, files: Iterable<string>): string {
  return json({
    '//': ABOUT,
    version,
    forge,
    ...(owners.length > 0 && { owners }),
    files: [...new Set(files)].toSorted(),
  });
}
