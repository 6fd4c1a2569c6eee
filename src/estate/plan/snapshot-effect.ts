import { holderKey } from '../sections/access/holder';
import { formatFinding, hasErrors } from '../source/finding';
import type { AccessPlan, EstatePlan } from './estate-plan';
import type { ApplicationAssignment } from './applications';
import type { Account } from '../source/organization';
import type { Assignment } from './expand';
import { accountsWith } from './rollouts';

/**
 * Finds what a newer snapshot of the organization changes in what the estate deploys, in sentences. Empty where nothing: a
 * changed e-mail address, a tag that no selector asks for, an account that no grant reaches.
 */
export function effectOfSnapshot(before: EstatePlan, after: EstatePlan): readonly string[] {
  const broken = after.findings.find(({ severity }) => severity === 'error');
  const isBroken = broken !== undefined && !hasErrors(before.findings);
  return [
    ...(isBroken ? [`the estate has an error with it: ${formatFinding(broken)}`] : []),
    ...differences('gains', assignmentsOf(after), assignmentsOf(before)),
    ...differences('loses', assignmentsOf(before), assignmentsOf(after)),
    ...applicationDifferences('gains', after, before),
    ...applicationDifferences('loses', before, after),
    ...policyDifferences(policiesOf(before), policiesOf(after)),
    ...(frameOf(before) === frameOf(after) ? [] : ['stacks, or IAM Identity Center itself, are other ones']),
  ];
}

type Assignments = ReadonlyMap<string, Assignment>;

/** Assignments by what is deployed of them. */
function assignmentsOf({ access }: EstatePlan): Assignments {
  const all = access?.expansion.assignments ?? [];
  return new Map(all.map((one) => [keyOf(one), one]));
}

function keyOf({ holder, principalId, permissionSet, account }: Assignment): string {
  return JSON.stringify([holderKey(holder), principalId ?? null, permissionSet, account.id]);
}

function differences(verb: 'gains' | 'loses', having: Assignments, lacking: Assignments): readonly string[] {
  return [...having].flatMap(([key, { holder, principalId, permissionSet, account }]) => {
    if (lacking.has(key)) return [];
    const pending = principalId === undefined ? ', as soon as it is synchronized' : '';
    return [
      `${holder.kind === 'user' ? 'user ' : ''}'${holder.name}' ${verb} ${permissionSet} in ${account.id} '${account.name}'${pending}`,
    ];
  });
}

function applicationDifferences(verb: 'gains' | 'loses', having: EstatePlan, lacking: EstatePlan): readonly string[] {
  const known = new Set((lacking.access?.applications ?? []).map(applicationText));
  return (having.access?.applications ?? [])
    .filter((one) => one.principalId !== undefined && !known.has(applicationText(one)))
    .map(({ group, application }) => `'${group}' ${verb} the application ${application.name}`);
}

function applicationText({ application, principalId }: ApplicationAssignment): string {
  return JSON.stringify([application.arn, principalId ?? null]);
}

/** Accounts by id, by the names of the policies that come to them. */
type Policies = ReadonlyMap<string, ReadonlyMap<string, Account>>;

function policiesOf({ access }: EstatePlan): Policies {
  if (access === undefined) return new Map();
  const { organization, rollouts } = access;
  return new Map(
    rollouts.map((rollout) => [
      rollout.policy.name,
      new Map(accountsWith(rollout, organization).map((account) => [account.id, account])),
    ]),
  );
}

function policyDifferences(before: Policies, after: Policies): readonly string[] {
  const changes = (verb: string, having: Policies, lacking: Policies): readonly string[] =>
    [...having].flatMap(([policy, accounts]) =>
      [...accounts.values()]
        .filter(({ id }) => lacking.get(policy)?.has(id) !== true)
        .map(({ id, name }) => `policy '${policy}' ${verb} ${id} '${name}'`),
    );
  return [...changes('comes to', after, before), ...changes('leaves', before, after)];
}

/** Everything else that is deployed from a snapshot. Of an account its id counts: nothing is deployed by its name. */
function frameOf({ access, watch, emergency }: EstatePlan): string {
  return JSON.stringify([access && stacksOf(access), watch, emergency], (key, value: unknown) =>
    key === 'account' && hasId(value) ? value.id : value,
  );
}

function stacksOf({ stacks, organization }: AccessPlan): readonly unknown[] {
  const { instanceArn, identityStoreId, partition } = organization;
  return [
    ...[instanceArn, identityStoreId, partition],
    ...stacks.map(({ role, account, region, permissionSets }) => {
      return { role, home: account, region, sets: permissionSets.map(({ name }) => name) };
    }),
  ];
}

function hasId(value: unknown): value is { readonly id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
