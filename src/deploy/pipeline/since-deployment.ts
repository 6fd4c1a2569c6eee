import { type Deployments, ForgeError } from '../forges/forge';
import { deployJobOf } from '../forges/job-names';
import { findKnownDeployment, type KnownDeployment } from './last-deployment';

/** An estate, and whether a deployment is for it. */
export interface Chosen {
  readonly estate: string;
  readonly isTouched: boolean;
  /** Reason in words, which end a sentence that begins with the estate. */
  readonly because: string;
}

/** Sources of what a choice rests on. */
export interface Sources {
  /** @throws ForgeError outside of a run of a forge */
  readonly forge: () => Deployments;
  /** Finds the estates that a change since a commit touches, or says why that can't be told. */
  readonly touchedSince: (commit: string) => readonly string[] | Error;
}

/** Runs that are looked at for an estate: one that was deployed longer ago is asked for again, so that its record is renewed. */
const RUNS = 100;

/** Chooses the only estate that somebody asked for by its name, whether it differs or not. */
export function named(wanted: string, estates: readonly string[]): readonly Chosen[] {
  return estates.map((estate) => {
    const isTouched = estate === wanted;
    return {
      estate,
      isTouched,
      because: isTouched ? 'is deployed: it was asked for' : `is not deployed: ${wanted} is`,
    };
  });
}

/**
 * Chooses the estates that differ from the commit that was deployed last of each. An estate of which that can't be told is
 * chosen, since nothing that was merged may be left out.
 */
export async function differing(estates: readonly string[], sources: Sources): Promise<readonly Chosen[]> {
  const chosen: Chosen[] = [];
  let forge: Deployments | undefined;
  for (const estate of estates) {
    try {
      forge ??= sources.forge();
      chosen.push(compare(estate, await findKnownDeployment(forge, deployJobOf(estate), RUNS), sources));
    } catch (error) {
      if (!(error instanceof ForgeError)) throw error;
      chosen.push(deployed(estate, `what was deployed last can't be told: ${error.message}`));
    }
  }
  return chosen;
}

function compare(estate: string, known: KnownDeployment, { touchedSince }: Pick<Sources, 'touchedSince'>): Chosen {
  const { last, unfinished, open, isCut } = known;
  const [failed] = unfinished;
  if (open !== undefined)
    return deployed(estate, `a run of ${open.commit} that deploys it, or may yet, has not ended: ${open.url}`);
  if (isCut) return deployed(estate, `the last ${RUNS} runs do not say what was deployed last`);
  if (failed !== undefined) return deployed(estate, `its deployment of ${failed.commit} failed: ${failed.url}`);
  if (last === undefined) return deployed(estate, 'nothing of it was deployed yet');
  const since = `${last.commit}, deployed last by ${last.url}`;
  const touched = touchedSince(last.commit);
  if (touched instanceof Error) return deployed(estate, `it can't be compared with ${since}: ${touched.message}`);
  return touched.includes(estate)
    ? deployed(estate, `it differs from ${since}`)
    : { estate, isTouched: false, because: `is not deployed: nothing of it differs from ${since}` };
}

function deployed(estate: string, because: string): Chosen {
  return { estate, isTouched: true, because: `is deployed: ${because}` };
}
