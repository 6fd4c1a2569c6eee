import { holderKey, principalOf } from '../../estate/sections/access/holder';
import { type Assignment, expandAccess, knownGroups } from '../../estate/sections/access/plan/expand';
import { grantedName } from '../../estate/sections/access/plan/management-copies';
import { AccountFinder } from '../../estate/sections/access/plan/select';
import { describeSelector } from '../../estate/sections/access/grant-schema';
import type { Grant, Selector } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import type { Account, Organization } from '../../estate/source/organization';
import { cellKey, type ComparedSide, type ReportPlace } from '../compared-side';

/** Cause of a change. */
export interface Reason {
  /** Stable, kebab-case: `grant-added`, `account-moved`, … */
  readonly code: string;
  readonly text: string;
  /** The line that did it, where there is one beyond the causes. */
  readonly place?: ReportPlace;
}

/** `gained`: the access is at head and not at the base. `lost`: the other way round. */
type Direction = 'gained' | 'lost';

type PartOfEstate =
  'access' | 'account' | 'permissionSet' | 'grant' | 'set' | 'selectors' | 'group' | 'synchronization' | 'userRead';

/** Reasons where a whole part of the estate is new, or gone. */
const REASONS: Readonly<Record<PartOfEstate, Readonly<Record<Direction, Reason>>>> = {
  access: {
    gained: { code: 'access-added', text: 'the access section is new' },
    lost: { code: 'access-removed', text: 'the estate has no access section any more' },
  },
  account: {
    gained: { code: 'account-no-longer-excluded', text: 'the estate no longer excludes the account' },
    lost: { code: 'account-excluded', text: 'the estate excludes the account' },
  },
  permissionSet: {
    gained: { code: 'permission-set-added', text: 'the permission set is new' },
    lost: { code: 'permission-set-removed', text: 'the permission set was removed' },
  },
  grant: {
    gained: { code: 'grant-added', text: 'new grant' },
    lost: { code: 'grant-removed', text: 'grant removed' },
  },
  set: {
    gained: { code: 'set-added-to-grant', text: 'the grant gives this set now' },
    lost: { code: 'set-removed-from-grant', text: 'the grant no longer gives this set' },
  },
  selectors: {
    gained: { code: 'grant-changed', text: 'the grant selects it now' },
    lost: { code: 'grant-changed', text: 'the grant no longer selects it' },
  },
  group: {
    gained: { code: 'group-added', text: 'the group is declared now' },
    lost: { code: 'group-removed', text: 'the group is neither declared nor in the Identity Store' },
  },
  synchronization: {
    gained: { code: 'group-synchronized', text: 'the group was synchronized' },
    lost: { code: 'group-not-synchronized', text: 'the group is no longer in the Identity Store' },
  },
  userRead: {
    gained: { code: 'user-found', text: 'organization.json has the user now' },
    lost: { code: 'user-not-found', text: 'organization.json no longer has the user' },
  },
};

/**
 * Says why access that `without` lacks is in `having`. Either the estate file or the organization changed, or both were
 * needed; which it was is found by expanding each side's grants over the other side's organization.
 */
export class ChangeReasons {
  private readonly byEstateAlone: ReadonlySet<string>;
  private readonly byOrganizationAlone: ReadonlySet<string>;
  private readonly pendingBefore: ReadonlySet<string>;
  /** Grants of `having`, and what they are in `without`. */
  private readonly matches: ReadonlyMap<Grant, Grant>;
  /** Grants of `without` by group and permission set. */
  private readonly grants: ReadonlyMap<string, readonly Grant[]>;
  private readonly finder: AccountFinder | undefined;
  private readonly havingFinder: AccountFinder | undefined;

  constructor(
    private readonly without: ComparedSide,
    having: ComparedSide,
    private readonly direction: Direction,
  ) {
    this.byEstateAlone = expandOver(having, without.access?.organization);
    this.byOrganizationAlone = expandOver(without, having.access?.organization);
    this.pendingBefore = new Set(without.access?.expansion.assignments.map(cellKey));
    this.matches = matchGrants(having.estate.access?.grants ?? [], without.estate.access?.grants ?? []);
    this.grants = grantsOf(without);
    this.finder = without.access && new AccountFinder(without.access.organization);
    this.havingFinder = having.access && new AccountFinder(having.access.organization);
  }

  explain(assignment: Assignment): readonly Reason[] {
    if (this.without.access === undefined) return [REASONS.access[this.direction]];
    const key = cellKey(assignment);
    const synchronized = this.synchronization(assignment);
    if (this.pendingBefore.has(key)) return orUnknown(synchronized);
    const estateAlone = this.byEstateAlone.has(key);
    const organizationAlone = this.byOrganizationAlone.has(key);
    const organization = [...synchronized, ...this.fromAccount(assignment)];
    if (organizationAlone && !estateAlone) return orUnknown(organization);
    if (estateAlone && !organizationAlone) return [...this.fromEstate(assignment), ...synchronized];
    return [...this.fromEstate(assignment), ...orUnknown(organization)];
  }

