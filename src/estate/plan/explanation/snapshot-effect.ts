import { holderKey } from '../../sections/access/holder';
import { formatFinding, hasErrors } from '../../source/finding';
import type { EstatePlan } from '../planner';
import type { AccessPlan } from '../../sections/access/plan/access-plan';
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
    ...KINDS.flatMap((deployedBy) => [
      ...differences('gained', deployedBy(after), deployedBy(before)),
      ...differences('lost', deployedBy(before), deployedBy(after)),
    ]),
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
  const isSameFrame = frameOf(before) === frameOf(after) || (deployed && frameOf(deployed)) === frameOf(before);
  return [
    ...KINDS.flatMap((deployedBy) => {
      const lacking = new Map([...(deployed === undefined ? [] : deployedBy(deployed)), ...deployedBy(after)]);
      return differences('gained', deployedBy(before), lacking);
    }),
    ...(isSameFrame ? [] : [OTHER_FRAME]),
  ];
}

const OTHER_FRAME = 'stacks, or IAM Identity Center itself, are other ones';

/** Sentences on something that comes or goes, by what is deployed of it. */
type Deployed = ReadonlyMap<string, Readonly<Record<'gained' | 'lost', string>>>;

function differences(change: 'gained' | 'lost', having: Deployed, lacking: Deployed): readonly string[] {
  return [...having].filter(([key]) => !lacking.has(key)).map(([, sentences]) => sentences[change]);
}

const KINDS: readonly ((plan: EstatePlan) => Deployed)[] = [assignmentsOf, applicationsOf, policiesOf];

function assignmentsOf({ access }: EstatePlan): Deployed {
  const all = access?.expansion.assignments ?? [];
  return new Map(
    all.map(({ holder, principalId, permissionSet, account: { id, name } }) => {
      const who = `${holder.kind === 'user' ? 'user ' : ''}'${holder.name}'`;
      const what = `${permissionSet} in ${id} '${name}'${principalId === undefined ? ', as soon as it is synchronized' : ''}`;
      const key = JSON.stringify([holderKey(holder), principalId ?? null, permissionSet, id]);
      return [key, { gained: `${who} gains ${what}`, lost: `${who} loses ${what}` }];
    }),
  );
}

function applicationsOf({ access }: EstatePlan): Deployed {
  const known = (access?.applications ?? []).filter(({ principalId }) => principalId !== undefined);
  return new Map(
    known.map(({ group, application: { arn, name }, principalId }) => [
      JSON.stringify([arn, principalId]),
      { gained: `'${group}' gains the application ${name}`, lost: `'${group}' loses the application ${name}` },
    ]),
  );
}

/** Customer-managed policies in the accounts that they come to. */
function policiesOf({ access }: EstatePlan): Deployed {
  if (access === undefined) return new Map();
  const rolled = access.rollouts.flatMap((rollout) =>
    accountsWith(rollout, access.organization).map(({ id, name }) => ({ policy: rollout.policy.name, id, name })),
  );
  return new Map(
    rolled.map(({ policy, id, name }) => [
      JSON.stringify([policy, id]),
      { gained: `policy '${policy}' comes to ${id} '${name}'`, lost: `policy '${policy}' leaves ${id} '${name}'` },
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
