import { type FoldedLevel, type Fold, fold, knownActions, levelsOf, NOTHING_FOLDED } from '../../permissions/fold';
import { ACCESS_LEVELS } from '../../permissions/actions';
import { bounded, exactly, TooComplexError } from '../../permissions/glob';
import { levelOf, NOTABLE, type Notable, notableActions } from '../../permissions/notable';
import { beyond, type Difference } from '../../permissions/side';
import { holderKey, holderText } from '../../estate/sections/access/holder';
import { boundaryName } from '../../estate/sections/access/sets/policy-changes';
import { type Session, touchesWays } from '../../estate/sections/access/sets/sessions';
import {
  type OpenWay,
  type ToldWay,
  toldWays,
  type Wide,
  widestById,
  widthOf,
} from '../../estate/sections/access/sets/told-ways';
import { compareText } from '../../estate/source/finding';
import type { ComparedSide } from '../compared-side';
import { type ChangedCell, changedCells, type HeldBefore } from './changed-cells';
import { type BriefAccounts, briefAccounts } from './describe-access';
import { renamedSets, setsOf } from './set-changes';

/** What sessions may do that they could not before, or no longer may. */
export interface Ability {
  readonly waysUp: readonly ToldWay[];
  /** True if everything is allowed from now on, but for what service and resource control policies deny. */
  readonly isEverything: boolean;
  readonly gained: Fold;
  readonly lost: Fold;
  /** Actions gained by what they are good for. */
  readonly notable: readonly { readonly kind: Notable; readonly actions: number; readonly names: readonly string[] }[];
  /** Actions by access level before and after. */
  readonly before: readonly FoldedLevel[];
  readonly after: readonly FoldedLevel[];
  /** Reason why the difference is unknown. @default it is known */
  readonly beyond?: string;
}

/** A group or user may do more or less in accounts that answer alike. */
export interface AbilityChange {
  /** The group; a user who has it as an exception is called one: `user jane@example.com`. */
  readonly group: string;
  readonly isPending: boolean;
  /** Sorted by id. */
  readonly accounts: BriefAccounts;
  /** Permission sets that are gained or lost, or whose policies differ. */
  readonly sets: readonly string[];
  /** True if the group or user becomes an administrator, or gains a way up to one, and was or had that in no account. */
  readonly opensWay: boolean;
  /** Sets that lose their boundary, each with its name. */
  readonly boundariesLost: readonly string[];
  /** Position in `abilities`. */
  readonly ability: number;
}

export interface AbilityChanges {
  /** Each different one once. */
  readonly abilities: readonly Ability[];
  /** The worst first. */
  readonly changes: readonly AbilityChange[];
}

/** Compares what people may do. Nothing where there was no access before: then all of it is new. */
export function compareAbilities(base: ComparedSide, head: ComparedSide): AbilityChanges | undefined {
  if (base.access === undefined || head.access === undefined) return undefined;
  const { cells, heldBefore } = changedCells(base, head);
  const found = abilitiesOf(cells);
  const abilities = [...new Set(found.values())];
  const positions = new Map(abilities.map((ability, position) => [ability, position]));
  const lost = boundariesLost(base, head);
  const lines = Map.groupBy(cells, ({ key, holder, sets, kept }) => {
    const ability = found.get(key);
    return JSON.stringify([ability && positions.get(ability), holderKey(holder), sets, kept]);
  });
  const changes = [...lines.values()].flatMap((same) => {
    const [first] = same;
    const ability = first && found.get(first.key);
    if (first === undefined || ability === undefined) return [];
    const boundaries = first.kept.flatMap((set) => lost.get(set) ?? []);
    const change: AbilityChange = {
      ...lineOf(first, same),
      boundariesLost: boundaries,
      opensWay: opensWay(ability, first, heldBefore),
      ability: positions.get(ability) ?? 0,
    };
    return [{ change, weight: weightOf(ability, boundaries) }];
  });
  if (changes.length === 0) return undefined;
  const sorted = changes.toSorted((a, b) => b.weight - a.weight || compareText(a.change.group, b.change.group));
  return { abilities, changes: sorted.map(({ change }) => change) };
}

/** What cells gain and lose, by their keys. Other policies may give the same: it is one then. */
function abilitiesOf(cells: readonly ChangedCell[]): ReadonlyMap<string, Ability> {
  const byText = new Map<string, Ability>();
  return new Map(
    [...Map.groupBy(cells, ({ key }) => key)].flatMap(([key, [cell]]) => {
      const ability = cell && abilityOf(cell);
      if (ability === undefined) return [];
      const text = JSON.stringify(ability);
      const one = byText.get(text) ?? ability;
      byText.set(text, one);
      return [[key, one] as const];
    }),
  );
}

function lineOf({ holder, isPending, sets }: ChangedCell, same: readonly ChangedCell[]) {
  return { group: holderText(holder), isPending, accounts: briefAccounts(same.map(({ account }) => account)), sets };
}

