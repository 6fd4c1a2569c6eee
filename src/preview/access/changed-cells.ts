import { holderKey } from '../../estate/sections/access/holder';
import type { Assignment } from '../../estate/sections/access/plan/expand';
import { pathAndName } from '../../estate/sections/access/sets/policy-changes';
import { type PolicyDocuments, WITHOUT_SNAPSHOT } from '../../estate/sections/access/sets/policy-documents';
import type { Holder, PermissionSet } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import type { Account } from '../../estate/source/organization';
import type { ComparedSide } from '../compared-side';
import type { OpenRoleWay } from '../../estate/sections/access/sets/told-ways';
import { stateOf } from './describe-access';
import { type Session, type SessionOf, Sessions, type SetSource } from '../../estate/sections/access/sets/sessions';
import { renamedSets, setsOf } from './set-changes';

/** Sessions of a holder in an account, before and after. */
export interface ChangedCell {
  readonly holder: Holder;
  readonly account: Account;
  readonly isPending: boolean;
  /** Sets that are gained or lost, or whose policies differ. */
  readonly sets: readonly string[];
  /** Those of them that are there before, maybe under another name, and after. */
  readonly kept: readonly string[];
  /** Equal for the same sessions before and after. */
  readonly key: string;
  readonly before: readonly Session[];
  readonly after: readonly Session[];
  /** Ways to administrator by roles. */
  readonly roleWaysBefore: readonly OpenRoleWay[];
  readonly roleWaysAfter: readonly OpenRoleWay[];
}

/** Assignments of a holder in an account. */
interface Cell {
  readonly holder: Holder;
  readonly account: Account;
  readonly isPending: boolean;
  /** Equal where nothing differs, if the roles are the same too: names and policies of the sets. */
  readonly content: string;
  readonly roles: PolicyDocuments['roles'];
  /** With the ways by roles, which take longest: they are searched where something may differ. */
  readonly sets: HeldSets;
}

type HeldSets = ReadonlyMap<string, SessionOf>;

type Cells = ReadonlyMap<string, Cell>;

/** Sessions of a holder before, and their ways by roles, whatever the account. */
export type HeldBefore = (holder: Holder) => {
  readonly sessions: readonly Session[];
  readonly roleWays: readonly OpenRoleWay[];
};

interface ChangedCells {
  readonly cells: readonly ChangedCell[];
  readonly heldBefore: HeldBefore;
}

/** Cells of holders and accounts where the sessions before and after are not the same. */
export function changedCells(base: ComparedSide, head: ComparedSide): ChangedCells {
  const sessions = new Sessions();
  const nameOf = nameAt(head);
  const after = cellsOf(head, sessions, ({ holder }) => holderKey(holder));
  const before = cellsOf(base, sessions, nameOf);
  const keys = [...new Set([...after.keys(), ...before.keys()])];
  const renamed = renamedSets(base, head);
  return {
    cells: keys.flatMap((at) => changedCell(before.get(at), after.get(at), renamed)),
    heldBefore: (holder) => {
      const held = [...before].filter(([at]) => at.endsWith(` ${holderKey(holder)}`)).map(([, { sets }]) => sets);
      return { sessions: [...new Set(held.flatMap(sessionsIn))], roleWays: held.flatMap(roleWaysIn) };
    },
  };
}

function changedCell(old: Cell | undefined, now: Cell | undefined, renamed: Renamed): readonly ChangedCell[] {
  const some = now ?? old;
  if (some === undefined || isSame(old, now)) return [];
  // What a group that is not synchronized has, nobody has: it is gained once the group is.
  const isWithheld = old?.isPending === true && now?.isPending === false;
  return differing(some, [isWithheld ? NO_SETS : setsIn(old), setsIn(now)], renamed);
}

function isSame(old: Cell | undefined, now: Cell | undefined): boolean {
  return old?.content === now?.content && old?.roles === now?.roles && old?.isPending === now?.isPending;
}

/** Names of permission sets at head by those at the base. */
type Renamed = ReturnType<typeof renamedSets>;

function setsIn(cell: Cell | undefined): HeldSets {
  return cell?.sets ?? NO_SETS;
}

function differing(
  { holder, account, isPending }: Cell,
  [had, has]: readonly [HeldSets, HeldSets],
  renamed: Renamed,
): readonly ChangedCell[] {
  const [from, to] = [keysOf(had), keysOf(has)];
  if (from === to) return [];
  const names = [...new Set([...had.keys(), ...has.keys()])].filter(
    (name) => had.get(name)?.key !== has.get(name)?.key,
  );
  return [
    {
      ...{ holder, account, isPending, key: `${from} > ${to}` },
      sets: names.toSorted(compareText),
      kept: [...had.keys()]
        .map((name) => renamed.get(name) ?? name)
        .filter((name) => has.has(name) && names.includes(name)),
      before: sessionsIn(had),
      after: sessionsIn(has),
      roleWaysBefore: roleWaysIn(had),
      roleWaysAfter: roleWaysIn(has),
    },
  ];
}

const NO_SETS: HeldSets = new Map();

function keysOf(sets: HeldSets): string {
  return [...new Set([...sets.values()].map(({ key }) => key))].toSorted(compareText).join(',');
}

function sessionsIn(sets: HeldSets): readonly Session[] {
  return [...new Set([...sets.values()].map(({ session }) => session))];
}

function roleWaysIn(sets: HeldSets): readonly OpenRoleWay[] {
  return [...sets.values()].flatMap(({ roleWay }) => roleWay ?? []);
}

/** Name of a holder at head: a group that was renamed is the same principal. */
function nameAt({ access }: ComparedSide): (assignment: Assignment) => string {
  const names = new Map(
    (access?.expansion.assignments ?? []).flatMap(({ holder, principalId }) =>
      principalId === undefined ? [] : [[principalId, holderKey(holder)] as const],
    ),
  );
  return ({ holder, principalId }) => (principalId && names.get(principalId)) ?? holderKey(holder);
}

/** Assignments by holder and account. */
function cellsOf(side: ComparedSide, sessions: Sessions, keyOf: (assignment: Assignment) => string): Cells {
  const { access } = side.estate;
  if (access === undefined) return new Map();
  const sets = setsOf(side);
  const source = { access, documents: side.documents ?? WITHOUT_SNAPSHOT };
  const assignments = side.access?.expansion.assignments ?? [];
  const byCell = Map.groupBy(assignments, (one) => `${one.account.id} ${keyOf(one)}`);
  return new Map(
    [...byCell].flatMap(([key, [first, ...others]]) => {
      if (first === undefined) return [];
      const own = [first, ...others].flatMap(({ permissionSet }) => sets.get(permissionSet) ?? []);
      return [[key, cellOf(first, own, { source, sessions })] as const];
    }),
  );
}

interface Held {
  readonly source: SetSource;
  readonly sessions: Sessions;
}

function cellOf(first: Assignment, own: readonly PermissionSet[], { source, sessions }: Held): Cell {
  const { holder, account } = first;
  const content = own.map((set) => [
    ...[set.name, sessions.sessionOf(set, account.id, source).key],
    ...set.customerManagedPolicies.map(pathAndName),
  ]);
  let sets: HeldSets | undefined;
  return {
    ...{ holder, account, isPending: stateOf(first) === 'pending' },
    content: JSON.stringify(content.toSorted()),
    roles: source.documents.roles,
    get sets() {
      sets ??= new Map(own.map((set) => [set.name, sessions.of(set, account.id, source)]));
      return sets;
    },
  };
}
