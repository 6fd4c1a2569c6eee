import { quotedList, suggestionOrList } from '../../../../text/suggest';
import { compileGlob } from '../../../source/names';
import type { Account, Organization } from '../../../source/organization';
import { isDay, yearsLater } from '../../durations';
import type { Access, Grant, Holder, PermissionSet, Selector } from '../../estate';
import { error, type Issues, repeated, warning } from '../../shared/issue';
import { isUserGrant, type Expansion, permissionSetsByName } from '../plan/expand';
import { holderKey } from '../holder';
import type { AccountFinder } from '../plan/select';

/** Years that an exception may be ahead at most: one that no one looks at again is not an exception. */
const YEARS = 1;

/** Ends of exceptions: days of the calendar, not far ahead, and not over. */
export function* checkUserGrants({ grants, endedGrants = [] }: Access, latestDay: string): Issues {
  const last = yearsLater(latestDay, YEARS);
  for (const { at, holder } of grants.filter(isUserGrant)) {
    const { until: value } = holder;
    const problem = isDay(value) ? 'is more than a year ahead' : 'is not a valid date';
    if (!isDay(value) || value > last)
      yield error('user-grant-date', [...at, 'until'], { value, problem, allowed: `a day up to ${last}` });
  }
  for (const { at, holder } of endedGrants.filter(isUserGrant))
    yield warning('user-grant-ended', [...at, 'until'], {
      value: holder.until,
      problem: `is over: the grant to user '${holder.name}' gives nothing, and the next deployment takes away what it gave`,
      allowed: 'remove the grant, or give it a later day where the reason still holds',
    });
}

/** Access that others manage can't be the estate's own: it would be declared, and not looked after. */
export function* checkManagedElsewhere({ managedElsewhere, permissionSets, grants }: Access): Issues {
  const holders = (wanted: Holder['kind']): readonly string[] =>
    grants.flatMap(({ holder: { kind, name } }) => (kind === wanted ? [name] : []));
  const own = {
    permissionSets: ['permission sets of this estate', permissionSets.map(({ name }) => name)],
    groups: ['groups with grants in this estate', holders('group')],
    users: ['users with grants in this estate', holders('user')],
  } as const;
  for (const key of ['permissionSets', 'groups', 'users'] as const) {
    const [what, names] = own[key];
    for (const { at, name: value } of managedElsewhere[key]) {
      const isMeant = compileGlob(value);
      const found = new Set(names.filter((name) => isMeant(name)));
      if (found.size > 0)
        yield error('managed-elsewhere', [...at, 'name'], {
          value,
          problem: `names ${what} (${quotedList(found)})`,
          allowed: 'only what this estate does not manage',
        });
    }
  }
}

/** Exclusions of accounts that the organization does not have, which would take nothing away. */
export function* checkExcludedAccounts({ excludedAccounts }: Access, { accountById, setAside }: Organization): Issues {
  for (const { at, account: value } of excludedAccounts) {
    const allowed = suggestionOrList(value, [...accountById.keys()], 'accounts');
    if (!accountById.has(value) && !setAside.accounts.has(value))
      yield error('unknown-account', [...at, 'account'], {
        value,
        problem: 'is not an account of the organization',
        allowed,
      });
  }
}

/** Grants that say the same; grants that merely overlap are not reported. */
export function* checkDuplicateGrants({ grants }: Access): Issues {
  for (const { item, first } of repeated(grants, grantKey))
    yield warning('duplicate-grant', item.at, {
      problem: `grants '${item.holder.name}' the same sets in the same accounts again`,
      allowed: 'remove one of the two',
      related: [first.at],
    });
}

/** The meaning of a grant, whatever the order of its parts. */
function grantKey({ holder, permissionSets, accounts: { include, exclude } }: Grant): string {
  const keys = (selectors: readonly Selector[]) => sortedUnique(selectors.map(selectorKey));
  return JSON.stringify([holderKey(holder), sortedUnique(permissionSets), keys(include), keys(exclude)]);
}

/** A selector without its place, and with its tags in order. */
function selectorKey(selector: Selector): string {
  if (selector.kind !== 'tags') return JSON.stringify({ ...selector, at: undefined });
  return JSON.stringify(sortedUnique(selector.tags.map(({ key, value }) => JSON.stringify([key, value]))));
}

function sortedUnique(items: readonly string[]): readonly string[] {
  return [...new Set(items)].toSorted();
}

/** Grants that reach beyond the guard rail `grantable` of a permission set: one finding a grant and set. */
export function* checkGrantable(access: Access, expansion: Expansion, finder: AccountFinder): Issues {
  const sets = permissionSetsByName(access);
  const outside = accountsOutside(expansion, sets, finder);
  for (const grant of access.grants) {
    yield* checkGroup(grant, sets);
    for (const [set, all] of Map.groupBy(outside.get(grant) ?? [], (one) => one.set)) {
      const names = quotedList(all.map(({ account }) => `${account.name} (${account.id})`));
      yield error('not-grantable', [...grant.at, 'permissionSets', grant.permissionSets.indexOf(set.name)], {
        value: set.name,
        problem: `may not be granted in ${names}`,
        allowed: 'the accounts in grantable.accounts of the set',
        related: [[...set.at, 'grantable', 'accounts']],
      });
    }
  }
}

function* checkGroup({ at, holder, permissionSets }: Grant, sets: ReadonlyMap<string, PermissionSet>): Issues {
  for (const [index, value] of permissionSets.entries()) {
    const set = sets.get(value);
    const groups = set?.grantable?.groups;
    if (set === undefined || groups === undefined) continue;
    if (holder.kind === 'user' || !groups.includes(holder.name))
      yield error('not-grantable', [...at, 'permissionSets', index], {
        value,
        problem: `may not be granted to ${holder.kind === 'user' ? 'user ' : ''}'${holder.name}'`,
        allowed: `grantable to ${quotedList(groups, 'no one')}`,
        related: [[...set.at, 'grantable', 'groups']],
      });
  }
}

/** Accounts in which grants give a set, and its guard rail does not name them. */
function accountsOutside(
  { assignments }: Expansion,
  sets: ReadonlyMap<string, PermissionSet>,
  finder: AccountFinder,
): ReadonlyMap<Grant, readonly { readonly set: PermissionSet; readonly account: Account }[]> {
  const outside = assignments.flatMap(({ permissionSet, copyOf, account, causes }) => {
    const set = sets.get(copyOf ?? permissionSet);
    const limit = set?.grantable?.accounts;
    if (set === undefined || limit === undefined || finder.includes(limit, account)) return [];
    return [...new Set(causes.map(({ grant }) => grant))].map((grant) => ({ grant, set, account }));
  });
  return Map.groupBy(outside, ({ grant }) => grant);
}
