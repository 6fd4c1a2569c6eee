import { compareHolders, holderKey, principalOf, principalTypeOf } from '../holder';
import type { Access, Estate, ExcludedAccount, Grant, Holder, PermissionSet, Selector, UserHolder } from '../../estate';
import { compareText } from '../../../source/finding';
import type { PrincipalId } from '../../../source/ids';
import type { Account, Organization } from '../../../source/organization';
import { AccountFinder } from './select';
import { kept } from '../../../../permissions/glob';
import { error, type Issues, placed, type PlacedText, valuesOf } from '../../shared/issue';
import { daysLater, isDay } from '../../durations';

/** Cause of an assignment: a grant, and those of its selectors that name the account. */
export interface Cause {
  readonly grant: Grant;
  readonly selectors: readonly Selector[];
}

/** A group or a user has a permission set in an account. */
export interface Assignment {
  readonly holder: Holder;
  /** Identity Store id of the holder; undefined while it is not synchronized. */
  readonly principalId: PrincipalId | undefined;
  /** Name of the set in IAM Identity Center. */
  readonly permissionSet: string;
  /** Name that the grants have, where `permissionSet` is the copy of that set for the management account. */
  readonly copyOf?: string;
  readonly account: Account;
  readonly causes: readonly Cause[];
}

/** Assignments by account and principal; a holder that is not synchronized yet holds nothing. */
export function holdingsOf(assignments: readonly Assignment[]): readonly Holding[] {
  return assignments.flatMap(({ holder, principalId, account }) =>
    principalId === undefined ? [] : [{ account: account.id, principalType: principalTypeOf(holder), principalId }],
  );
}

/** An account that a grant names, but that can't be assigned: it is suspended, closing or closed. */
export interface LeftOut {
  readonly grant: Grant;
  readonly account: Account;
}

/** An account that the estate takes out of every grant, and the grants that name it. */
export interface Exclusion {
  readonly excluded: ExcludedAccount;
  readonly account: Account;
  readonly grants: readonly Grant[];
}

export interface Expansion {
  /** A set: sorted by holder, permission set and account id, each at most once. */
  readonly assignments: readonly Assignment[];
  readonly leftOut: readonly LeftOut[];
  /** In the order of the file; without those that the organization does not know. */
  readonly exclusions: readonly Exclusion[];
  /** Groups of the estate that grants refer to and that the Identity Store does not know yet, sorted. */
  readonly pendingGroups: readonly string[];
}

/** Assignments of a holder, by permission set. */
interface Row {
  readonly holder: Holder;
  readonly sets: Map<string, Map<Account, Causes>>;
}

type Causes = readonly Cause[];
type Reach = ReadonlyMap<Account, Causes>;

/** Accounts that a grant reaches: those that can be assigned, those that can't, and those that the estate excludes. */
interface GrantReach {
  readonly reach: Reach;
  readonly leftOut: readonly LeftOut[];
  readonly excluded: readonly Account[];
}

/** Excluded accounts by id; the first of two entries for one account counts. */
type Excluded = ReadonlyMap<string, ExcludedAccount>;

/** Group names that grants may refer to: declared in the estate, or known to the Identity Store. */
export function knownGroups(estate: Estate, organization: Organization): ReadonlySet<string> {
  const declared = (estate.workforce?.groups ?? []).map((group) => group.name);
  return new Set([...declared, ...organization.groupByName.keys()]);
}

/**
 * Expands the grants to assignments. A reference that leads nowhere (group, permission set, account, OU) gives nothing,
 * and the rest of its grant is expanded; `checkReferences` reports it.
 */
export function expandAccess(estate: Estate, access: Access, organization: Organization): Expansion {
  const finder = new AccountFinder(organization);
  const groups = knownGroups(estate, organization);
  const sets = new Map(access.permissionSets.map(({ name, copyOf }) => [name, copyOf]));
  const nameIn = nameFinder(access, organization);
  const cells = new Map<string, Row>();
  const leftOut: LeftOut[] = [];
  const excluded: Excluded = new Map(access.excludedAccounts.toReversed().map((one) => [one.account, one]));
  const namedBy = new Map<Account, Grant[]>();
  for (const grant of access.grants) {
    const { kind, name: holderName } = grant.holder;
    const holder = { kind, name: holderName };
    if (holder.kind === 'group' && !groups.has(holder.name)) continue;
    const reached = reachOf(grant, finder, excluded);
    leftOut.push(...reached.leftOut);
    for (const account of reached.excluded) kept(namedBy, account, () => []).push(grant);
    const { sets: row } = kept(cells, holderKey(holder), (): Row => ({ holder, sets: new Map() }));
    for (const name of new Set(grant.permissionSets))
      // A copy has the grants of its set alone.
      if (sets.has(name) && sets.get(name) === undefined)
        addReach(row, reached.reach, (account) => nameIn(account, name));
  }
  return {
    assignments: listAssignments(cells, sets, organization),
    leftOut: sortLeftOut(leftOut),
    exclusions: listExclusions(excluded, organization, namedBy),
    pendingGroups: [...cells.values()]
      .flatMap(({ holder: { kind, name } }) => (kind === 'group' && !organization.groupByName.has(name) ? [name] : []))
      .toSorted(compareText),
  };
}

