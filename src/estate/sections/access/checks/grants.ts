import type { Access, Grant, PermissionSet, Selector } from '../../estate';
import type { Expansion } from '../plan/expand';
import { holderKey } from '../holder';
import { permissionSetsByName } from '../plan/expand';
import type { Issue } from '../../../source/finding';
import type { Account } from '../../../source/organization';
import type { AccountFinder } from '../plan/select';
import { quotedList } from '../../../../text/suggest';
import { error, repeated, warning } from '../../shared/issue';

/** Grants that say the same; grants that merely overlap are not reported. */
export function checkDuplicateGrants({ grants }: Access): readonly Issue[] {
  return repeated(grants, grantKey).map(({ item, first }) =>
    warning('duplicate-grant', item.at, {
      problem: `grants '${item.holder.name}' the same sets in the same accounts again`,
      allowed: 'remove one of the two',
      related: [first.at],
    }),
  );
}

/** The meaning of a grant, whatever the order of its parts. */
function grantKey(grant: Grant): string {
  const { include, exclude } = grant.accounts;
  return JSON.stringify([
    holderKey(grant.holder),
    sortedUnique(grant.permissionSets),
    selectorKeys(include),
    selectorKeys(exclude),
  ]);
}

function selectorKeys(selectors: readonly Selector[]): readonly string[] {
  return sortedUnique(selectors.map((selector) => JSON.stringify(meaningOf(selector))));
}

/** A selector without its place, and with its tags in order. */
function meaningOf(selector: Selector): unknown {
  if (selector.kind !== 'tags') return { ...selector, at: undefined };
  return sortedUnique(selector.tags.map(({ key, value }) => JSON.stringify([key, value])));
}

function sortedUnique(items: readonly string[]): readonly string[] {
  return [...new Set(items)].toSorted();
}

/** Grants that reach beyond the guard rail `grantable` of a permission set: one finding a grant and set. */
export function checkGrantable(access: Access, expansion: Expansion, finder: AccountFinder): readonly Issue[] {
  const sets = permissionSetsByName(access);
  const groupIssues = access.grants.flatMap((grant) =>
    grant.permissionSets.flatMap((name, index) => groupOutside(grant, index, sets.get(name))),
  );
  return [...groupIssues, ...accountsOutside(expansion, sets, finder)];
}

function groupOutside(grant: Grant, index: number, set: PermissionSet | undefined): readonly Issue[] {
  const groups = set?.grantable?.groups;
  const { kind, name } = grant.holder;
  if (set === undefined || groups === undefined || (kind === 'group' && groups.includes(name))) return [];
  return [
    error('not-grantable', [...grant.at, 'permissionSets', index], {
      value: set.name,
      problem: `may not be granted to ${kind === 'user' ? 'user ' : ''}'${name}'`,
      allowed: `grantable to ${quotedList(groups, 'no one')}`,
      related: [[...set.at, 'grantable', 'groups']],
    }),
  ];
}

function accountsOutside(
  expansion: Expansion,
  sets: ReadonlyMap<string, PermissionSet>,
  finder: AccountFinder,
): readonly Issue[] {
  const outside = new Map<Grant, Map<PermissionSet, Account[]>>();
  for (const assignment of expansion.assignments) {
    const set = sets.get(assignment.permissionSet);
    const limit = set?.grantable?.accounts;
    if (set === undefined || limit === undefined || finder.includes(limit, assignment.account)) continue;
    for (const grant of new Set(assignment.causes.map((cause) => cause.grant))) {
      const bySet = outside.get(grant) ?? new Map<PermissionSet, Account[]>();
      bySet.set(set, [...(bySet.get(set) ?? []), assignment.account]);
      outside.set(grant, bySet);
    }
  }
  return [...outside].flatMap(([grant, bySet]) =>
    [...bySet].map(([set, accounts]) => outsideIssue(grant, set, accounts)),
  );
}

function outsideIssue(grant: Grant, set: PermissionSet, accounts: readonly Account[]): Issue {
  const names = quotedList(accounts.map((account) => `${account.name} (${account.id})`));
  return error('not-grantable', [...grant.at, 'permissionSets', Math.max(0, grant.permissionSets.indexOf(set.name))], {
    value: set.name,
    problem: `may not be granted in ${names}`,
    allowed: 'the accounts in grantable.accounts of the set',
    related: [[...set.at, 'grantable', 'accounts']],
  });
}
