import { describeSelector } from '../model/describe-selector';
import type { Grant, Selector } from '../model/estate';
import type { Assignment } from '../model/expand';
import { expandAccess, knownGroups } from '../model/expand';
import type { Account, Organization } from '../model/organization';
import { AccountFinder } from '../model/select';
import { accountReasons } from './account-reasons';
import type { ComparedSide } from './compared-side';
import { cellKey } from './compared-side';
import { canonicalJson } from './policy-changes';
import type { Reason } from './report-types';

/** `gained`: the access is at head and not at the base. `lost`: the other way round. */
export type Direction = 'gained' | 'lost';

/** What is new, or gone, where a whole part of the estate is. */
const REASONS: Readonly<
  Record<'access' | 'permissionSet' | 'grant' | 'group' | 'synchronization', Readonly<Record<Direction, Reason>>>
> = {
  access: {
    gained: { code: 'access-added', text: 'the access section is new' },
    lost: { code: 'access-removed', text: 'the estate has no access section any more' },
  },
  permissionSet: {
    gained: { code: 'permission-set-added', text: 'the permission set is new' },
    lost: { code: 'permission-set-removed', text: 'the permission set was removed' },
  },
  grant: {
    gained: { code: 'grant-added', text: 'new grant' },
    lost: { code: 'grant-removed', text: 'grant removed' },
  },
  group: {
    gained: { code: 'group-added', text: 'the group is declared now' },
    lost: { code: 'group-removed', text: 'the group is neither declared nor in the Identity Store' },
  },
  synchronization: {
    gained: { code: 'group-synchronized', text: 'the group was synchronized' },
    lost: { code: 'group-not-synchronized', text: 'the group is no longer in the Identity Store' },
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
  private readonly grants: ReadonlyMap<string, readonly Grant[]>;
  /** Grants of `having` as texts, without where they stand. */
  private readonly contents: ReadonlySet<string>;
  private readonly finder: AccountFinder | undefined;

  constructor(
    private readonly without: ComparedSide,
    having: ComparedSide,
    private readonly direction: Direction,
  ) {
    this.byEstateAlone = expandOver(having, without.access?.organization);
    this.byOrganizationAlone = expandOver(without, having.access?.organization);
    this.pendingBefore = new Set(without.access?.expansion.assignments.map(cellKey));
    this.grants = grantsOf(without);
    this.contents = new Set((having.estate.access?.grants ?? []).map(contentOf));
    this.finder = without.access && new AccountFinder(without.access.organization);
  }

  explain(assignment: Assignment): readonly Reason[] {
    if (this.without.access === undefined) return [REASONS.access[this.direction]];
    const key = cellKey(assignment);
    const synchronized = this.synchronization(assignment);
    if (this.pendingBefore.has(key)) return orUnknown(synchronized);
    const estateAlone = this.byEstateAlone.has(key);
    const organizationAlone = this.byOrganizationAlone.has(key);
    const organization = [...synchronized, ...this.fromAccount(assignment.account)];
    if (organizationAlone && !estateAlone) return orUnknown(organization);
    if (estateAlone && !organizationAlone) return [...this.fromEstate(assignment), ...synchronized];
    return [...this.fromEstate(assignment), ...orUnknown(organization)];
  }

  private synchronization({ group, principalId }: Assignment): readonly Reason[] {
    const other = this.without.access?.organization;
    if (principalId === undefined || other === undefined || other.groupByName.has(group)) return [];
    return [REASONS.synchronization[this.direction]];
  }

  private fromAccount(account: Account): readonly Reason[] {
    const other = this.without.access?.organization.accountById.get(account.id);
    const [before, after] = this.direction === 'gained' ? [other, account] : [account, other];
    return accountReasons(before, after);
  }

  private fromEstate(assignment: Assignment): readonly Reason[] {
    const { permissionSet, group } = assignment;
    const { estate, access } = this.without;
    const hasSet = (estate.access?.permissionSets ?? []).some((set) => set.name === permissionSet);
    if (!hasSet) return [REASONS.permissionSet[this.direction]];
    const grants = this.grants.get(JSON.stringify([group, permissionSet])) ?? [];
    if (grants.length === 0) return [REASONS.grant[this.direction]];
    const knowsGroup = access === undefined || knownGroups(estate, access.organization).has(group);
    return knowsGroup ? this.fromSelectors(assignment, grants) : [REASONS.group[this.direction]];
  }

  private fromSelectors({ account }: Assignment, grants: readonly Grant[]): readonly Reason[] {
    const isGain = this.direction === 'gained';
    const excluded = grants.flatMap((grant) => this.exclusions(grant, account));
    if (excluded.length === 0) {
      // Where all grants of this set to this group are as they were, it is one more that made the difference.
      if (grants.every((grant) => this.contents.has(contentOf(grant)))) return [REASONS.grant[this.direction]];
      return [{ code: 'grant-changed', text: `the grant ${isGain ? 'selects it now' : 'no longer selects it'}` }];
    }
    return excluded.map((selector) => ({
      code: isGain ? 'exclusion-removed' : 'exclusion-added',
      text: `${isGain ? 'no longer excluded by' : 'excluded by'} ${describeSelector(selector)}`,
      place: this.without.places.of(selector.at),
    }));
  }

  /** Selectors that take the account away from a grant that would reach it. */
  private exclusions(grant: Grant, account: Account): readonly Selector[] {
    const own = this.without.access?.organization.accountById.get(account.id);
    const { finder } = this;
    if (own === undefined || finder === undefined) return [];
    const names = (selector: Selector): boolean => finder.accountSet(selector).has(own);
    return grant.accounts.include.some(names) ? grant.accounts.exclude.filter(names) : [];
  }
}

/** Keys of what a side's grants give over an organization. */
function expandOver({ estate }: ComparedSide, organization: Organization | undefined): ReadonlySet<string> {
  if (estate.access === undefined || organization === undefined) return new Set();
  return new Set(expandAccess(estate, estate.access, organization).assignments.map(cellKey));
}

function grantsOf({ estate }: ComparedSide): ReadonlyMap<string, readonly Grant[]> {
  const pairs = (estate.access?.grants ?? []).flatMap((grant) =>
    grant.permissionSets.map((set) => ({ key: JSON.stringify([grant.group, set]), grant })),
  );
  return new Map(
    [...Map.groupBy(pairs, ({ key }) => key)].map(([key, found]) => [key, found.map(({ grant }) => grant)]),
  );
}

/** A grant's text, without where it stands: the same for the same grant on both sides. */
function contentOf({ group, permissionSets, accounts }: Grant): string {
  const bare = (selectors: readonly Selector[]): unknown => selectors.map((selector) => ({ ...selector, at: null }));
  return canonicalJson({ group, permissionSets, include: bare(accounts.include), exclude: bare(accounts.exclude) });
}

function orUnknown(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.length > 0 ? reasons : [{ code: 'organization-changed', text: 'organization.json changed' }];
}
