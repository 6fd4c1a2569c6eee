import { isSamePath, isWebPath } from '../../../../../apps/service/web-paths';
import type { Callbacks, Host, WebApplication } from '../customers';
import { redirectUrisOf } from '../customers';
import { isDay } from '../../durations';
import type { Issue, Path } from '../../../source/finding';
import {
  CALLBACK,
  CLIENT_SECRET_DAYS,
  B2C_APPLICATION_NAME_LENGTH,
  REDIRECT_URI_COUNT,
  REDIRECT_URI_LENGTH,
} from '../../limits';
import { checkDisplayName, duplicates, error, masked } from '../../shared/issue';

/** The web application's registration in the customers' directory. */
export function checkWebApplication(application: WebApplication): readonly Issue[] {
  const { at, displayName, hosts, callbacks } = application;
  return [
    ...checkDisplayName([...at, 'displayName'], displayName, B2C_APPLICATION_NAME_LENGTH),
    ...hosts.flatMap(checkHost),
    ...duplicates(
      'duplicate-host',
      hosts.map(({ at: place, origin }) => ({ at: place, text: origin })),
      { allowed: 'each host once' },
    ),
    ...checkCallbacks(callbacks, [...at, 'callbacks']),
    ...checkRedirectUris(application),
    ...checkSecret(application),
  ];
}

const ORIGIN = 'an https origin such as https://claims.example.com, or http://localhost with a port';

function checkHost({ at, origin }: Host): readonly Issue[] {
  const wrong = hostProblem(origin);
  return wrong === undefined ? [] : [error('host', at, { value: masked(origin), ...wrong })];
}

function hostProblem(origin: string): Pick<Issue, 'problem' | 'allowed'> | undefined {
  if (origin.includes('*')) return { problem: 'contains a wildcard', allowed: 'every host by its own name' };
  if (!URL.canParse(origin)) return { problem: 'is not a valid origin', allowed: ORIGIN };
  const url = new URL(origin);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { problem: 'is not a valid origin', allowed: ORIGIN };
  if (url.protocol === 'http:' && !isOwnMachine(url)) return { problem: 'is not https', allowed: ORIGIN };
  if (url.origin === origin) return undefined;
  return { problem: 'must be a plain origin', allowed: `did you mean '${url.origin}'?` };
}

function isOwnMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1';
}

function checkCallbacks(callbacks: Callbacks, at: Path): readonly Issue[] {
  const faulty = (['signIn', 'stepUp'] as const).flatMap((key) => checkCallback(callbacks[key], [...at, key]));
  if (!isSamePath(callbacks.signIn, callbacks.stepUp)) return faulty;
  const what = {
    value: callbacks.stepUp,
    problem: 'is also the callback of the sign-in',
    allowed: 'a different path: the two tell the flows apart',
  };
  return [...faulty, error('duplicate-callback', [...at, 'stepUp'], what)];
}

function checkCallback(path: string, at: Path): readonly Issue[] {
  const isPlain = CALLBACK.test(path) && new URL(path, 'https://x').pathname === path;
  if (isPlain && !isWebPath(path)) return [];
  if (isPlain) {
    const allowed = 'a path that the web has no page at, such as /auth/callback';
    return [error('callback', at, { value: path, problem: 'is a page of the web application', allowed })];
  }
  const allowed = 'a path such as /auth/callback: segments of letters, digits and ._~-';
  return [error('callback', at, { value: path, problem: 'is not a valid redirect URI path', allowed })];
}

function checkRedirectUris(application: WebApplication): readonly Issue[] {
  const uris = redirectUrisOf(application);
  const at = [...application.at, 'hosts'];
  const count = {
    problem: `make ${uris.length} redirect URIs, two for each`,
    allowed: `at most ${REDIRECT_URI_COUNT}`,
  };
  const long = uris.find((uri) => uri.length > REDIRECT_URI_LENGTH);
  return [
    ...(uris.length > REDIRECT_URI_COUNT ? [error('too-many-redirect-uris', at, count)] : []),
    ...(long === undefined ? [] : [tooLong(long, at)]),
  ];
}

function tooLong(uri: string, at: Path): Issue {
  const problem = `makes a redirect URI of ${uri.length} characters`;
  return error('redirect-uri-length', at, { value: uri, problem, allowed: `at most ${REDIRECT_URI_LENGTH}` });
}

function checkSecret({ clientSecret: { at, start, periodDays } }: WebApplication): readonly Issue[] {
  const { min, max } = CLIENT_SECRET_DAYS;
  const day = { value: start, problem: 'is not a valid date', allowed: 'YYYY-MM-DD, such as 2026-01-01' };
  const problem = periodDays < min ? `is shorter than ${min} days` : `is longer than ${max} days`;
  const period = { value: `P${periodDays}D`, problem, allowed: `P${min}D to P${max}D` };
  return [
    ...(isDay(start) ? [] : [error('secret-rotation', [...at, 'start'], day)]),
    ...(periodDays < min || periodDays > max ? [error('secret-rotation', [...at, 'period'], period)] : []),
  ];
}
