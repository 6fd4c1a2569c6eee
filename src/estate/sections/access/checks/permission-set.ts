import type { FindingCode } from '../../../source/finding-codes';
import type { PermissionSet } from '../../estate';
import type { Issue, Path } from '../../../source/finding';
import { RELAY_STATE_LENGTH, SESSIONS, SET_DESCRIPTION_LENGTH, SET_NAME, TAG_COUNT } from '../../limits';

// Tab, line feed, carriage return, printable ASCII and the upper half of Latin-1.
const DESCRIPTION = /^[\t\n\r\u0020-\u007e\u00a1-\u00ff]*$/u;
const MIN_SESSION_SECONDS = 3600;
const MAX_SESSION_SECONDS = 12 * 3600;
const RELAY_STATE = /^[a-zA-Z0-9&$@#\\/%?=~\-_'"|!:,.;*+[\] (){}]+$/;
// AWS keeps the prefix for itself, in upper and lower case.
const TAG_KEY = /^(?![aA][wW][sS]:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** Name, description, session duration, relay state and tags of a permission set. */
export function checkPermissionSet(set: PermissionSet): readonly Issue[] {
  return [
    ...checkName(set),
    ...checkDescription(set),
    ...checkSessionDuration(set),
    ...checkRelayState(set),
    ...checkTags(set),
  ];
}

function error(code: FindingCode, at: Path, what: Pick<Issue, 'value' | 'problem' | 'allowed'>): Issue {
  return { severity: 'error', code, at, ...what };
}

function checkName(set: PermissionSet): readonly Issue[] {
  if (SET_NAME.test(set.name)) return [];
  const what = {
    value: set.name,
    problem: 'is not a valid permission set name',
    allowed: '1 to 32 letters, digits and +=,.@_-',
  };
  return [error('permission-set-name', [...set.at, 'name'], what)];
}

function checkDescription(set: PermissionSet): readonly Issue[] {
  const { description } = set;
  if (description === undefined) return [];
  const at = [...set.at, 'description'];
  if (description.length < 1 || description.length > SET_DESCRIPTION_LENGTH) {
    const problem = description === '' ? 'is empty' : `is ${description.length} characters long`;
    return [
      error('description-length', at, {
        value: description,
        problem,
        allowed: `1 to ${SET_DESCRIPTION_LENGTH} characters`,
      }),
    ];
  }
  const bad = [...description].find((character) => !DESCRIPTION.test(character));
  if (bad === undefined) return [];
  return [
    error('description-characters', at, {
      value: bad,
      problem: 'is outside Latin-1',
      allowed: 'characters of Latin-1 (ISO 8859-1)',
    }),
  ];
}

function checkSessionDuration(set: PermissionSet): readonly Issue[] {
  const at = [...set.at, 'sessionDuration'];
  const { text: value, seconds } = set.sessionDuration;
  if (seconds >= MIN_SESSION_SECONDS && seconds <= MAX_SESSION_SECONDS) return [];
  const problem = seconds < MIN_SESSION_SECONDS ? 'is shorter than 1 hour' : 'is longer than 12 hours';
  return [error('session-duration', at, { value, problem, allowed: SESSIONS })];
}

function checkRelayState(set: PermissionSet): readonly Issue[] {
  const { relayState } = set;
  if (relayState === undefined) return [];
  const at = [...set.at, 'relayState'];
  if (relayState.length > RELAY_STATE_LENGTH) {
    const problem = `is ${relayState.length} characters long`;
    return [
      error('relay-state', at, { value: relayState, problem, allowed: `at most ${RELAY_STATE_LENGTH} characters` }),
    ];
  }
  if (/^https:\/\//i.test(relayState) && URL.canParse(relayState) && RELAY_STATE.test(relayState)) return [];
  return [
    error('relay-state', at, {
      value: relayState,
      problem: 'is not a valid address in the AWS console',
      allowed: 'an https:// address',
    }),
  ];
}

function checkTags(set: PermissionSet): readonly Issue[] {
  const at = [...set.at, 'tags'];
  const count =
    set.tags.length > TAG_COUNT
      ? [error('tags', at, { problem: `${set.tags.length} tags`, allowed: `at most ${TAG_COUNT}` })]
      : [];
  const faulty = set.tags.flatMap(({ key, value }) => [
    ...(TAG_KEY.test(key)
      ? []
      : [
          error('tags', [...at, key], {
            value: key,
            problem: 'is not a valid tag key',
            allowed: '1 to 128 letters, digits, spaces and _.:/=+-@, not starting with aws:',
          }),
        ]),
    ...(TAG_VALUE.test(value)
      ? []
      : [
          error('tags', [...at, key], {
            value,
            problem: 'is not a valid tag value',
            allowed: 'at most 256 letters, digits, spaces and _.:/=+-@',
          }),
        ]),
  ]);
  return [...count, ...faulty];
}
