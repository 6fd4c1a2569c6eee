import type { EstatePlan } from '../../../estate/plan/planner';
import { type Quota, QUOTAS } from '../../../estate/plan/quota-needs';
import { POLICIES_OF_A_ROLE } from '../../../estate/sections/limits';
import type { PreflightFacts, QuotaReading } from '../../../clouds/facts/preflight-facts';
import { known, type Reading } from '../../../clouds/reading';
import { type Check, failure, type Observation, ok } from '../../check';
import { gathered, type Placed, regionLabel, unreadIn } from './places';

/** Everything that is deployed stays within the quotas of its accounts. */
export const quotas: Check = {
  id: 'preflight-quotas',
  area: 'preflight',
  title: 'Quotas leave room',
  run: ({ plan, facts: { preflight } }) => {
    if (preflight === undefined) return undefined;
    const placed = preflight.quotas.flatMap((one) => lookAt(one, plan, preflight));
    const all = [...gathered(placed), ...smallRoles(plan, preflight)];
    return all.length === 0 ? undefined : all;
  },
};

function lookAt(reading: QuotaReading, plan: EstatePlan, facts: PreflightFacts): readonly Placed[] {
  const observations = isDeployed(reading, facts)
    ? [ok(`${QUOTAS[reading.quota].label}: deployed already, nothing is added`)]
    : compare(reading, usedOf(reading, plan, facts));
  return observations.map((observation) => ({ place: regionLabel(plan, reading), observation }));
}

/** The services of the hosting are counted among those in use once they are there. */
function isDeployed({ used, quota }: QuotaReading, { isHosted }: PreflightFacts): boolean {
  const isOfHosting = used !== undefined || quota === 'fargate-vcpus';
  return isOfHosting && isHosted?.state === 'known' && isHosted.value;
}

function compare(reading: QuotaReading, used: Reading<number>): readonly Observation[] {
  const { account, value, needed, quota } = reading;
  const { label, service, code }: Quota = QUOTAS[quota];
  if (value.state !== 'known') return unreadIn(account, value, `the quota of ${label} (${service} ${code})`);
  if (used.state !== 'known') return unreadIn(account, used, `how many ${label} are in use`);
  const told = `${label}: ${needed + used.value} of ${value.value}${used.value === 0 ? '' : ` with ${used.value} in use`}`;
  if (needed + used.value <= value.value) return [ok(told)];
  return [
    failure(
      told,
      `have the quota raised: aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --region ${reading.region} --desired-value ${needed + used.value}`,
    ),
  ];
}

/** Permission sets that others made are in the instance, too. */
function usedOf({ quota, used }: QuotaReading, { estate }: EstatePlan, { access }: PreflightFacts): Reading<number> {
  if (quota !== 'sets-of-instance' || access === undefined) return used ?? known(0);
  const names = new Set((estate.access?.permissionSets ?? []).map(({ name }) => name));
  if (access.sets.state !== 'known') return access.sets;
  return known(access.sets.value.filter(({ name }) => !names.has(name)).length);
}

/** Quotas are never below their default, so that no account has to be asked. */
function smallRoles({ access }: EstatePlan, { quotas: asked }: PreflightFacts): readonly Observation[] {
  if (access === undefined || asked.some(({ quota }) => quota === 'policies-of-role')) return [];
  return [ok(`managed policies of a role: at most ${POLICIES_OF_A_ROLE}, which IAM allows by default`)];
}
