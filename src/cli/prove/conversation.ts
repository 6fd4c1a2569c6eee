import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Comparison } from '../../prove/compare';
import type { CleanUp } from '../../prove/prove';
import type { Outcome } from '../../prove/run';
import { EXIT } from '../program/cli';
import { confirmed } from '../revoke/confirmed';

interface Options {
  readonly yes: boolean;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export async function isAgreed(question: string, { yes }: Options): Promise<boolean> {
  if (yes || (await confirmed(question))) return true;
  say('Nothing was made or deleted. At a terminal you are asked; a script says --yes.');
  return false;
}

/** Does something that Ctrl-C brings to an orderly end. */
export async function interruptibly<Result>(task: (isInterrupted: () => boolean) => Promise<Result>): Promise<Result> {
  let isInterrupted = false;
  const interrupt = (): void => {
    isInterrupted = true;
    say('Interrupted: what was made is destroyed now.');
  };
  process.on('SIGINT', interrupt);
  try {
    return await task(() => isInterrupted);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** Asks whether what earlier runs have left may be destroyed, and does it. */
export async function cleanUpAll<Run extends { readonly mark: string; readonly day: string }>(
  runs: readonly Run[],
  options: Options,
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
    const done = await cleanUp(run);
    say(`${run.mark}: ${done.detail}`);
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
  /** `in the tenant` */
  readonly where: string;
  /** File of the report. */
  readonly file: string;
}

/** Says how a run ended. @returns the exit code */
export function verdict({ outcomes, comparison, where, file }: Ended): number {
  const open = comparison.differences.filter(({ meant }) => meant === undefined);
  const hasFailed = outcomes.some(({ held }) => !held);
  say(`${hasFailed ? `Steps failed ${where}. ` : ''}${open.length} differences; the report is ${file}`);
  return hasFailed || open.length > 0 ? EXIT.failed : EXIT.ok;
}
