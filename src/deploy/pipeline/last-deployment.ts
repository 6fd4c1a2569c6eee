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

/**
 * Finds what the pipeline deployed last: by the runs of its job on the deployed branch, which the forge itself notes down. A
 * record that the pipeline wrote, such as a tag or a deployment, could be written by whoever can push a branch.
 */
export async function findLastDeployment(forge: Deployments, job: string): Promise<LastDeployment> {
  const ended: EndedDeployment[] = [];
  let last: EndedDeployment | undefined;
  for await (const run of forge.deployments(job)) {
    if (last !== undefined && run.restEndedBy < last.at) break;
    // An older run matters only where it was run again after what is known.
    if (last !== undefined && run.endedBy <= last.at) continue;
    ended.push(...(await endedOf(run)));
    last = ended.filter(({ isDone }) => isDone).toSorted((a, b) => b.at - a.at)[0];
  }
  const since = last?.at ?? 0;
  const unfinished = ended.filter(({ isDone, at }) => !isDone && at > since).map(bare);
  return { ...(last && { last: bare(last) }), unfinished };
}

async function endedOf({ commit, url, ends }: DeploymentRun): Promise<readonly EndedDeployment[]> {
  return (await ends()).map((end) => ({ commit, url, ...end }));
}

function bare({ commit, url }: EndedDeployment): Deployment {
  return { commit, url };
}
