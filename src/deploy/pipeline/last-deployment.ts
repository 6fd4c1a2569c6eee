import type { DeploymentRun, Deployments } from '../forges/forge';

/** A commit that a run deployed, or began to. */
export interface Deployment {
  readonly commit: string;
  /** Page of the run. */
  readonly url: string;
}

interface EndedDeployment extends Deployment {
  /** End of its job, in milliseconds. */
  readonly at: number;
  readonly isDone: boolean;
}

export interface LastDeployment {
  /** Absent where the pipeline has deployed nothing yet. */
  readonly last?: Deployment;
  /** Deployments that began later and failed: they may have changed something. */
  readonly unfinished: readonly Deployment[];
}

/** A last deployment as far as it is told within a bound. */
export interface KnownDeployment extends LastDeployment {
  /** A run that deploys now, or may yet. */
  readonly open?: Deployment;
  /** True if there are more runs than were looked at. */
  readonly isCut: boolean;
}

/**
 * Finds what the pipeline deployed last: by the runs of its job on the deployed branch, which the forge itself notes down. A
 * record that the pipeline wrote, such as a tag or a deployment, could be written by whoever can push a branch.
 */
export async function findLastDeployment(forge: Deployments, job: string): Promise<LastDeployment> {
  const search = new Search();
  for await (const run of forge.deployments(job)) {
    if (search.isOver(run)) break;
    if (search.matters(run)) await search.look(run);
  }
  return search.found();
}

/** Finds what was deployed at a moment: by the last deployment that had ended well by then. */
export async function findDeploymentAt(forge: Deployments, job: string, when: Date): Promise<Deployment | undefined> {
  let found: EndedDeployment | undefined;
  for await (const run of forge.deployments(job)) {
    if (found !== undefined && run.restEndedBy < found.at) break;
    const ended = (await run.ends()).filter(({ at, isDone }) => isDone && at <= when.getTime());
    for (const { at, isDone } of ended)
      if (found === undefined || at > found.at) found = { commit: run.commit, url: run.url, at, isDone };
  }
  return found && bare(found);
}

/** Finds what was deployed last, and what may be deployed next, in no more than a number of runs that may say so. */
export async function findKnownDeployment(forge: Deployments, job: string, atMost: number): Promise<KnownDeployment> {
  const search = new Search();
  let looked = 0;
  for await (const run of forge.deployments(job)) {
    // It may be older than what was deployed last: it waited.
    if (await run.isOpen()) return { ...search.found(), open: bare(run), isCut: false };
    if (search.isOver(run)) break;
    if (!search.matters(run)) continue;
    if (looked === atMost) return { ...search.found(), isCut: true };
    looked += 1;
    await search.look(run);
  }
  return { ...search.found(), isCut: false };
}

/** The deployments that were seen so far. */
class Search {
  private readonly ended: EndedDeployment[] = [];
  private last: EndedDeployment | undefined;

  /** Tells whether neither this run nor one that follows ended later than what is known. */
  isOver({ restEndedBy }: DeploymentRun): boolean {
    return this.last !== undefined && restEndedBy < this.last.at;
  }

  /** An older run matters only where it was run again after what is known. */
  matters({ endedBy }: DeploymentRun): boolean {
    return this.last === undefined || endedBy > this.last.at;
  }

  async look({ commit, url, ends }: DeploymentRun): Promise<void> {
    this.ended.push(...(await ends()).map((end) => ({ commit, url, ...end })));
    this.last = this.ended.filter(({ isDone }) => isDone).toSorted((a, b) => b.at - a.at)[0];
  }

  found(): LastDeployment {
    const since = this.last?.at ?? 0;
    const unfinished = this.ended.filter(({ isDone, at }) => !isDone && at > since).map(bare);
    return { ...(this.last && { last: bare(this.last) }), unfinished };
  }
}

function bare({ commit, url }: Deployment): Deployment {
  return { commit, url };
}
