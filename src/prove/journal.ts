import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isProperties } from '../../provider/values';
import { AccountId } from '../estate/source/ids';
import { parseQuietly } from '../estate/source/json-source';

/** Directories that can be proven: an external tenant of External ID, a directory of Azure AD B2C, a workforce tenant. */
export const KINDS = ['external-id', 'b2c', 'workforce'] as const;
export type Kind = (typeof KINDS)[number];

/** Folder of all runs, in the team's repository; git leaves it out. */
export const RUNS = 'plan/prove';

const FILE = 'journal.json';

/** Process that a run is. */
const RunProcess = z.strictObject({
  host: z.string(),
  pid: z.int(),
  /** Ticks from the start of the machine to that of the process, so that another one of its number is told apart. Linux has it. */
  started: z.string().optional(),
});

const Run = z.strictObject({
  mark: z.string().regex(/^prove-[\da-f]{8}$/),
  day: z.string(),
  by: RunProcess.optional(),
});

const Journal = Run.extend({
  kind: z.enum(KINDS),
  tenantId: z.guid(),
  /** First label of the initial domain. */
  directory: z.string(),
});
/** Plan of a run: what it makes, and where. It is there from before the first request until nothing of it is left. */
export type Journal = Readonly<z.output<typeof Journal>>;

const AccountJournal = Run.extend({
  kind: z.literal('aws'),
  account: AccountId,
  region: z.string(),
  instanceArn: z.string(),
  identityStoreId: z.string(),
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
  const by = { host: hostname(), pid: process.pid, started: startOf(process.pid) };
  writeFileSync(join(folder, `${FILE}.new`), `${JSON.stringify({ ...journal, by }, undefined, 2)}\n`);
  renameSync(join(folder, `${FILE}.new`), join(folder, FILE));
}

/** Ends a run of which nothing is left; it may not have a journal yet. */
export function removeJournal({ mark }: Pick<Journal, 'mark'>): void {
  rmSync(join(runFolder(mark), FILE), { force: true });
}

/** The process of a run that may be at work; undefined where it has ended. Of another host's, nothing is known here. */
export function processAtWork({ by }: Pick<Journal, 'by'>): string | undefined {
  if (by === undefined) return undefined;
  const { host, pid, started } = by;
  if (host !== hostname()) return `process ${pid} of the host ${host}`;
  const isAtWork = started === undefined ? isAlive(pid) : startOf(pid) === started;
  return isAtWork ? `process ${pid}` : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isProperties(error) && error['code'] === 'EPERM';
  }
}

/** Start of a process that runs, as Linux tells it: proc_pid_stat(5), field 22. */
function startOf(pid: number): string | undefined {
  try {
    // The second field is a name in brackets, which may have any character.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch {
    return undefined;
  }
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
