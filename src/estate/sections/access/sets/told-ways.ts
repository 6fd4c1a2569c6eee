import type { Way, WayUp } from '../../../../permissions/ways-up';
import { listSome, shorten } from '../../../../text/amounts';
import { known } from '../../../../text/values';

/** A way up that is open to a session. */
export interface OpenWay {
  readonly way: Way;
  readonly verdict: WayUp['verdict'];
  /** Patterns of the identities that it leads to; absent for every one, which is to administrator. */
  readonly target?: string;
}

/** A way by roles, in words. */
export interface OpenRoleWay {
  /** The same in every account: ids of the ways, and names of the roles. */
  readonly id: string;
  readonly steps: readonly string[];
  /** Ids of the ways, by which the session has them too. */
  readonly ways: readonly string[];
  readonly verdict: WayUp['verdict'];
}

/** A way to the permissions of other identities, for people. */
export interface ToldWay {
  /** Id of pathfinding.cloud; of a way by roles, those of its steps with the names of the roles. */
  readonly id: string;
  readonly steps: readonly string[];
  /** Thing that must exist; absent for roles, which do. */
  readonly needs?: string;
  readonly verdict: WayUp['verdict'];
  /** Patterns of the identities that it leads to; absent for every one, which is to administrator. */
  readonly target?: string;
}

/** Ways that some sessions have. */
export interface HeldWays {
  readonly open: Iterable<OpenWay>;
  readonly byRoles: readonly OpenRoleWay[];
}

/** Ways that are not among those that were there before, or only to some identities or under a condition. The widest first. */
export function toldWays(after: HeldWays, before: HeldWays = NO_WAYS): readonly ToldWay[] {
  return [...newRoleWays(after, before), ...newWays(after, before)];
}

const NO_WAYS: HeldWays = { open: [], byRoles: [] };

function newRoleWays(after: HeldWays, before: HeldWays): readonly ToldWay[] {
  const had = widestById(before.byRoles, ({ id }) => id);
  return [...widestById(after.byRoles, ({ id }) => id).values()]
    .filter((one) => widthOf(one) > widthOf(had.get(one.id)))
    .map(({ id, steps, verdict }) => ({ id, steps, verdict }));
}

/** One that roles tell is told by them. */
function newWays(after: HeldWays, before: HeldWays): readonly ToldWay[] {
  const had = widestById(before.open, ({ way }) => way.id);
  const told = after.byRoles.flatMap(({ ways }) => ways.slice(0, 1));
  return [...widestById(after.open, ({ way }) => way.id).values()]
    .filter((one) => widthOf(one) > widthOf(had.get(one.way.id)) && !told.includes(one.way.id))
    .toSorted((a, b) => widthOf(b) - widthOf(a) || a.way.required.length - b.way.required.length)
    .map(({ way: { id, required, needs }, verdict, target }) => ({
      id,
      steps: required,
      needs,
      verdict,
      ...known({ target }),
    }));
}

/** The widest of each. */
export function widestById<One extends Wide>(
  ways: Iterable<One>,
  idOf: (way: One) => string,
): ReadonlyMap<string, One> {
  return new Map([...ways].toSorted((a, b) => widthOf(a) - widthOf(b)).map((one) => [idOf(one), one]));
}

/** Verdict and target, by which ways are compared. */
export type Wide = Pick<ToldWay, 'verdict' | 'target'>;

const WIDTHS: Readonly<Record<WayUp['verdict'], number>> = { unknown: 0, 'only if': 1, yes: 2 };

/** How much a way gives: nothing where it is unknown, the most where it leads to administrator for sure. */
export function widthOf(way: Wide | undefined): number {
  if (way === undefined || way.verdict === 'unknown') return 0;
  return WIDTHS[way.verdict] + (way.target === undefined ? 2 : 0);
}

/** Ways by where they lead: the shortest in its steps, and the ids of others. */
export function wayTexts(ways: readonly ToldWay[]): readonly string[] {
  const groups = Map.groupBy(ways, ({ target, verdict }) => `${verdict} ${target ?? ''}`);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const ids = others.map(({ id }) => id);
    const rest = ids.length === 0 ? '' : `; also ${listSome(ids, SHOWN_IDS)}`;
    const where = first.target === undefined ? 'administrator' : shorten(first.target, TARGET_CHARACTERS);
    return [`way up to ${where}: ${wayText(first)}${rest}`];
  });
}

const SHOWN_IDS = 4;
const TARGET_CHARACTERS = 240;

/** `iam:PassRole, then lambda:CreateFunction, under a condition (lambda-001; it needs …)` */
function wayText({ id, steps, needs, verdict }: ToldWay): string {
  const condition = verdict === 'yes' ? '' : ', under a condition';
  return `${steps.join(', then ')}${condition} (${needs === undefined ? id : `${id}; it needs ${needs}`})`;
}
