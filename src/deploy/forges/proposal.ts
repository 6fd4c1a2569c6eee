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
  /** Open ones that this pipeline made, of the same family. */
  open(proposal: Proposal): Promise<readonly OpenProposal[]>;
  /** Makes branch, commit and pull request. */
  create(proposal: Proposal): Promise<OpenedProposal>;
  /** Lets the forge merge this commit, and no other, once everything that the branch requires is there. */
  mergeWhenReady(opened: OpenedProposal): Promise<void>;
  close(number: number): Promise<void>;
}

/** Keeps one proposal of a family open: what is proposed already stays as it is, an older one is closed. */
export async function keepProposal(proposer: Proposer, proposal: Proposal): Promise<Proposed> {
  const open = await proposer.open(proposal);
  const same = open.find(({ branch }) => branch === proposal.branch);
  if (same !== undefined) return `is already proposed in #${same.number}`;
  const opened = await proposer.create(proposal);
  for (const { number } of open) await proposer.close(number);
  if (proposal.mergesItself) await proposer.mergeWhenReady(opened);
  return `is proposed in #${opened.number}`;
}