function listExclusions(
  excluded: Excluded,
  { accountById }: Organization,
  namedBy: ReadonlyMap<Account, readonly Grant[]>,
): readonly Exclusion[] {
  return [...excluded.values()].toReversed().flatMap((one) => {
    const account = accountById.get(one.account);
    return account === undefined ? [] : [{ excluded: one, account, grants: namedBy.get(account) ?? [] }];
  });
}

function reachOf(grant: Grant, finder: AccountFinder, excludedAccounts: Excluded): GrantReach {
  const excluded = grant.accounts.exclude.map((selector) => finder.excludedSet(selector));
  const found = new Map<Account, Selector[]>();
  for (const selector of grant.accounts.include) {
    for (const account of finder.accountSet(selector)) {
      if (excluded.some((set) => set.has(account))) continue;
      kept(found, account, () => []).push(selector);
    }
  }
  const reach = new Map<Account, Causes>();
  const leftOut: LeftOut[] = [];
  const taken: Account[] = [];
  for (const [account, selectors] of found) {
    if (excludedAccounts.has(account.id)) taken.push(account);
    else if (account.state === 'ACTIVE') reach.set(account, [{ grant, selectors }]);
    else leftOut.push({ grant, account });
  }
  return { reach, leftOut, excluded: taken };
}

/** Finds the name of a set in an account: in the management account that of the copy, where it has one. */
function nameFinder(
  { permissionSets }: Access,
  { managementAccountId }: Organization,
): (account: Account, name: string) => string {
  const copies = new Map(permissionSets.flatMap(({ name, copyOf }) => (copyOf === undefined ? [] : [[copyOf, name]])));
  return ({ id }, name) => (id === managementAccountId ? (copies.get(name) ?? name) : name);
}

function addReach(row: Row['sets'], reach: Reach, nameIn: (account: Account) => string): void {
  for (const [account, causes] of reach) {
    const cell = kept(row, nameIn(account), () => new Map<Account, Causes>());
    const earlier = cell.get(account);
    cell.set(account, earlier === undefined ? causes : [...earlier, ...causes]);
  }
}

function listAssignments(
  cells: ReadonlyMap<string, Row>,
  copies: ReadonlyMap<string, string | undefined>,
  organization: Organization,
): readonly Assignment[] {
  const assignments: Assignment[] = [];
  for (const { holder, sets } of [...cells.values()].toSorted((a, b) => compareHolders(a.holder, b.holder))) {
    const principalId = principalOf(holder, organization);
    for (const [permissionSet, cell] of sortedEntries(sets)) {
      const copyOf = copies.get(permissionSet);
      const accounts = [...cell].toSorted(([a], [b]) => compareText(a.id, b.id));
      for (const [account, causes] of accounts) {
        assignments.push({
          holder,
          principalId,
          permissionSet,
          ...(copyOf !== undefined && { copyOf }),
          account,
          causes,
        });
      }
    }
  }
  return assignments;
}

function sortLeftOut(leftOut: readonly LeftOut[]): readonly LeftOut[] {
  return leftOut.toSorted(
    (a, b) => compareText(a.account.id, b.account.id) || compareHolders(a.grant.holder, b.grant.holder),
  );
}

function sortedEntries<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].toSorted(([a], [b]) => compareText(a, b));
}

/** Permission sets by name; the first of two with one name wins (the second is reported as a duplicate). */
export function permissionSetsByName(access: Access): ReadonlyMap<string, PermissionSet> {
  return new Map(access.permissionSets.toReversed().map((set) => [set.name, set]));
}

/** An assignment by account and principal, with whichever permission set. */
export interface Holding {
  readonly account: string;
  readonly principalType: string;
  readonly principalId: string;
}

/** Assignments before and after a deployment, and those that come with it. */
export interface Holdings {
  readonly before: readonly Holding[];
  readonly after: readonly Holding[];
  readonly gains: readonly Holding[];
}

/**
 * Tells whether other access comes in place of an assignment with the deployment that takes it away: its principal gains something
 * in its account, as when a permission set is renamed; or its principal keeps nothing anywhere, and one that had nothing before gains
 * something there, as when a group was made again under another id.
 */
