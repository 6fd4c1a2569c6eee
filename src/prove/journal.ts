import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AccountId } from '../estate/source/ids';
import { parseQuietly } from '../estate/source/parse-quietly';
import { KINDS } from './marked-estate';

/** Folder of all runs, in the team's repository; git leaves it out. */
export const RUNS = 'plan/prove';

const FILE = 'journal.json';

const Mark = z.string().regex(/^prove-[\da-f]{8}$/);

const Journal = z.strictObject({
  mark: Mark,
  kind: z.enum(KINDS),
  tenantId: z.guid(),
  directory: z.string(),
  day: z.string(),
});
/** Plan of a run: what it makes, and where. It is there from before the first request until nothing of it is left. */
export type Journal = Readonly<z.output<typeof Journal>>;

const AccountJournal = z.strictObject({
  mark: Mark,
  kind: z.literal('aws'),
  account: AccountId,
  region: z.string(),
  instanceArn: z.string(),
  identityStoreId: z.string(),
  day: z.string(),
});
/** Plan of a run in an AWS account. */
export type AccountJournal = Readonly<z.output<typeof AccountJournal>>;

/** A mark that no other run has. */
export const newMark = (): string => `prove-${randomBytes(4).toString('hex')}`;

/** Folder of a run. */
export const runFolder = (mark: string): string => join(RUNS, mark);

/** Whole or not at all: a run may be killed at any moment. */
export function writeJournal(journal: Journal | AccountJournal): void {
  const folder = runFolder(journal.mark);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${FILE}.new`), `${JSON.stringify(journal, undefined, 2)}\n`);
  renameSync(join(folder, `${FILE}.new`), join(folder, FILE));
}

/** Ends a run of which nothing is left. */
export function removeJournal({ mark }: Pick<Journal, 'mark'>): void {
  rmSync(join(runFolder(mark), FILE));
}

/** Runs of which something may be left. @throws Error for a journal that can't be read */
export function readJournals(): readonly (Journal | AccountJournal)[] {
  if (!existsSync(RUNS)) return [];
  const files = readdirSync(RUNS).map((name) => join(RUNS, name, FILE));
  return files.filter((file) => existsSync(file)).map(readJournal);
}

function readJournal(file: string): Journal | AccountJournal {
  const { data } = z.union([Journal, AccountJournal]).safeParse(parseQuietly(readFileSync(file, 'utf8')));
  if (data === undefined)
    throw new Error(`${file}: not the journal of a run; delete by hand what has the folder's name in its own`);
  return data;
}
