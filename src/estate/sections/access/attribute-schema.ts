import { z } from 'zod';
import { located } from '../../source/located';
import { suggestionOrList } from '../../../text/suggest';
import { matching, Name, once, sized, sound } from '../shared/rules';

/** IAM Identity Center quotas: attributes for access control of an instance. */
const ATTRIBUTE_COUNT = 50;

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

const AttributeEntry = located(
  z.strictObject({
    key: Name.meta({
      description: 'Session tag that policies refer to as `aws:PrincipalTag/<key>`.',
      ...matching('attribute-key', KEY, {
        problem: 'is not a valid attribute key',
        allowed: '1 to 128 letters, digits, spaces and _.:/=+-@, not starting with aws:',
      }),
    }),
    source: Name.meta({
      description: 'Source of the value, such as `${path:enterprise.costCenter}`.',
      ...sound('attribute-source', (source) =>
        SOURCES.includes(source)
          ? undefined
          : {
              problem: 'is not a user attribute of IAM Identity Center',
              allowed: suggestionOrList(source, SOURCES, 'sources'),
            },
      ),
    }),
  }),
);
export type AttributeEntry = z.input<typeof AttributeEntry>;

export const AttributesEntry = z
  .array(AttributeEntry)
  .meta({
    description: 'Attributes for access control (ABAC) of the instance.',
    ...sized(
      'too-many-attributes',
      { max: ATTRIBUTE_COUNT },
      { problem: (count) => `${count} attributes`, allowed: `at most ${ATTRIBUTE_COUNT}` },
    ),
  })
  .meta(once('duplicate-attribute', { key: 'key', problem: 'is defined twice', allowed: 'each key once' }));
