import type { AccessControlAttribute } from '../../estate';
import type { Issue } from '../../../source/finding';
import { ATTRIBUTE_COUNT } from '../../limits';
import { duplicates, error, mismatches, unknownNames, valuesOf } from '../../shared/issue';

/** IAM Identity Center API, AccessControlAttribute. */
const KEY = /^(?![aA][wW][sS]:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;

/** IAM Identity Center User Guide, 'Attribute mappings': user attributes that can be a source. */
const SOURCES = [
  'userName',
  'displayName',
  'nickName',
  'profileUrl',
  'title',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
  'name.givenName',
  'name.familyName',
  'name.middleName',
  'name.formatted',
  'name.honorificPrefix',
  'name.honorificSuffix',
  'emails[primary eq true].value',
  'phoneNumbers[primary eq true].value',
  'addresses[primary eq true].country',
  'addresses[primary eq true].formatted',
  'addresses[primary eq true].locality',
  'addresses[primary eq true].postalCode',
  'addresses[primary eq true].region',
  'addresses[primary eq true].streetAddress',
  'enterprise.costCenter',
  'enterprise.department',
  'enterprise.division',
  'enterprise.employeeNumber',
  'enterprise.manager.value',
  'enterprise.organization',
].map((path) => `\${path:${path}}`);

/** Attributes for access control: count, keys and sources. */
export function checkAttributes(attributes: readonly AccessControlAttribute[]): readonly Issue[] {
  const count = { problem: `${attributes.length} attributes`, allowed: `at most ${ATTRIBUTE_COUNT}` };
  const keys = valuesOf(attributes, 'key');
  return [
    ...(attributes.length <= ATTRIBUTE_COUNT ? [] : [error('too-many-attributes', ['access', 'attributes'], count)]),
    ...mismatches('attribute-key', keys, {
      pattern: KEY,
      problem: 'is not a valid attribute key',
      allowed: '1 to 128 letters, digits, spaces and _.:/=+-@, not starting with aws:',
    }),
    ...duplicates('duplicate-attribute', keys, { problem: 'is defined twice', allowed: 'each key once' }),
    ...unknownNames('attribute-source', valuesOf(attributes, 'source'), {
      problem: 'is not a user attribute of IAM Identity Center',
      known: SOURCES,
      things: 'sources',
    }),
  ];
}
