import { isSamePath } from '../../../../../apps/service/web-paths';
import type { Callbacks, WebApplication } from '../customers';
import { redirectUrisOf } from '../customers';
import type { Issue, Path } from '../../../source/finding';
import { REDIRECT_URI_COUNT, REDIRECT_URI_LENGTH } from '../../limits';
import { error } from '../../shared/issue';

/** The redirect URIs of the web application: a callback for each flow on each host. */
export function checkWebApplication(application: WebApplication): readonly Issue[] {
  const { at, callbacks } = application;
  return [...checkCallbacks(callbacks, [...at, 'callbacks']), ...checkRedirectUris(application)];
}

function checkCallbacks(callbacks: Callbacks, at: Path): readonly Issue[] {
  if (!isSamePath(callbacks.signIn, callbacks.stepUp)) return [];
  const what = {
    value: callbacks.stepUp,
    problem: 'is also the callback of the sign-in',
    allowed: 'a different path: the two tell the flows apart',
  };
  return [error('duplicate-callback', [...at, 'stepUp'], what)];
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
