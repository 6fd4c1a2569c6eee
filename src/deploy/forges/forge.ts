import { DEFAULT_BRANCH } from '../../estate/sections/pipeline/limits';
import type { Forge as ForgeName } from '../../estate/sections/pipeline/forges/registry';

/** A forge refused, or can't be reached, or this process has no run of it; the message says what to do. */
export class ForgeError extends Error {
  override readonly name = 'ForgeError';
}

/** Options of the work at a forge. */
export interface ForgeOptions {
  /** The branch that is deployed. @default main */
  readonly branch?: string;
  /** @default that of a real clock */
  readonly timing?: Timing | undefined;
}

/** Time as the client sees it. */
export interface Timing {
  readonly timeoutMs: number;
  readonly wait: (milliseconds: number) => Promise<unknown>;
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

/** A file as a proposal would have it. */
export interface ProposedFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly text: string;
  /** True if the repository lacks it. */
  readonly isNew: boolean;
}

/** Files that the pipeline proposes to change, in a pull request of its own. */
export interface Proposal {
  /** Begins the text, and tells it from pull requests of others. */
  readonly marker: string;
  readonly body: string;
  /** Beginning of the names of its branches, of which each says what it proposes. */
  readonly family: string;
  /** Name of the branch: another content has another one, so that no one approves what they did not see. */
  readonly branch: string;
  /** Commit of the deployed branch that it is made from. */
  readonly commit: string;
  readonly title: string;
  readonly files: readonly ProposedFile[];
  /** True if the forge merges it once everything that the branch requires is there. */
  readonly mergesItself: boolean;
}

/** Outcome of a proposal, in words. */
export type Proposed = `is already proposed in #${number}` | `is proposed in #${number}`;

/** Repository that a job may push to, by HTTP. */
export interface PushTarget {
  /** Without a user or a token. */
  readonly url: string;
  /** Value of the header that signs in. */
  readonly authorization: string;
  /** Advice where the forge refuses: who must be given which permission. */
  readonly permission: string;
}

/** Approval as a forge has it. */
export interface Approval {
  /** Name of the person at the forge. */
  readonly by: string;
  /** Time, in the form of the forge. @default the forge does not say it */
  readonly at?: string;
  readonly comment?: string;
}

/** A pull request that was merged, and who approved it. */
export interface MergedChange {
  readonly number: number;
  readonly approvals: readonly Approval[];
}

/** Work of a pipeline's run at its forge. */
export interface Forge {
  readonly name: ForgeName;
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
  /** Repository with the token that pushes to branches of pull requests. @throws ForgeError if the job has no such token */
  pushTarget(): PushTarget;
  /** Pull requests that brought a commit onto the deployed branch, and who approves each by their last word. @throws ForgeError where the forge does not say it */
  mergedWith(commit: string): Promise<readonly MergedChange[]>;
  /** Approvals by which an environment let the deployment of this run begin. @throws ForgeError where the forge does not say it */
  approvals(environment: string): Promise<readonly Approval[]>;
  /** Puts Markdown where the forge shows it with the run. @returns lines for the log of the job */
  summary(markdown: string): Promise<readonly string[]>;
}

/** Run that a client works for. */
interface ClientRun {
  readonly url: string;
  readonly id: number;
}

/** Part that the clients of forges have in common. */
export abstract class ForgeClient<Run extends ClientRun> {
  protected readonly branch: string;

  constructor(
    protected readonly run: Run,
    { branch = DEFAULT_BRANCH }: ForgeOptions,
  ) {
    this.branch = branch;
  }

  get runUrl(): string {
    return this.run.url;
  }

  get runNumber(): number {
    return this.run.id;
  }
}

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

/** An open pull request of this pipeline. */
export interface OpenProposal {
  readonly number: number;
  readonly branch: string;
}

/** A pull request that was opened. */
export interface OpenedProposal {
  readonly number: number;
  /** Id where the forge has another one than the number. */
  readonly id: string;
  /** Commit that it proposes. */
  readonly head: string;
}

/** Proposals as a forge keeps them. */
export interface Proposer {
  /** Open ones that this pipeline made. */
  open(): Promise<readonly OpenProposal[]>;
  /** Makes branch, commit and pull request. */
  create(proposal: Proposal): Promise<OpenedProposal>;
  /** Lets the forge merge this commit, and no other, once everything that the branch requires is there. */
  mergeWhenReady(opened: OpenedProposal): Promise<void>;
  close(number: number): Promise<void>;
}

/** Keeps one proposal of a family open: what is proposed already stays as it is, an older one is closed. */
export async function keepProposal(proposer: Proposer, proposal: Proposal): Promise<Proposed> {
  const open = (await proposer.open()).filter(({ branch }) => branch.startsWith(proposal.family));
  const same = open.find(({ branch }) => branch === proposal.branch);
  if (same !== undefined) return `is already proposed in #${same.number}`;
  const opened = await proposer.create(proposal);
  for (const { number } of open) await proposer.close(number);
  if (proposal.mergesItself) await proposer.mergeWhenReady(opened);
  return `is proposed in #${opened.number}`;
}

/** Value of a header that signs in with a token as the password of a user whose name means nothing. */
export function basic(user: string, token: string): string {
  return `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`;
}

/** Parses the number of a pull request. @throws ForgeError that names the variable which lacks it */
export function numberOf(text: string | undefined, needed: string): number {
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text);
  throw new ForgeError(needed);
}