  private synchronization({ holder, principalId }: Assignment): readonly Reason[] {
    const other = this.without.access?.organization;
    if (principalId === undefined || other === undefined || principalOf(holder, other) !== undefined) return [];
    return [REASONS[holder.kind === 'user' ? 'userRead' : 'synchronization'][this.direction]];
  }

  /** Changes of the account, as far as a selector sees it: one that names the account on one side only. */
  private fromAccount(assignment: Assignment): readonly Reason[] {
    const { account, causes, holder } = assignment;
    const other = this.without.access?.organization.accountById.get(account.id);
    const [before, after] = this.direction === 'gained' ? [other, account] : [account, other];
    const own = causes.map(({ grant }) => grant);
    const grants = new Set([
      ...own,
      ...own.flatMap((grant) => this.matches.get(grant) ?? []),
      ...(this.grants.get(JSON.stringify([holderKey(holder), grantedName(assignment)])) ?? []),
    ]);
    const selectors = [...grants].flatMap(({ accounts }) => [...accounts.include, ...accounts.exclude]);
    const seen = selectors.filter(
      (selector) =>
        isNamed(this.havingFinder, selector, account) !==
        (other !== undefined && isNamed(this.finder, selector, other)),
    );
    return accountReasons(before, after, seen);
  }

  private fromEstate(assignment: Assignment): readonly Reason[] {
    const { holder, account, causes } = assignment;
    const setName = grantedName(assignment);
    const { estate, access, places } = this.without;
    const excluded = estate.access?.excludedAccounts.find((one) => one.account === account.id);
    if (excluded !== undefined) return [{ ...REASONS.account[this.direction], place: places.of(excluded.at) }];
    const hasSet = (estate.access?.permissionSets ?? []).some((set) => set.name === setName);
    if (!hasSet) return [REASONS.permissionSet[this.direction]];
    const knowsGroup =
      access === undefined || holder.kind === 'user' || knownGroups(estate, access.organization).has(holder.name);
    const isMatched = causes.some(({ grant }) => this.matches.has(grant));
    if (isMatched && !knowsGroup) return [REASONS.group[this.direction]];
    const reasons = causes.flatMap(({ grant }) => this.fromGrant(grant, assignment));
    return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
  }

  /** Reasons why a grant gives the access on this side alone; nothing where the grant is as it was. */
  private fromGrant(grant: Grant, assignment: Assignment): readonly Reason[] {
    const { direction, without } = this;
    const other = this.matches.get(grant);
    if (other === undefined) return [REASONS.grant[direction]];
    if (!other.permissionSets.includes(grantedName(assignment))) {
      return [{ ...REASONS.set[direction], place: without.places.of([...other.at, 'permissionSets']) }];
    }
    if (selectorsOf(grant) === selectorsOf(other)) return [];
    const excluding = this.exclusions(grant, other, assignment.account);
    if (excluding.length === 0) {
      return [{ ...REASONS.selectors[direction], place: without.places.of([...other.at, other.holder.kind]) }];
    }
    return excluding.map((selector) => ({
      code: direction === 'gained' ? 'exclusion-removed' : 'exclusion-added',
      text: `${direction === 'gained' ? 'no longer excluded by' : 'excluded by'} ${describeSelector(selector)}`,
      place: without.places.of(selector.at),
    }));
  }

  /** Selectors of the other grant alone that take the account away from it, though it would reach it. */
  private exclusions(grant: Grant, other: Grant, account: Account): readonly Selector[] {
    const there = this.without.access?.organization.accountById.get(account.id);
    if (there === undefined) return [];
    const names = (selector: Selector): boolean => isNamed(this.finder, selector, there);
    if (!other.accounts.include.some(names)) return [];
    const kept = new Set(grant.accounts.exclude.map(meaningOf));
    return other.accounts.exclude.filter((selector) => names(selector) && !kept.has(meaningOf(selector)));
  }
}

function isNamed(finder: AccountFinder | undefined, selector: Selector, account: Account): boolean {
  return finder?.accountSet(selector).has(account) ?? false;
}

/** Keys of what a side's grants give over an organization. */
function expandOver({ estate }: ComparedSide, organization: Organization | undefined): ReadonlySet<string> {
  if (estate.access === undefined || organization === undefined) return new Set();
  return new Set(expandAccess(estate, estate.access, organization).assignments.map(cellKey));
}

function grantsOf({ estate }: ComparedSide): ReadonlyMap<string, readonly Grant[]> {
  const pairs = (estate.access?.grants ?? []).flatMap((grant) =>
    grant.permissionSets.map((set) => ({ key: JSON.stringify([holderKey(grant.holder), set]), grant })),
  );
  return new Map(
    [...Map.groupBy(pairs, ({ key }) => key)].map(([key, found]) => [key, found.map(({ grant }) => grant)]),
  );
}

