import type { Issue } from '../../../source/finding';
import { error } from '../../shared/issue';
import { BOUNDED, SHARES } from '../change-limits';
import type { Pipeline } from '../pipeline';

/** Whole numbers, so that people can tell from the comment what may still change. */
export function checkChangeLimits({ at, limits }: Pick<Pipeline, 'at' | 'limits'>): readonly Issue[] {
  return BOUNDED.flatMap((of) => {
    const { number, share } = limits[of];
    const place = [...at, 'limits', of];
    const isShare = Number.isInteger(share) && share >= SHARES.min && share <= SHARES.max;
    return [
      ...(Number.isInteger(number) && number >= 0
        ? []
        : [
            error('change-limit', [...place, 'number'], {
              value: number,
              problem: 'must be a number of assignments',
              allowed: 'a whole number, 0 or more',
            }),
          ]),
      ...(isShare
        ? []
        : [
            error('change-limit', [...place, 'share'], {
              value: share,
              problem: 'must be a percentage of the assignments before the change',
              allowed: `whole numbers from ${SHARES.min} to ${SHARES.max}`,
            }),
          ]),
    ];
  });
}
