import { planEstate } from '../../estate/plan/estate-plan';
import type { EstatePlan } from '../../estate/plan/planner';
import type { Finding } from '../../estate/source/finding';
import { type EstateOptions, planSound, type SoundEstate } from './chosen-estate';

/**
 * Plans the whole estate that a command is about.
 *
 * @param findingsOf findings whose errors keep the command from its work; those of the plan unless given
 * @throws UsageError if there is no such estate, Error with its errors
 */
export function readEstate(
  options: EstateOptions,
  findingsOf: (plan: EstatePlan) => readonly Finding[] = ({ findings }) => findings,
): SoundEstate {
  return planSound(options, { plan: planEstate, findingsOf });
}