/** Where it would take too long to know what was held, nothing of it was. */
function opensWay({ waysUp, isEverything }: Ability, { holder }: ChangedCell, heldBefore: HeldBefore): boolean {
  const toAdministrator = waysUp.filter(({ target }) => target === undefined);
  if (!isEverything && toAdministrator.length === 0) return false;
  const { sessions, roleWays } = heldBefore(holder);
  if (isEverything) return exactly(() => isAdministrator(sessions)) !== true;
  const had = new Map<string, Wide>([
    ...widestById(exactly(() => openIn(sessions)) ?? [], ({ way }) => way.id),
    ...widestById(roleWays, ({ id }) => id),
  ]);
  return toAdministrator.some(({ id, verdict }) => widthOf({ verdict }) > widthOf(had.get(id)));
}

/** Sets that have no boundary any more, each by its name at head and with the name of the boundary. */
function boundariesLost(base: ComparedSide, head: ComparedSide): ReadonlyMap<string, string> {
  const now = setsOf(head);
  const names = renamedSets(base, head);
  return new Map(
    [...setsOf(base)].flatMap(([old, { permissionsBoundary: boundary }]) => {
      const name = names.get(old) ?? old;
      const after = now.get(name);
      const isLost = boundary !== undefined && after !== undefined && after.permissionsBoundary === undefined;
      return isLost ? [[name, boundaryName(boundary)] as const] : [];
    }),
  );
}

/** The difference of two lists of sessions; undefined where they allow the same. */
function abilityOf(cell: ChangedCell): Ability | undefined {
  try {
    return bounded(() => knownAbility(cell));
  } catch (error) {
    if (!(error instanceof TooComplexError)) throw error;
    return { ...NOTHING_KNOWN, beyond: error.message };
  }
}

/** @throws TooComplexError */
function knownAbility(cell: ChangedCell): Ability | undefined {
  const { before, after, roleWaysBefore, roleWaysAfter } = cell;
  const gained = difference(before, after);
  const lost = difference(after, before);
  const isTouched = touchesWays(gained);
  const open = (sessions: readonly Session[]) => (isTouched ? openIn(sessions) : []);
  const isEverything = isAdministrator(after) && !isAdministrator(before);
  const ways = toldWays({ open: open(after), byRoles: roleWaysAfter }, { open: open(before), byRoles: roleWaysBefore });
  if (gained.length + lost.length + ways.length === 0) return undefined;
  const [more, less] = [fold(gained), fold(lost)];
  return {
    // Where everything is allowed, no way is needed.
    waysUp: isEverything ? [] : ways,
    isEverything,
    gained: withoutAnswered(more, less),
    lost: withoutAnswered(less, more),
    notable: notableIn(gained),
    before: levelsIn(before),
    after: levelsIn(after),
  };
}

/** A policy that comes unread may allow and deny: that it may allow is said once, and not that it may deny as well. */
function withoutAnswered(one: Fold, other: Fold): Fold {
  return { ...one, unreadDenials: one.unreadDenials.filter((policy) => !other.unread.includes(policy)) };
}

const NOTHING_KNOWN: Ability = {
  waysUp: [],
  isEverything: false,
  gained: NOTHING_FOLDED,
  lost: NOTHING_FOLDED,
  notable: [],
  before: [],
  after: [],
};

/** What no session of the first allows and one of the others does. */
function difference(before: readonly Session[], after: readonly Session[]): readonly Difference[] {
  const fresh = after.filter((session) => !before.includes(session));
  return beyond(
    fresh.flatMap(({ allowed }) => allowed),
    before.flatMap(({ allowed }) => allowed),
  );
}

function isAdministrator(sessions: readonly Session[]): boolean {
  return sessions.some((session) => session.isAdministrator);
}

function levelsIn(sessions: readonly Session[]): readonly FoldedLevel[] {
  const actions = new Set(sessions.flatMap((session) => [...session.actions]));
  return levelsOf([...actions].map((one) => ({ ...one, level: levelOf(one) })));
}

function notableIn(gained: readonly Difference[]): Ability['notable'] {
  const actions = knownActions(gained);
  return NOTABLE.flatMap((kind) => {
    const found = [...notableActions(kind)].filter((action) => actions.has(action));
    const names = found.slice(0, SHOWN_NOTABLE).map(({ service, name }) => `${service}:${name}`);
    return found.length === 0 ? [] : [{ kind, actions: found.length, names }];
  });
}

/** Names of notable actions that a report has. */
const SHOWN_NOTABLE = 20;

function openIn(sessions: readonly Session[]): readonly OpenWay[] {
  return sessions.flatMap(({ waysUp }) => [...waysUp.values()]);
}

/**
 * The order of a report: administrator, a way there, a boundary lost, another way, management of permissions, secrets, data,
 * deletion, money, and what is unknown.
 */
function weightOf(ability: Ability, boundaries: readonly string[]): number {
  const { isEverything: all, waysUp, notable, gained, after, beyond: reason } = ability;
  const kinds = new Set(notable.map(({ kind }) => kind));
  const claims = [
    all,
    waysUp.some(({ target }) => target === undefined),
    boundaries.length > 0,
    waysUp.length > 0,
    ...NOTABLE.map((kind) => kinds.has(kind)),
    gained.unread.length + gained.unreadDenials.length > 0 || reason !== undefined,
  ];
  const level = ACCESS_LEVELS.indexOf(after[0]?.level ?? 'Unclassified');
  return claims.reduce((sum, holds) => sum * 2 + (holds ? 1 : 0), 0) * 10 + (gained.parts.length > 0 ? level : -1);
}
