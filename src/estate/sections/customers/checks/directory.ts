import type { Customers } from '../customers';
import type { Issue } from '../../../source/finding';
import { warning } from '../../shared/issue';

/** Place of the customers' directory, where the `azure` section creates it. */
export function checkPlace({
  location,
  countryCode,
}: Pick<Partial<Customers>, 'location' | 'countryCode'>): readonly Issue[] {
  const missing = [
    ...(location === undefined ? ['location'] : []),
    ...(countryCode === undefined ? ['countryCode'] : []),
  ];
  if (missing.length === 0) return [];
  return [
    warning('directory-location', ['customers'], {
      aboutKey: true,
      problem: `the azure section can't create the directory without ${missing.join(' and ')}`,
      allowed: 'location and countryCode; neither can be changed later',
    }),
  ];
}
