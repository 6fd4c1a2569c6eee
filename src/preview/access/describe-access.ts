import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import { stackNameOf } from '../../estate/plan/stacks/stacks';
import type { Access } from '../../estate/sections/estate';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { type Assignment, type Expansion, permissionSetsByName } from '../../estate/sections/access/plan/expand';
import { writtenSets } from '../../estate/sections/access/plan/management-copies';
import { holderText } from '../../estate/sections/access/holder';
import { compareText } from '../../estate/source/finding';
import type { Account, Organization } from '../../estate/source/organization';
import { known } from '../../text/values';
import { type CauseTable, Places, type ReportPlace } from '../compared-side';
import type { BaseFacts, Side } from '../facts';
import { reportedForm } from '../../estate/sections/access/sets/set-properties';
import { isAdministrator } from '../../estate/sections/access/policy-power';
import type { PolicyDocuments } from '../../estate/sections/access/sets/policy-documents';
import { SetLevels } from './set-levels';

export type ReportAccount = ReturnType<typeof describeAccounts>[number];
export type ReportGroup = ReturnType<typeof describeGroups>[number];
export type ReportSet = ReturnType<typeof describeSets>[number];
export type ReportLeftOut = ReturnType<typeof describeLeftOut>[number];
export type ReportExclusion = ReturnType<typeof describeExclusions>[number];

export interface ReportAcknowledgement {
  readonly rule: string;
  readonly reason: string;
  /** `permission set SecurityAdmin`, `grant to Auditors` */
  readonly subject: string;
  readonly place: ReportPlace;
  /** True if the base lacks it. Absent without `--base`. */
  readonly isNew?: boolean;
}

/** Accounts by id and name, sorted by id. */
export type BriefAccounts = readonly { readonly id: string; readonly name: string }[];

export function describeAccounts(organization: Organization) {
  return organization.accounts
    .map(({ id, name, email, state, ou, tags }) => ({
      id,
      name,
      email,
      state,
      ou: ou.path,
      /** `key=value`, sorted. */
      tags: [...tags].map(([key, value]) => `${key}=${value}`).toSorted(compareText),
      isManagement: id === organization.managementAccountId,
    }))
    .toSorted((a, b) => compareText(a.ou, b.ou) || compareText(a.name, b.name) || compareText(a.id, b.id));
}

export function describeAssignment(assignment: Assignment, causes: CauseTable) {
  return {
    /** The group; a user who has it as an exception is called one: `user jane@example.com`. */
    group: holderText(assignment.holder),
    permissionSet: assignment.permissionSet,
    account: assignment.account.id,
    state: stateOf(assignment),
    /** Positions in the report's `causes`. */
    causes: causes.positionsOf(assignment.causes),
  };
}

export type AssignmentState =
  | 'granted'
  /** The group is not in the Identity Store yet. */
  | 'pending';

export function stateOf(assignment: Assignment): AssignmentState {
  return assignment.principalId === undefined ? 'pending' : 'granted';
}

export function describeGroups(expansion: Expansion, organization: Organization) {
  const byGroup = Map.groupBy(
    expansion.assignments.filter(({ holder }) => holder.kind === 'group'),
    ({ holder }) => holder.name,
  );
  return [...byGroup].map(([name, assignments]) => {
    const accounts = new Set(assignments.map(({ account }) => account.id));
    const bySet = Map.groupBy(assignments, (assignment) => assignment.permissionSet);
    return known({
      name,
      /** Identity Store id; absent while the group is not synchronized. */
      id: organization.groupByName.get(name)?.id,
      permissionSets: [...bySet].map(([set, cells]) => ({ name: set, accounts: cells.length })),
      /** Accounts that the group reaches with any set. */
      accounts: accounts.size,
      reachesManagement: accounts.has(organization.managementAccountId),
    });
  });
}

interface SetContext {
  readonly places: Places;
  readonly documents: PolicyDocuments;
  readonly answers: KnownAnswers;
}

