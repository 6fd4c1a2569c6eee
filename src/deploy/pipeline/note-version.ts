import { type Engine, ENGINES } from './steps';

/** Everything that says which of two texts about a pull request knows more. */
export interface NoteVersion {
  /** Commit that the pull request proposes. */
  readonly commit: string;
  /** Commit that it was compared with; absent where nothing was compared. */
  readonly base?: string | undefined;
  /** Number of the run: a later one has a greater one. */
  readonly run: number;
  /** Engines that were asked about what is deployed. */
  readonly asked: readonly Engine[];
}

/** A comment of HTML, which people do not see. */
const LINE = /^<!-- commit ([0-9a-f]+), base ([0-9a-f]+|none), run (\d+), asked ([a-z,]+) -->$/m;

export function versionLine({ commit, base = 'none', run, asked }: NoteVersion): string {
  return `<!-- commit ${commit}, base ${base}, run ${run}, asked ${asked.length === 0 ? 'none' : asked.join(',')} -->`;
}

/** Version of a text; undefined where it has none, as texts once had. */
export function versionIn(text: string): NoteVersion | undefined {
  const [, commit, base, run, asked] = LINE.exec(text) ?? [];
  if (commit === undefined || asked === undefined) return undefined;
  const engines = asked.split(',');
  return {
    commit,
    base: base === 'none' ? undefined : base,
    run: Number(run),
    asked: ENGINES.filter((engine) => engines.includes(engine)),
  };
}

/**
 * Tells whether a text of the newest commit may take the place of the one that is there. Of the same commit against the same base,
 * the one with answers of more engines stays: jobs of one run end in any order. Otherwise that of the later run stays.
 */
export function mayReplace(there: NoteVersion | undefined, own: NoteVersion): boolean {
  if (there === undefined || there.commit !== own.commit) return true;
  if (there.base !== own.base) return there.run <= own.run;
  const lacks = (one: NoteVersion, other: NoteVersion): boolean =>
    other.asked.some((engine) => !one.asked.includes(engine));
  if (lacks(own, there)) return false;
  return lacks(there, own) || there.run <= own.run;
}