export function exchangeOf({ before, after, gains }: Holdings): (one: Holding) => boolean {
  const known = new Set(before.map(({ principalId }) => principalId));
  const remaining = new Set(after.map(({ principalId }) => principalId));
  const gaining = new Set(gains.map(placeOf));
  const arrivals = gains.filter(({ principalId }) => !known.has(principalId));
  const newcomers = new Set(arrivals.map(kindOf));
  return (one) => gaining.has(placeOf(one)) || (!remaining.has(one.principalId) && newcomers.has(kindOf(one)));
}

const placeOf = ({ account, principalId }: Holding): string => `${account}/${principalId}`;
const kindOf = ({ account, principalType }: Holding): string => `${account}/${principalType}`;

type Workforce = Estate['workforce'];

/** The organization with groups by the names that the workforce gives them, while the Identity Store still has the earlier ones. */
export function withRenamedGroups(organization: Organization, workforce: Workforce): Organization {
  const known = organization.groupByName;
  const renamed = (workforce?.groups ?? []).flatMap(({ name, previousNames }) => {
    const group = previousNames.map((earlier) => known.get(earlier)).find((one) => one !== undefined);
    return known.has(name) || group === undefined ? [] : [[name, group] as const];
  });
  return { ...organization, groupByName: new Map([...known, ...renamed]) };
}

/** References to a group by a name that it had before. Its access stays: the group is known by its id. */
export function* checkRenamedGroups(estate: Estate, access: Access, { groupByName }: Organization): Issues {
  const groups = estate.workforce?.groups ?? [];
  const declared = new Map(groups.flatMap((group) => group.previousNames.map((earlier) => [earlier, group.name])));
  const names = new Map(groups.map(({ name, previousNames }) => [name, previousNames]));
  for (const place of [...referencesTo(access), ...valuesOf(groups, 'name')]) {
    const now = declared.get(place.text);
    const { id, displayName } = groupByName.get(place.text) ?? { displayName: place.text };
    if (now !== undefined) yield renamed(place, `is now '${now}' in workforce.groups`, now);
    else if (displayName !== place.text && names.get(place.text)?.includes(displayName) !== true)
      yield renamed(place, `is now '${displayName}' in IAM Identity Center, with the same id ${id}`, displayName);
  }
}

function renamed({ at, text: value }: PlacedText, problem: string, now: string) {
  const here = at[0] === 'workforce' ? `'${now}' here, with '${value}' in previousNames` : `'${now}' here`;
  const allowed = `write ${here}; if another group is meant, take its name out of previousNames in organization.json`;
  return error('group-renamed', at, { value, problem: `${problem}: it keeps its access`, allowed });
}

/** Names of groups in the section `access`, each with its place. */
function referencesTo({ grants, permissionSets, applications }: Access): readonly PlacedText[] {
  return [
    ...grants.flatMap(({ at, holder: { kind, name } }) =>
      kind === 'group' ? [{ at: [...at, 'group'], text: name }] : [],
    ),
    ...permissionSets.flatMap(({ at, grantable }) => placed(grantable?.groups ?? [], [...at, 'grantable', 'groups'])),
    ...applications.flatMap(({ at, groups }) => placed(groups, [...at, 'groups'])),
  ];
}

/** Names by which an estate knows groups of the Identity Store. */
export function groupNamesOf({ access, workforce }: Estate): ReadonlySet<string> {
  const referred = access === undefined ? [] : referencesTo(access).map(({ text }) => text);
  return new Set([...referred, ...(workforce?.groups ?? []).map(({ name }) => name)]);
}

/** A grant to a user: an exception. */
export type UserGrant = Grant & { readonly holder: UserHolder };

export function isUserGrant(grant: Grant): grant is UserGrant {
  return grant.holder.kind === 'user';
}

/**
 * Tells whether an exception has ended: its last day is over in every time zone, the westernmost too.
 *
 * @param latestDay the last day that has begun anywhere
 */
export function hasEnded({ until }: UserHolder, latestDay: string): boolean {
  return isDay(until) && latestDay >= daysLater(until, 2);
}

/** The section without the exceptions that have ended, which are kept apart. */
export function withoutEnded(access: Access, latestDay: string): Access {
  const isOver = (grant: Grant): boolean => isUserGrant(grant) && hasEnded(grant.holder, latestDay);
  const endedGrants = access.grants.filter(isOver);
  if (endedGrants.length === 0) return access;
  return { ...access, grants: access.grants.filter((grant) => !isOver(grant)), endedGrants };
}

/** User names of those to whom an estate makes grants, each once: whom a snapshot looks up, and no one else. */
export function grantedUsers({ grants, endedGrants = [] }: Pick<Access, 'grants' | 'endedGrants'>): readonly string[] {
  const names = [...grants, ...endedGrants].filter(isUserGrant).map(({ holder }) => holder.name);
  return [...new Set(names)].toSorted(compareText);
}
