import { type LastDeployment, named } from './deployed-base';

/** An estate, and whether a deployment is for it. */
export interface Chosen {
  readonly estate: string;
  readonly isTouched: boolean;
  /** Reason in words, which end a sentence that begins with the estate. */
  readonly because: string;
}

/** Sources of what a choice rests on. */
export interface Sources {
  /** Reads what was deployed last of an estate, or says why it can't be read. */
  readonly lastOf: (estate: string) => Promise<LastDeployment | Error>;
  /** Finds the estates that any commit since another one touches, or says why that can't be told. */
  readonly touchedSince: (commit: string) => readonly string[] | Error;
}

/** Chooses the only estate that somebody asked for by its name, whether it differs or not. */
export function asked(wanted: string, estates: readonly string[]): readonly Chosen[] {
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
 * Chooses the estates that were touched since the commit that was deployed last of each. A change that was taken back counts: a run
 * of it may still wait for its approval. An estate of which that can't be told is chosen, since nothing that was merged may be left out.
 */
export async function differing(estates: readonly string[], sources: Sources): Promise<readonly Chosen[]> {
  const chosen: Chosen[] = [];
  for (const estate of estates) chosen.push(choose(estate, await sources.lastOf(estate), sources));
  return chosen;
}

function choose(
  estate: string,
  known: LastDeployment | Error,
  { touchedSince }: Pick<Sources, 'touchedSince'>,
): Chosen {
  const deployed = (because: string): Chosen => ({ estate, isTouched: true, because: `is deployed: ${because}` });
  if (known instanceof Error) return deployed(`what was deployed last can't be read: ${known.message}`);
  const { last, unfinished } = known;
  const [failed] = unfinished;
  if (failed !== undefined) return deployed(`its deployment of ${named(failed)} failed, or has not ended`);
  if (last === undefined) return deployed('nothing of it was deployed yet');
  const since = `${last.commit}, deployed last${last.url === undefined ? '' : ` by ${last.url}`}`;
  const touched = touchedSince(last.commit);
  if (touched instanceof Error) return deployed(`it can't be compared with ${since}: ${touched.message}`);
  return touched.includes(estate)
    ? deployed(`it was changed since ${since}`)
    : { estate, isTouched: false, because: `is not deployed: nothing of it was changed since ${since}` };
}