function selectorsOf({ accounts }: Grant): string {
  const texts = (selectors: readonly Selector[]): readonly string[] => selectors.map(meaningOf).toSorted(compareText);
  return JSON.stringify([texts(accounts.include), texts(accounts.exclude)]);
}

function orUnknown(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.length > 0 ? reasons : [{ code: 'organization-changed', text: 'organization.json changed' }];
}

/** Changes of an account between two snapshots of the organization: of its attributes, those that `seen` look at. */
function accountReasons(
  before: Account | undefined,
  after: Account | undefined,
  seen: readonly Selector[],
): readonly Reason[] {
  if (after === undefined) {
    return before === undefined ? [] : [{ code: 'account-removed', text: 'the account left the organization' }];
  }
  if (before === undefined) return [{ code: 'account-added', text: `the account is new, in ${after.ou.path}` }];
  const kinds = new Set(seen.map(({ kind }) => kind));
  const tags = new Set(
    seen.flatMap((selector) => (selector.kind === 'tags' ? selector.tags.map(({ key }) => key) : [])),
  );
  const changedTags = [...tags].toSorted(compareText).filter((key) => before.tags.get(key) !== after.tags.get(key));
  const reason = (code: string, isSo: boolean, text: string): readonly Reason[] => (isSo ? [{ code, text }] : []);
  const [from, to] = [before.ou, after.ou];
  const isElsewhere = kinds.has('ou') && from.id !== to.id;
  const isPathChanged = kinds.has('ou') && from.id === to.id && from.path !== to.path;
  const isRenamed = kinds.has('name') && before.name !== after.name;
  return [
    ...reason('account-state', before.state !== after.state, `the account is ${after.state} (was ${before.state})`),
    ...reason('account-moved', isElsewhere, `the account moved from ${from.path} to ${to.path}`),
    ...reason('ou-moved', isPathChanged, `the OU ${from.path} is ${to.path} now`),
    ...reason('account-renamed', isRenamed, `the account was renamed from ${before.name} to ${after.name}`),
    ...changedTags.map((key) => {
      const [was, is] = [before, after].map((account) => account.tags.get(key) ?? '(none)');
      return { code: 'account-tag', text: `the account's tag ${key} is ${is ?? ''} (was ${was ?? ''})` };
    }),
  ];
}

/**
 * Finds the grant of another version of the estate that a grant was. Each grant is matched once: first with an equal one,
 * then with one of the same group and selectors, then with the nearest of the same group and sets, at last with one of
 * the same group that shares sets and selectors. What stays without a match is new, or gone.
 */
export function matchGrants(grants: readonly Grant[], others: readonly Grant[]): ReadonlyMap<Grant, Grant> {
  const matches = new Map<Grant, Grant>();
  const free = new Map(
    [...Map.groupBy(others, ({ holder }) => holderKey(holder))].map(([key, found]) => [
      key,
      new Set(found.map(sketchOf)),
    ]),
  );
  const sketches = grants.map(sketchOf);
  for (const rank of RANKS) {
    for (const one of sketches.filter(({ grant }) => !matches.has(grant))) {
      const candidates = free.get(holderKey(one.grant.holder));
      const [nearest] = [...(candidates ?? [])]
        .filter((other) => rank(one, other))
        .toSorted((a, b) => sharedBy(one, b) - sharedBy(one, a));
      if (nearest === undefined) continue;
      candidates?.delete(nearest);
      matches.set(one.grant, nearest.grant);
    }
  }
  return matches;
}

/** A grant as texts to compare. */
interface Sketch {
  readonly grant: Grant;
  readonly sets: ReadonlySet<string>;
  readonly selectors: ReadonlySet<string>;
}

function sketchOf(grant: Grant): Sketch {
  const { include, exclude } = grant.accounts;
  return {
    grant,
    sets: new Set(grant.permissionSets),
    selectors: new Set([
      ...include.map((selector) => `+${meaningOf(selector)}`),
      ...exclude.map((selector) => `-${meaningOf(selector)}`),
    ]),
  };
}

/** Meaning of a selector, without its place: equal for selectors that name the same. */
function meaningOf(selector: Selector): string {
  if (selector.kind !== 'tags') return describeSelector(selector);
  const tags = selector.tags.toSorted((a, b) => compareText(a.key, b.key) || compareText(a.value, b.value));
  return describeSelector({ ...selector, tags });
}

function sharedBy(a: Sketch, b: Sketch): number {
  return common(a.sets, b.sets) + common(a.selectors, b.selectors);
}

/** Tells whether two grants of one group may be the same one. */
type Rank = (a: Sketch, b: Sketch) => boolean;

const RANKS: readonly Rank[] = [
  (a, b) => isSame(a.sets, b.sets) && isSame(a.selectors, b.selectors),
  (a, b) => isSame(a.selectors, b.selectors),
  (a, b) => isSame(a.sets, b.sets),
  (a, b) => common(a.sets, b.sets) > 0 && common(a.selectors, b.selectors) > 0,
];

function common(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return [...a].filter((text) => b.has(text)).length;
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && common(a, b) === a.size;
}
