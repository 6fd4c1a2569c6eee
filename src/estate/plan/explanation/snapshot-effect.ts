import { holderKey } from '../../sections/access/holder';
import { formatFinding, hasErrors } from '../../source/finding';
import type { EstatePlan } from '../planner';
import type { AccessPlan } from '../../sections/access/plan/access-plan';
import type { ApplicationAssignment } from '../../sections/access/plan/applications';
import type { Account } from '../../source/organization';
import type { Assignment } from '../../sections/access/plan/expand';
import { accountsWith } from '../../sections/access/plan/rollouts';

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
    ...applicationDifferences('gains', applicationsOf(after), applicationsOf(before)),
    ...applicationDifferences('loses', applicationsOf(before), applicationsOf(after)),
    ...policyChanges('comes to', policiesOf(after), policiesOf(before)),
    ...policyChanges('leaves', policiesOf(before), policiesOf(after)),
    ...(frameOf(before) === frameOf(after) ? [] : [OTHER_FRAME]),
  ];
}

/**
 * Finds what a deployment would give only because its snapshot is older: what it gives beyond what is deployed, and would not give with
 * the newer one. Whatever else differs, holding the deployment back would hold back what it takes away.
 *
 * @param deployed the estate as it is deployed; undefined where nothing is
 */
export function givenByOlderSnapshot(
  deployed: EstatePlan | undefined,
  before: EstatePlan,
  after: EstatePlan,
): readonly string[] {
  const there = deployed && assignmentsOf(deployed);
  const given = new Map([...assignmentsOf(before)].filter(([key]) => there?.has(key) !== true));
  const known = new Set((deployed === undefined ? [] : applicationsOf(deployed)).map(applicationText));
  const applications = applicationsOf(before).filter((one) => !known.has(applicationText(one)));
  const policies = deployed === undefined ? policiesOf(before) : without(policiesOf(before), policiesOf(deployed));
  const isSameFrame = frameOf(before) === frameOf(after) || (deployed && frameOf(deployed)) === frameOf(before);
  return [
    ...differences('gains', given, assignmentsOf(after)),
    ...applicationDifferences('gains', applications, applicationsOf(after)),
    ...policyChanges('comes to', policies, policiesOf(after)),
    ...(isSameFrame ? [] : [OTHER_FRAME]),
  ];
}

const OTHER_FRAME = 'stacks, or IAM Identity Center itself, are other ones';

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

function applicationsOf({ access }: EstatePlan): readonly ApplicationAssignment[] {
  return access?.applications ?? [];
}

function applicationDifferences(
  verb: 'gains' | 'loses',
  having: readonly ApplicationAssignment[],
  lacking: readonly ApplicationAssignment[],
): readonly string[] {
  const known = new Set(lacking.map(applicationText));
  return having
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

function policyChanges(verb: 'comes to' | 'leaves', having: Policies, lacking: Policies): readonly string[] {
  return [...without(having, lacking)].flatMap(([policy, accounts]) =>
    [...accounts.values()].map(({ id, name }) => `policy '${policy}' ${verb} ${id} '${name}'`),
  );
}

function without(all: Policies, some: Policies): Policies {
  return new Map(
    [...all].map(([policy, accounts]) => [
      policy,
      new Map([...accounts].filter(([id]) => some.get(policy)?.has(id) !== true)),
    ]),
  );
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
