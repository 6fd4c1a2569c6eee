import { parseDuration } from '../durations';
import { POLICIES_OF_A_KIND, RELAY_STATE_LENGTH, SESSIONS, SET_NAME as SET_NAME_PATTERN, TAG_COUNT } from '../limits';
import { matching, Name, once, oneKeyOf, type Ruled, short, sized, sound } from '../shared/rules';
import { z } from 'zod';
import { located } from '../../source/located';
import { suggestionOrList } from '../../../text/suggest';

const SET_DESCRIPTION_LENGTH = 700;

/** IAM Identity Center API, CustomerManagedPolicyReference. */
const CUSTOMER_POLICY_NAME = /^[\w+=,.@-]{1,128}$/;

const CUSTOMER_POLICY_PATH = /^((\/[A-Za-z0-9.,+@=_-]+)*)\/$/;

const CUSTOMER_POLICY_PATH_LENGTH = 512;

export const SET_NAME = matching('permission-set-name', SET_NAME_PATTERN, {
  problem: 'is not a valid permission set name',
  allowed: '1 to 32 letters, digits and +=,.@_-',
});

export const SET_DESCRIPTION = short('description-length', { min: 1, max: SET_DESCRIPTION_LENGTH });

// Tab, line feed, carriage return, printable ASCII and the upper half of Latin-1.
const DESCRIPTION = /^[\t\n\r\u0020-\u007e\u00a1-\u00ff]*$/u;

export const LATIN = sound('description-characters', (text) => {
  const value = [...text].find((character) => !DESCRIPTION.test(character));
  if (value === undefined) return undefined;
  return { value, problem: 'is outside Latin-1', allowed: 'characters of Latin-1 (ISO 8859-1)' };
});

const HOUR = 3600;

export const SESSION = sound('session-duration', (text) => {
  const { seconds } = parseDuration(text) ?? { seconds: HOUR };
  if (seconds < HOUR) return { problem: 'is shorter than 1 hour', allowed: SESSIONS };
  return seconds > 12 * HOUR ? { problem: 'is longer than 12 hours', allowed: SESSIONS } : undefined;
});

const ADDRESS = /^[a-zA-Z0-9&$@#\\/%?=~\-_'"|!:,.;*+[\] (){}]+$/;

export const RELAY_STATE = sound('relay-state', (text) => {
  const { length } = text;
  if (length > RELAY_STATE_LENGTH)
    return { problem: `is ${length} characters long`, allowed: `at most ${RELAY_STATE_LENGTH} characters` };
  if (/^https:\/\//i.test(text) && URL.canParse(text) && ADDRESS.test(text)) return undefined;
  return { problem: 'is not a valid address in the AWS console', allowed: 'an https:// address' };
});

export const OF_A_KIND = sized(
  'too-many-policies',
  { max: POLICIES_OF_A_KIND },
  { problem: (count) => `${count} policies`, allowed: `at most ${POLICIES_OF_A_KIND} in a permission set` },
);

export const POLICY_NAME = matching('customer-managed-policy', CUSTOMER_POLICY_NAME, {
  problem: 'is not a valid policy name',
  allowed: '1 to 128 letters, digits and +=,.@_-',
});

export const POLICY_PATH: Ruled = {
  ...sound('customer-managed-policy', (path) =>
    CUSTOMER_POLICY_PATH.test(path) && path.length <= CUSTOMER_POLICY_PATH_LENGTH
      ? undefined
      : { problem: 'is not a valid policy path', allowed: '/ or /a/b/, at most 512 characters' },
  ),
  pattern: CUSTOMER_POLICY_PATH.source,
  maxLength: CUSTOMER_POLICY_PATH_LENGTH,
};

// AWS keeps the prefix for itself, in upper and lower case.
const TAG_KEY = /^(?![aA][wW][sS]:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const TAG_CHARACTERS = 'letters, digits, spaces and _.:/=+-@';

/** Tags: how many, and the characters of their keys and values. */
export const TAGS: Ruled = {
  rules: [
    {
      code: 'tags',
      severity: 'error',
      faults: (written, at) => {
        const tags = Object.entries(written ?? {});
        const count = { problem: `${tags.length} tags`, allowed: `at most ${TAG_COUNT}` };
        const badKey = {
          problem: 'is not a valid tag key',
          allowed: `1 to 128 ${TAG_CHARACTERS}, not starting with aws:`,
        };
        const badValue = { problem: 'is not a valid tag value', allowed: `at most 256 ${TAG_CHARACTERS}` };
        return [
          ...(tags.length > TAG_COUNT ? [count] : []),
          ...tags.flatMap(([key, value]: [string, unknown]) => [
            ...(TAG_KEY.test(key) ? [] : [{ at: [...at, key], value: key, ...badKey }]),
            ...(TAG_VALUE.test(String(value)) ? [] : [{ at: [...at, key], value, ...badValue }]),
          ]),
        ];
      },
    },
  ],
};

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

const TEXTS = { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };

/** Statement of a policy that an identity has (IAM User Guide, 'IAM JSON policy elements reference'). */
export const STATEMENT_FORM = {
  type: 'object',
  properties: {
    Sid: { description: 'Name of the statement.', type: 'string' },
    Effect: { description: 'Whether it allows or denies.', type: 'string', enum: ['Allow', 'Deny'] },
    Action: {
      description: 'Actions that it is about, such as s3:GetObject; * is any run of characters.',
      ...TEXTS,
    },
    NotAction: { description: 'All actions but these.', ...TEXTS },
    Resource: { description: 'ARNs that it is about; * is any run of characters.', ...TEXTS },
    NotResource: { description: 'All resources but these.', ...TEXTS },
    Condition: { description: 'When it holds: operator, key and values.', type: 'object' },
  },
  required: ['Effect'],
  additionalProperties: false,
  allOf: [oneKeyOf('Action', 'NotAction'), oneKeyOf('Resource', 'NotResource')],
};

/** Form of a policy document, for the meta of its schema: editors complete and check it; `checkDocument` has the rule. */
export const DOCUMENT_FORM = {
  properties: {
    Version: { description: 'Version of the policy language.', type: 'string', const: '2012-10-17' },
    Id: { description: 'Name of the document.', type: 'string' },
    Statement: {
      description: 'What is allowed and what is denied.',
      anyOf: [STATEMENT_FORM, { type: 'array', minItems: 1, items: STATEMENT_FORM }],
    },
  },
  required: ['Version', 'Statement'],
  additionalProperties: false,
};
