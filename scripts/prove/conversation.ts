import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from '../../package.json';
import {
  type AccountJournal,
  type Journal,
  processAtWork,
  readJournals,
  removeJournal,
  runFolder,
} from '../../src/prove/journal';
import type { Outcome, Proof } from '../../src/prove/proof';
import type { CleanUp } from '../../src/prove/prove';
import { renderReport, type ReportOptions } from '../../src/prove/report';
import { EXIT } from '../../src/cli/program/cli';
import { confirmed } from '../../src/cli/program/confirmed';
import type { ProveOptions } from './options';

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function isAgreed(question: string, { yes }: Pick<ProveOptions, 'yes'>): Promise<boolean> {
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

interface Beginning<Run extends Journal | AccountJournal> extends Pick<ReportOptions, 'catalogue' | 'isElsewhere'> {
  readonly journal: Run;
  /** Earlier runs, which are cleaned up first. */
  readonly ours: readonly Run[];
  readonly cleanUp: (run: Run) => Promise<CleanUp>;
  readonly announcement: string;
  /** Programs with their versions, besides this one and Node. */
  readonly versions: Readonly<Record<string, string>>;
  readonly prove: (isInterrupted: () => boolean) => Promise<Proof>;
}

/** Begins a run if the person agrees, and writes its report. @returns the exit code */
export async function begin<Run extends Journal | AccountJournal>(
  options: ProveOptions,
  { journal, ours, cleanUp, announcement, prove, ...report }: Beginning<Run>,
): Promise<number> {
  if (ours.length > 0 && (await cleanUpAll(ours, options, cleanUp)) !== EXIT.ok) return EXIT.failed;
  say(announcement);
  if (!(await isAgreed('Begin?', options))) return EXIT.failed;
  const proof = await interruptibly(prove);
  const versions = { 'entra-aws-identity': version, ...report.versions, Node: process.version };
  const code = conclude({ journal, proof, ...report, versions }, options);
  // The report is there by now.
  if (proof.isClean) removeJournal(journal);
  return code;
}

/** Writes the report, and says how the run ended. @returns the exit code */
export function conclude(
  report: ReportOptions & { readonly journal: Pick<Journal, 'mark'> },
  { out }: Pick<ProveOptions, 'out'>,
): number {
  const { journal, proof } = report;
  const { comparison, isInterrupted, refusal } = proof;
  const isAws = journal.kind === 'aws';
  const [there, here] = isAws ? (['account', 'stand-in'] as const) : (['tenant', 'emulator'] as const);
  const logOf = (side: string): string => join(runFolder(journal.mark), side, isAws ? 'aws.log' : 'pulumi.log');
  if (comparison === undefined) {
    say(`The ${there} was not asked, since ${rehearsalWords(proof.emulator, isInterrupted)}`);
    say(`What the ${here} said: ${logOf(here)}`);
    return EXIT.failed;
  }
  const file = out ?? `docs/proof/${journal.day}${isAws ? '-aws' : ''}.md`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, renderReport(report));
  if (refusal !== undefined) say(`Nothing was assigned: the identity store refused a group or a user (${refusal})`);
  const ending = endingOf(proof, there);
  const open = comparison.differences.filter(({ meant }) => meant === undefined);
  say(`${ending}${open.length} differences; the report is ${file}`);
  if (existsSync(logOf(there))) say(`Its log has names and ids of the ${there}: ${logOf(there)}`);
  return ending === '' && open.length === 0 ? EXIT.ok : EXIT.failed;
}

/** Reason why a run is no proof; empty where all of its steps held. */
function endingOf({ tenant, isInterrupted }: Proof, there: string): string {
  if (isInterrupted) return 'The run was interrupted. ';
  return tenant.some(({ held }) => !held) ? `Steps failed in the ${there}. ` : '';
}

/** Reason why a tenant or an account was not asked: the rehearsal did not finish. */
function rehearsalWords(rehearsal: readonly Outcome[], isInterrupted: boolean): string {
  const failed = rehearsal.filter(({ held }) => !held).map(({ step, detail }) => `${step}: ${detail}`);
  return isInterrupted ? 'the run was interrupted before' : `the rehearsal did not finish. ${failed.join('; ')}`;
}
