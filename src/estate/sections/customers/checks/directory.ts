import type { Customers } from '../customers';
import type { Issue } from '../../../source/finding';
import { COUNTRY_CODE, DIRECTORY_LABEL } from '../../limits';
import { error, warning } from '../../shared/issue';

/** Name and place of the customers' directory. `isDeployed` tells whether the estate has an `azure` section. */
export function checkDirectory(
  customers: Pick<Partial<Customers>, 'directory' | 'location' | 'countryCode'>,
  isDeployed: boolean,
): readonly Issue[] {
  const { directory, countryCode } = customers;
  return [
    ...(directory === undefined || DIRECTORY_LABEL.test(directory) ? [] : [badName(directory)]),
    ...(countryCode === undefined || COUNTRY_CODE.test(countryCode) ? [] : [badCountry(countryCode)]),
    ...(isDeployed ? checkPlace(customers) : []),
  ];
}

function badName(directory: string): Issue {
  const suffix = '.onmicrosoft.com';
  const label = directory.toLowerCase().replace(suffix, '');
  const isDomain = directory.toLowerCase().endsWith(suffix) && DIRECTORY_LABEL.test(label);
  return error('directory-name', ['customers', 'directory'], {
    value: directory,
    problem: isDomain ? 'is the whole domain' : 'is not a valid first label of an onmicrosoft.com domain',
    allowed: isDomain ? `its first label: ${label}` : '1 to 27 lower-case letters and digits',
  });
}

function badCountry(countryCode: string): Issue {
  return error('country-code', ['customers', 'countryCode'], {
    value: countryCode,
    problem: 'is not a valid country code',
    allowed: 'two capital letters of ISO 3166, such as DE',
  });
}

function checkPlace({ location, countryCode }: Pick<Partial<Customers>, 'location' | 'countryCode'>): readonly Issue[] {
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
