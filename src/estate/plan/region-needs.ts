import { isOptInRegion } from '../source/aws-regions';
import type { EstatePlan } from './planner';
import { cdkStacks } from './stacks/stacks';

/** An account in which a Region must be enabled. */
export interface RegionNeed {
  readonly account: string;
  readonly region: string;
  /** Names of the stacks that come there, and the policies of the estate. */
  readonly what: string;
}

/**
 * Regions that accounts have to enable before anything is deployed to them: those of stacks, and that of IAM Identity Center, from
 * which stack sets bring policies to every account that gets some. Suspended accounts are left out.
 */
export function regionNeeds(plan: EstatePlan): readonly RegionNeed[] {
  const { organization, rollouts = [] } = plan.access ?? {};
  const members = new Set(rollouts.flatMap((rollout) => rollout.members.filter(({ state }) => state === 'ACTIVE')));
  const ofPolicies =
    organization === undefined
      ? []
      : [...members].map(({ id }) => ({ account: id, region: organization.region, what: 'customer-managed policies' }));
  const ofStacks = cdkStacks(plan).map(({ account, region, name }) => ({ account, region, what: `the stack ${name}` }));
  const needed = [...ofStacks, ...ofPolicies].filter(({ region }) => isOptInRegion(region));
  return [...Map.groupBy(needed, ({ account, region }) => `${account} ${region}`).values()].flatMap(
    ([first, ...rest]) =>
      first === undefined ? [] : [{ ...first, what: [first, ...rest].map(({ what }) => what).join(', ') }],
  );
}
