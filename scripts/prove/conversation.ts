import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Comparison } from '../../src/prove/compare';
import { type AccountJournal, type Journal, processAtWork, readJournals, removeJournal } from '../../src/prove/journal';
import type { CleanUp } from '../../src/prove/prove';
import type { Outcome } from '../../src/prove/run';
import { EXIT } from '../../src/cli/program/cli';
import { confirmed } from '../../src/cli/program/confirmed';
import type { ProveOptions } from './options';

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export async function isAgreed(question: string, { yes }: Pick<ProveOptions, 'yes'>): Promise<boolean> {
  if (yes || (await confirmed(question))) return true;
  say('Nothing was made or deleted. At a terminal you are asked; a script says --yes.');
  return false;
}

/** Takes a run to its end, to which Ctrl-C brings it sooner. */
export async function interruptibly<Result>(task: (isInterrupted: () => boolean) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort();
    say('Interrupted: what is under way ends, and then what was made is destroyed, which takes some minutes.');
  };
  process.on('SIGINT', interrupt);
  try {
    return await task(() => interruption.signal.aborted);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Runs that were killed where `isOurs` says; of those elsewhere, and of those that may be at work, it says so. */
export function killedRuns<Run extends Journal | AccountJournal>(
  isOurs: (journal: Journal | AccountJournal) => journal is Run,
  { killed }: { readonly killed?: string | undefined },
): readonly Run[] {
  return readJournals().flatMap((journal) => {
    const atWork = journal.mark === killed ? undefined : processAtWork(journal);
    if (atWork !== undefined)
      say(`${journal.mark} may be at work, as ${atWork}. If it is not: --clean-up --killed ${journal.mark}`);
    else if (isOurs(journal)) return [journal];
    else say(`${journal.mark} is left in ${elsewhere(journal)}`);
    return [];
  });
}

function elsewhere(journal: Journal | AccountJournal): string {
  return journal.kind === 'aws'
    ? `the AWS account ${journal.account}: clean up by --kind aws --account ${journal.account} --clean-up`
    : `the tenant ${journal.tenantId}: clean up by --clean-up, with ARM_TENANT_ID=${journal.tenantId}`;
}

/** Asks whether what earlier runs have left may be destroyed, and does it. */
export async function cleanUpAll<Run extends { readonly mark: string; readonly day: string }>(
  runs: readonly Run[],
  options: Pick<ProveOptions, 'yes'>,
  cleanUp: (run: Run) => Promise<CleanUp>,
): Promise<number> {
  if (runs.length === 0) {
    say('Nothing is left of earlier runs.');
    return EXIT.ok;
  }
  for (const { mark, day } of runs) say(`A run of ${day} did not come to its end; its objects are named ${mark}`);
  if (!(await isAgreed('Destroy what is left of it?', options))) return EXIT.failed;
  let isClean = true;
  for (const run of runs) {
    const done = await cleanUp(run).catch((error: unknown) => ({
      isClean: false,
      detail: error instanceof Error ? error.message : String(error),
    }));
    say(`${run.mark}: ${done.detail}`);
    if (done.isClean) removeJournal(run);
    isClean &&= done.isClean;
  }
  return isClean ? EXIT.ok : EXIT.failed;
}

export function writeReport(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

interface Ended {
  readonly outcomes: readonly Outcome[];
  readonly comparison: Comparison;
  readonly isInterrupted: boolean;
  /** `in the tenant` */
  readonly where: string;
  /** File of the report. */
  readonly file: string;
}

/** Says how a run ended. @returns the exit code */
export function verdict({ outcomes, comparison, isInterrupted, where, file }: Ended): number {
  const open = comparison.differences.filter(({ meant }) => meant === undefined);
  const hasFailed = outcomes.some(({ held }) => !held);
  const before = isInterrupted ? 'The run was interrupted. ' : hasFailed ? `Steps failed ${where}. ` : '';
  say(`${before}${open.length} differences; the report is ${file}`);
  return isInterrupted || hasFailed || open.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Reason why a tenant or an account was not asked: the rehearsal did not come to its end. */
export function rehearsalWords(rehearsal: readonly Outcome[], isInterrupted: boolean): string {
  const failed = rehearsal.filter(({ held }) => !held).map(({ step, detail }) => `${step}: ${detail}`);
  return isInterrupted
    ? 'the run was interrupted before'
    : `the rehearsal did not come to its end. ${failed.join('; ')}`;
}
