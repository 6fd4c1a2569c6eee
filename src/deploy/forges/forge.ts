import { z } from 'zod';
import type { Forge as ForgeName } from '../../estate/sections/pipeline/forges/registry';
import type { KeptReport } from './job-names';
import type { Proposal, Proposed } from './proposal';

/** A forge refused, or can't be reached, or this process has no run of it; the message says what to do. */
export class ForgeError extends Error {
  override readonly name = 'ForgeError';
}

/** Names that a forge has for things of a pipeline. */
export interface ForgeWords {
  readonly forge: string;
  /** Product that runs the pipeline. */
  readonly pipelines: string;
  readonly pullRequest: 'pull request' | 'merge request';
  readonly pipeline: 'workflow' | 'pipeline';
  /** Button that starts a run of all jobs. */
  readonly newRun: string;
  /** Button that runs the jobs of a run again. */
  readonly runAgain: string;
  /** Action by which the gate sees a label that was just given. */
  readonly afterLabel: string;
  /** Setting of the checkout by which it has the whole history. */
  readonly wholeHistory: string;
  /** Place that keeps a report of an estate, and its name. */
  readonly keeps: (report: KeptReport, estate: string) => { readonly where: string; readonly name: string };
}

/** Longest texts that a forge takes, in characters, less a few that it may count otherwise. */
export interface ForgeLimits {
  readonly comment: number;
  readonly report: number;
  /** Of the description of a pull request. */
  readonly proposal: number;
}

/** The text of a comment, which begins with the marker that tells it from others of the same author. */
export interface MarkedText {
  readonly marker: string;
  readonly body: string;
}

/** A comment, and whether it may take the place of the one that is there. */
export interface Comment extends MarkedText {
  readonly replaces: (there: string) => boolean;
}

/** Outcome of a comment: `kept` where the one that is there knows more. */
export type Commented = 'created' | 'updated' | 'kept';

/** A report that is open while there is something to say. */
export interface Report extends MarkedText {
  readonly title: string;
  readonly label: string;
  readonly isOpen: boolean;
}

/** Outcome of a report, in words. */
export type Reported = 'nothing to report' | `opened #${number}` | `updated #${number}` | `closed #${number}`;

/** End of the job that deploys, in one attempt of a run. */
export interface DeploymentEnd {
  /** In milliseconds. */
  readonly at: number;
  /** True if it succeeded; otherwise it may have changed something. */
  readonly isDone: boolean;
}

/** A run of the pipeline that deploys, on the deployed branch. */
export interface DeploymentRun {
  readonly commit: string;
  /** Page of the run. */
  readonly url: string;
  /** No deployment of this run ended later, in milliseconds; infinite while it may still end. */
  readonly endedBy: number;
  /** No deployment of this run, or of one that follows in the list, ended later. */
  readonly restEndedBy: number;
  /** Attempts to deploy that ended. Those that changed nothing are left out. */
  readonly ends: () => Promise<readonly DeploymentEnd[]>;
  /** Tells whether this run deploys now, or may yet. The run of this process does not count. */
  readonly isOpen: () => Promise<boolean>;
}

/** The job that deploys, and the branch that it does so from. */
export interface DeployedJob {
  readonly name: string;
  readonly branch: string;
}

/** Work of a pipeline's run at its forge. */
export interface Forge {
  readonly name: ForgeName;
  readonly words: ForgeWords;
  readonly limits: ForgeLimits;
  /** Page of the run, where its artifacts are. */
  readonly runUrl: string;
  /** Number of the run: a later one has a greater one. */
  readonly runNumber: number;
  /** Sentence that says why this run may not comment, known before the forge is asked. */
  readonly cannotComment?: string | undefined;
  /** Number of the pull request that the run checks. @throws ForgeError if it checks none */
  pullRequest(): number;
  /** Commit that a pull request proposes now. */
  headOf(pullRequest: number): Promise<string>;
  /** Writes the one comment with this marker: creates it, or replaces its text where it may. Other people's are left alone. */
  upsertComment(pullRequest: number, comment: Comment): Promise<Commented>;
  /** Names of the labels that a pull request has now. */
  labelsOf(pullRequest: number): Promise<readonly string[]>;
  /** Opens the report, or updates the one that is open, or closes it. */
  report(report: Report): Promise<Reported>;
  /** Opens a pull request with a proposal, unless it is open already, and closes an older one. */
  propose(proposal: Proposal): Promise<Proposed>;
  /** Puts Markdown where the forge shows it with the run. @returns lines for the log of the job */
  summary(markdown: string): Promise<readonly string[]>;
  /** Runs of the pipeline that deploys, on the deployed branch, those first that may have deployed last. */
  deployments(job: string): AsyncIterable<DeploymentRun>;
}

/** Source of deployments. */
export type Deployments = Pick<Forge, 'deployments'>;

/** Reports as a forge keeps them. */
export interface Tracker {
  /** Number of the open report that this pipeline wrote. */
  find(report: Report): Promise<number | undefined>;
  /** @returns its number */
  create(report: Report): Promise<number>;
  update(number: number, report: Report): Promise<void>;
}

/** Keeps one report: opens it, updates it while it is open, and closes it. */
export async function keepReport(tracker: Tracker, report: Report): Promise<Reported> {
  const open = await tracker.find(report);
  if (open === undefined) return report.isOpen ? `opened #${await tracker.create(report)}` : 'nothing to report';
  await tracker.update(open, report);
  return report.isOpen ? `updated #${open}` : `closed #${open}`;
}

/** Pages of a list that are looked through at most. */
export const MAX_PAGES = 30;

/** Error of a list that is longer than what is looked through: what is not found in a part may be in the rest. */
export function tooLong(list: string, items: number): ForgeError {
  return new ForgeError(`${list.split('?', 1)[0] ?? list}: more than ${items} entries, which are not looked through`);
}

/** Time as a forge writes it, in milliseconds. One that can't be read must not count as one that is not later. */
export const Time = z
  .string()
  .transform((text) => Date.parse(text))
  .pipe(z.number());

/** Parses the number of a pull request. @throws ForgeError that names the variable which lacks it */
export function numberOf(text: string | undefined, needed: string): number {
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text);
  throw new ForgeError(needed);
}
