import type { PermissionSet } from '../../estate';
import type { SetProperty } from '../../../plan/set-properties';
import type { Issue } from '../../../source/finding';
import { RELAY_STATE_LENGTH, SESSIONS, SET_DESCRIPTION_LENGTH, SET_NAME, TAG_COUNT } from '../../limits';
import { error, mismatches, valuesOf } from '../../shared/issue';
import type { PolicyHolder } from './policies';

// Tab, line feed, carriage return, printable ASCII and the upper half of Latin-1.
const DESCRIPTION = /^[\t\n\r\u0020-\u007e\u00a1-\u00ff]*$/u;
const MIN_SESSION_SECONDS = 3600;
const MAX_SESSION_SECONDS = 12 * 3600;
const RELAY_STATE = /^[a-zA-Z0-9&$@#\\/%?=~\-_'"|!:,.;*+[\] (){}]+$/;
// AWS keeps the prefix for itself, in upper and lower case.
const TAG_KEY = {
  pattern: /^(?![aA][wW][sS]:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u,
  problem: 'is not a valid tag key',
  allowed: '1 to 128 letters, digits, spaces and _.:/=+-@, not starting with aws:',
};
const TAG_VALUE = {
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
  problem: 'is not a valid tag value',
  allowed: 'at most 256 letters, digits, spaces and _.:/=+-@',
};

/** Properties that are checked elsewhere: policies, the guard rail against grants. */
type CheckedElsewhere = keyof PolicyHolder | 'inlinePolicy' | 'grantable';

/** A property of `PermissionSet` that is neither here nor checked elsewhere does not compile. */
const CHECKS: Readonly<Record<Exclude<SetProperty, CheckedElsewhere>, (set: PermissionSet) => readonly Issue[]>> = {
  description: checkDescription,
  sessionDuration: checkSessionDuration,
  relayState: checkRelayState,
  tags: checkTags,
};

/** Name, description, session duration, relay state and tags of a permission set. */
export function checkPermissionSet(set: PermissionSet): readonly Issue[] {
  return [
    ...mismatches('permission-set-name', valuesOf([set], 'name'), {
      pattern: SET_NAME,
      problem: 'is not a valid permission set name',
      allowed: '1 to 32 letters, digits and +=,.@_-',
    }),
    ...Object.values(CHECKS).flatMap((check) => check(set)),
  ];
}

function checkDescription({ at, description }: PermissionSet): readonly Issue[] {
  if (description === undefined) return [];
  const place = [...at, 'description'];
  if (description.length < 1 || description.length > SET_DESCRIPTION_LENGTH) {
    const problem = description === '' ? 'is empty' : `is ${description.length} characters long`;
    const allowed = `1 to ${SET_DESCRIPTION_LENGTH} characters`;
    return [error('description-length', place, { value: description, problem, allowed })];
  }
  const value = [...description].find((character) => !DESCRIPTION.test(character));
  const what = { value, problem: 'is outside Latin-1', allowed: 'characters of Latin-1 (ISO 8859-1)' };
  return value === undefined ? [] : [error('description-characters', place, what)];
}

function checkSessionDuration(set: PermissionSet): readonly Issue[] {
  const at = [...set.at, 'sessionDuration'];
  const { text: value, seconds } = set.sessionDuration;
  if (seconds >= MIN_SESSION_SECONDS && seconds <= MAX_SESSION_SECONDS) return [];
  const problem = seconds < MIN_SESSION_SECONDS ? 'is shorter than 1 hour' : 'is longer than 12 hours';
  return [error('session-duration', at, { value, problem, allowed: SESSIONS })];
}

function checkRelayState({ at, relayState: value }: PermissionSet): readonly Issue[] {
  if (value === undefined) return [];
  const place = [...at, 'relayState'];
  if (value.length > RELAY_STATE_LENGTH) {
    const problem = `is ${value.length} characters long`;
    return [error('relay-state', place, { value, problem, allowed: `at most ${RELAY_STATE_LENGTH} characters` })];
  }
  if (/^https:\/\//i.test(value) && URL.canParse(value) && RELAY_STATE.test(value)) return [];
  const problem = 'is not a valid address in the AWS console';
  return [error('relay-state', place, { value, problem, allowed: 'an https:// address' })];
}

function checkTags({ at, tags }: PermissionSet): readonly Issue[] {
  const place = [...at, 'tags'];
  const count = { problem: `${tags.length} tags`, allowed: `at most ${TAG_COUNT}` };
  return [
    ...(tags.length > TAG_COUNT ? [error('tags', place, count)] : []),
    ...tags.flatMap(({ key, value }) => [
      ...mismatches('tags', [{ at: [...place, key], text: key }], TAG_KEY),
      ...mismatches('tags', [{ at: [...place, key], text: value }], TAG_VALUE),
    ]),
  ];
}
