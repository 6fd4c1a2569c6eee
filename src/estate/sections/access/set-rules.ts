import { parseDuration } from '../durations';
import { POLICIES_OF_A_KIND, RELAY_STATE_LENGTH, SESSIONS, SET_NAME as SET_NAME_PATTERN, TAG_COUNT } from '../limits';
import { matching, type Ruled, short, sized, sound } from '../shared/rules';

const SET_DESCRIPTION_LENGTH = 700;

/** IAM Identity Center API, CustomerManagedPolicyReference. */
const CUSTOMER_POLICY_NAME = /^[\w+=,.@-]{1,128}$/;

const CUSTOMER_POLICY_PATH = /^((\/[A-Za-z0-9.,+@=_-]+)*)\/$/;

const CUSTOMER_POLICY_PATH_LENGTH = 512;

/** Rules about the properties of permission sets, for their schema. */

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
