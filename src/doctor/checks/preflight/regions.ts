import type { RegionReading } from '../../../clouds/facts/preflight-facts';
import { type Check, failure, type Observation, ok } from '../../check';
import { gathered, regionLabel, unreadIn } from './places';

/** Regions that accounts have to enable are enabled: elsewhere a stack, or an instance of a stack set, fails. */
export const enabledRegions: Check = {
  id: 'preflight-regions',
  area: 'preflight',
  title: 'Regions are enabled',
  run: ({ plan, facts: { preflight } }) => {
    if (preflight === undefined || preflight.regions.length === 0) return undefined;
    return gathered(
      preflight.regions.flatMap((one) =>
        lookAt(one).map((observation) => ({ place: regionLabel(plan, one), observation })),
      ),
    );
  },
};

function lookAt({ account, region, what, status }: RegionReading): readonly Observation[] {
  if (status.state !== 'known') return unreadIn(account, status, `whether ${region} is enabled`);
  if (status.value === 'ENABLED' || status.value === 'ENABLED_BY_DEFAULT') return [ok(`${region} is enabled`)];
  return [
    failure(
      `${region} must be ENABLED, got ${status.value}: these would fail there: ${what}`,
      `with credentials of the management account, for each account: aws account enable-region --region-name ${region} --account-id ACCOUNT; it takes minutes to hours`,
    ),
  ];
}