/** Sets of the estate; accounts are counted where the access could be expanded. */
export function describeSets(
  access: Access,
  expansion: Expansion | undefined,
  { places, documents, answers }: SetContext,
) {
  const levels = new SetLevels({ access, documents }, answers);
  const bySet = Map.groupBy(expansion?.assignments ?? [], ({ permissionSet }) => permissionSet);
  const given = (expansion?.assignments ?? []).flatMap(({ permissionSet, causes }) =>
    causes.map(({ grant }) => ({ permissionSet, grant })),
  );
  const counts = new Map(
    [...Map.groupBy(given, ({ grant }) => grant)].map(([grant, all]) => [
      grant,
      Map.groupBy(all, ({ permissionSet }) => permissionSet),
    ]),
  );
  const counterparts = counterpartsIn(access);
  return [...permissionSetsByName(access).values()]
    .toSorted((a, b) => compareText(a.name, b.name))
    .map((set) => ({
      name: set.name,
      /** Name of the set in the file whose copy for the management account it is. */
      ...(set.copyOf !== undefined && { copyOf: set.copyOf }),
      place: places.of(set.at),
      ...reportedForm(set),
      /** True if it allows everything, or may give itself everything. */
      isAdministrator: isAdministrator(set, access.policies),
      /** What it allows in the accounts where somebody has it. */
      allows: levels.of(set, new Set(bySet.get(set.name)?.map(({ account }) => account.id))),
      /** Grants and their places, in the order of the file. */
      grants: access.grants
        .filter((grant) => grant.permissionSets.includes(set.copyOf ?? set.name))
        .filter((grant) => counts.get(grant)?.has(set.name) === true || !counterparts.has(set.name))
        .map((grant) => ({
          group: holderText(grant.holder),
          place: places.of(grant.at),
          accounts: counts.get(grant)?.get(set.name)?.length ?? 0,
        })),
    }));
}

/** Sets that have a copy for the management account, and the copies: a grant may give one of the two alone. */
function counterpartsIn({ permissionSets }: Access): ReadonlySet<string> {
  return new Set(permissionSets.flatMap(({ name, copyOf }) => (copyOf === undefined ? [] : [name, copyOf])));
}

/** Accounts that a grant names, but that are not active. */
export function describeLeftOut(expansion: Expansion, places: Places) {
  return expansion.leftOut.map(({ grant, account }) => ({
    id: account.id,
    name: account.name,
    state: account.state,
    group: holderText(grant.holder),
    place: places.of(grant.at),
  }));
}

/** Accounts that the estate takes out of every grant, with the groups whose grants name them. */
export function describeExclusions({ exclusions }: Expansion, places: Places) {
  return exclusions.map(({ excluded: { at, reason }, account, grants }) => ({
    id: account.id,
    name: account.name,
    reason,
    groups: [...new Set(grants.map(({ holder }) => holderText(holder)))],
    place: places.of(at),
  }));
}

/** An acknowledgement is new if the base has none with this rule and reason for this subject. */
export function describeAcknowledgements(head: Side, base?: BaseFacts): readonly ReportAcknowledgement[] {
  const all = acknowledgementsOf(head);
  if (base === undefined) return all;
  const earlier = new Set(base.kind === 'absent' ? [] : acknowledgementsOf(base.side).map(keyOf));
  return all.map((one) => ({ ...one, isNew: !earlier.has(keyOf(one)) }));
}

function keyOf({ rule, reason, subject }: ReportAcknowledgement): string {
  return JSON.stringify([rule, reason, subject]);
}

function acknowledgementsOf(side: Side): readonly ReportAcknowledgement[] {
  const { access } = side.plan.estate;
  if (access === undefined) return [];
  const places = new Places(side);
  const holders = [
    ...writtenSets(access).map((set) => ({ ...set, subject: `permission set ${set.name}` })),
    ...access.grants.map((grant) => ({ ...grant, subject: `grant to ${holderText(grant.holder)}` })),
  ];
  return holders.flatMap(({ subject, acknowledgements }) =>
    acknowledgements.map(({ rule, reason, at }) => ({ rule, reason, subject, place: places.of(at) })),
  );
}

/** The stacks by their names, also where nothing was synthesised. */
export function describeStacks(estate: string, access: AccessPlan) {
  return access.stacks.map((stack) => ({
    name: stackNameOf(estate, stack.role),
    role: stack.role,
    account: stack.account,
    region: stack.region,
    permissionSets: stack.permissionSets.length,
    shards: stack.shards.map(({ number, assignments }) => ({ number, assignments: assignments.length })),
  }));
}

/** Accounts as a change names them. */
export function briefAccounts(accounts: readonly Account[]): BriefAccounts {
  return accounts.map(({ id, name }) => ({ id, name })).toSorted((a, b) => compareText(a.id, b.id));
}
