import type { AccessControlAttribute } from '../../estate';
import type { Issue } from '../../../source/finding';
import { ATTRIBUTE_COUNT } from '../../limits';
import { suggestionOrList } from '../../../source/suggest';

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
  const count: readonly Issue[] =
    attributes.length <= ATTRIBUTE_COUNT
      ? []
      : [
          {
            severity: 'error',
            code: 'too-many-attributes',
            at: ['access', 'attributes'],
            problem: `${attributes.length} attributes`,
            allowed: `at most ${ATTRIBUTE_COUNT}`,
          },
        ];
  return [...count, ...attributes.flatMap((attribute) => checkAttribute(attribute, attributes))];
}

function checkAttribute(attribute: AccessControlAttribute, all: readonly AccessControlAttribute[]): readonly Issue[] {
  const { key, source, at } = attribute;
  const issues: Issue[] = [];
  if (!KEY.test(key)) {
    issues.push({
      severity: 'error',
      code: 'attribute-key',
      at: [...at, 'key'],
      value: key,
      problem: 'is not a valid attribute key',
      allowed: '1 to 128 letters, digits, spaces and _.:/=+-@, not starting with aws:',
    });
  }
  const first = all.find((other) => other.key === key);
  if (first !== undefined && first !== attribute) {
    issues.push({
      severity: 'error',
      code: 'duplicate-attribute',
      at: [...at, 'key'],
      value: key,
      problem: 'is defined twice',
      allowed: 'each key once',
      related: [[...first.at, 'key']],
    });
  }
  if (!SOURCES.includes(source)) {
    issues.push({
      severity: 'error',
      code: 'attribute-source',
      at: [...at, 'source'],
      value: source,
      problem: 'is not a user attribute of IAM Identity Center',
      allowed: suggestionOrList(source, SOURCES, 'sources'),
    });
  }
  return issues;
}
