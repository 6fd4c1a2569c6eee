import type { EstatePlan } from '../../../estate/plan/planner';
import type { Reading } from '../../../clouds/reading';
import { examine, type Observation } from '../../check';

/** An observation in one place. */
export interface Placed {
  /** `claims-dev (210000000011)` */
  readonly place: string;
  readonly observation: Observation;
}

/** `claims-dev (210000000011)` */
export function accountLabel({ access, emergency }: EstatePlan, id: string): string {
  const ofEmergency = emergency?.targets.find(({ account }) => account.id === id)?.account;
  const name = access?.organization.accountById.get(id)?.name ?? ofEmergency?.name;
  return name === undefined ? id : `${name} (${id})`;
}

/** `claims-dev (210000000011), eu-west-1` */
export function regionLabel(plan: EstatePlan, { account, region }: { account: string; region: string }): string {
  return `${accountLabel(plan, account)}, ${region}`;
}

export function at(where: readonly string[], observations: readonly Observation[]): readonly Observation[] {
  return observations.map((one) => ({ ...one, where }));
}

/** Observations that say the same are one, with all its places. */
export function gathered(placed: readonly Placed[]): readonly Observation[] {
  return [...Map.groupBy(placed, ({ observation }) => JSON.stringify(observation)).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first.observation, where: same.map(({ place }) => place) }];
  });
}

/** Tells what could not be read in an account, in words that are the same for every account. */
export function unreadIn(account: string, reading: Reading<unknown>, subject: string): readonly Observation[] {
  return examine(reading, () => []).map(({ advice, permission, message, ...one }) => ({
    ...one,
    message: `${subject} ${message}`,
    ...(advice !== undefined && { advice: advice.replaceAll(account, 'ACCOUNT') }),
    ...(permission !== undefined && { permission: permission.replaceAll(account, 'ACCOUNT') }),
  }));
}
