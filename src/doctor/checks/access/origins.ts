import { isDeepStrictEqual } from 'node:util';
import { stackNameOf } from '../../../estate/plan/stacks/stacks';
import type { EstatePlan } from '../../../estate/plan/planner';
import type { AccessFacts, DeployedSet, StackRecord } from '../../../clouds/facts/access-facts';
import { type Ownership, ownershipOf, STACK_TAG } from '../../../clouds/facts/ownership';
import { failed, type Reading } from '../../../clouds/reading';
import { examine, type Observation } from '../../check';

export const STILL_OWNED = 'a stack of the estate still has it';

/** Origins of the permission sets that the estate does not declare. */
export interface Origins {
  /** Tells whether a stack of the estate made it: then its removal failed, or it is still under way. */
  readonly isOwn: (set: DeployedSet) => boolean;
  /** Records of the stacks, or the reason why they are unknown. */
  readonly records: Reading<readonly StackRecord[]>;
  /** Tells of sets and assignments whether a stack of the estate has them now. */
  readonly ownership: Ownership;
}

export function originsOf(plan: Pick<EstatePlan, 'estate' | 'access'>, facts: AccessFacts): Origins {
  const { estate, access } = plan;
  const { stackRecords: records = failed('the events of the stacks were not read') } = facts;
  const ownership = ownershipOf(plan, facts);
  const stacks = new Set((access?.stacks ?? []).map(({ role }) => stackNameOf(estate.name, role)));
  const made = new Set(records.state === 'known' ? records.value.map(({ set }) => set) : []);
  const isOwn = (set: DeployedSet): boolean =>
    made.has(set.arn) || stacks.has(set.tags[STACK_TAG] ?? '') || ownership.ofSet(set) === 'stack';
  return { isOwn, records, ownership };
}

/** `CloudFormation tried to delete it and gave up: …`; undefined where no event says so. */
export function failedDeletion(
  { records }: Origins,
  { set, assignment }: Pick<StackRecord, 'set' | 'assignment'>,
): string | undefined {
  if (records.state !== 'known') return undefined;
  const found = records.value.find((one) => one.set === set && isDeepStrictEqual(one.assignment, assignment));
  if (found?.status !== 'DELETE_FAILED') return undefined;
  return `CloudFormation tried to delete it (stack ${found.stack}) and gave up: ${found.reason ?? 'it gave no reason'}`;
}

/** That it is unknown what the stacks left behind; none where it is known. */
export function unclearOrigins({ records }: Origins): readonly Observation[] {
  return examine(records, () => []).map((one) => ({
    ...one,
    message: `whether a stack of the estate left something behind: ${one.message}`,
  }));
}
