import { stackNameOf } from '../../estate/plan/stacks/stacks';
import type { Access, PermissionSet } from '../../estate/sections/estate';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import type { Assignment, Expansion } from '../../estate/sections/access/plan/expand';
import { holderText } from '../../estate/sections/access/holder';
import { permissionSetsByName } from '../../estate/sections/access/plan/expand';
import { compareText } from '../../estate/source/finding';
import type { Account, Organization } from '../../estate/source/organization';
import type { Side } from '../facts';
import type { Places } from '../places';
import type { CauseTable } from '../places';
import type {
  ReportAccount,
  ReportAcknowledgement,
  ReportAssignment,
  ReportGroup,
  ReportExclusion,
  ReportLeftOut,
  ReportSet,
} from '../report-types';
import type { ReportStack } from '../stacks/stack-types';
import { reportedForm } from '../../estate/sections/access/sets/set-forms';
import { isAdministrator } from '../../estate/sections/access/policy-power';

export function describeAccounts(organization: Organization): readonly ReportAccount[] {
  return organization.accounts
    .map((account) => ({
      id: account.id,
      name: account.name,
      email: account.email,
      state: account.state,
      ou: account.ou.path,
      tags: [...account.tags].map(([key, value]) => `${key}=${value}`).toSorted(compareText),
      isManagement: account.id === organization.managementAccountId,
    }))
    .toSorted((a, b) => compareText(a.ou, b.ou) || compareText(a.name, b.name) || compareText(a.id, b.id));
}

export function describeAssignment(assignment: Assignment, causes: CauseTable): ReportAssignment {
  return {
    group: holderText(assignment.holder),
    permissionSet: assignment.permissionSet,
    account: assignment.account.id,
    state: stateOf(assignment),
    causes: assignment.causes.map((cause) => causes.positionOf(cause)),
  };
}

export function stateOf(assignment: Assignment): ReportAssignment['state'] {
  return assignment.principalId === undefined ? 'pending' : 'granted';
}

export function describeGroups(expansion: Expansion, organization: Organization): readonly ReportGroup[] {
  const byGroup = Map.groupBy(
    expansion.assignments.filter(({ holder }) => holder.kind === 'group'),
    ({ holder }) => holder.name,
  );
  return [...byGroup].map(([name, assignments]) => {
    const accounts = new Set(assignments.map(({ account }) => account.id));
    const id = organization.groupByName.get(name)?.id;
    const bySet = Map.groupBy(assignments, (assignment) => assignment.permissionSet);
    return {
      name,
      ...(id === undefined ? {} : { id }),
      permissionSets: [...bySet].map(([set, cells]) => ({ name: set, accounts: cells.length })),
      accounts: accounts.size,
      reachesManagement: accounts.has(organization.managementAccountId),
    };
  });
}

/** Sets of the estate; accounts are counted where the access could be expanded. */
export function describeSets(access: Access, expansion: Expansion | undefined, places: Places): readonly ReportSet[] {
  const counts = countByGrantAndSet(expansion);
  return [...permissionSetsByName(access).values()]
    .toSorted((a, b) => compareText(a.name, b.name))
    .map((set) => ({
      ...describeSet(set, access.policies, places),
      grants: access.grants
        .filter((grant) => grant.permissionSets.includes(set.name))
        .map((grant) => ({
          group: holderText(grant.holder),
          place: places.of(grant.at),
          accounts: counts.get(grant)?.get(set.name) ?? 0,
        })),
    }));
}

function countByGrantAndSet(expansion: Expansion | undefined): ReadonlyMap<object, ReadonlyMap<string, number>> {
  const counts = new Map<object, Map<string, number>>();
  for (const { permissionSet, causes } of expansion?.assignments ?? []) {
    for (const { grant } of causes) {
      const bySet = counts.get(grant) ?? new Map<string, number>();
      counts.set(grant, bySet.set(permissionSet, (bySet.get(permissionSet) ?? 0) + 1));
    }
  }
  return counts;
}

function describeSet(set: PermissionSet, policies: Access['policies'], places: Places): Omit<ReportSet, 'grants'> {
  return {
    name: set.name,
    place: places.of(set.at),
    ...reportedForm(set),
    isAdministrator: isAdministrator(set, policies),
  };
}

export function describeLeftOut(expansion: Expansion, places: Places): readonly ReportLeftOut[] {
  return expansion.leftOut.map(({ grant, account }) => ({
    id: account.id,
    name: account.name,
    state: account.state,
    group: holderText(grant.holder),
    place: places.of(grant.at),
  }));
}

export function describeExclusions({ exclusions }: Expansion, places: Places): readonly ReportExclusion[] {
  return exclusions.map(({ excluded: { at, reason }, account, grants }) => ({
    id: account.id,
    name: account.name,
    reason,
    groups: [...new Set(grants.map(({ holder }) => holderText(holder)))],
    place: places.of(at),
  }));
}

export function describeAcknowledgements(access: Access, places: Places): readonly ReportAcknowledgement[] {
  const holders = [
    ...access.permissionSets.map((set) => ({ ...set, subject: `permission set ${set.name}` })),
    ...access.grants.map((grant) => ({ ...grant, subject: `grant to ${holderText(grant.holder)}` })),
  ];
  return holders.flatMap(({ subject, acknowledgements }) =>
    acknowledgements.map(({ rule, reason, at }) => ({ rule, reason, subject, place: places.of(at) })),
  );
}

/** The stacks by their names, also where nothing was synthesised. */
export function describeStacks(side: Side, access: AccessPlan): readonly ReportStack[] {
  return access.stacks.map((stack) => ({
    name: stackNameOf(side.plan.estate.name, stack.role),
    role: stack.role,
    account: stack.account,
    region: stack.region,
    permissionSets: stack.permissionSets.length,
    shards: stack.shards.map(({ number, assignments }) => ({ number, assignments: assignments.length })),
  }));
}

/** Accounts as a change names them, sorted by id. */
export function briefAccounts(accounts: readonly Account[]): readonly { readonly id: string; readonly name: string }[] {
  return accounts.map(({ id, name }) => ({ id, name })).toSorted((a, b) => compareText(a.id, b.id));
}
