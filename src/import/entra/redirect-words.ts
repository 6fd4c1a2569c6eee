import { CALLBACK, DEFAULT_CALLBACKS } from '../../estate/sections/limits';
import { left } from './left';
import type { Words } from './saml-words';

interface WebAddresses {
  readonly hosts: string[];
  readonly callbacks?: { readonly signIn: string; readonly stepUp: string };
}

/**
 * Hosts and callbacks that make the redirect URIs. An estate has two paths, on every host. Whoever has an address gets sign-ins: of
 * the hosts, the estate takes over those that are declared, and all others are to be decided.
 *
 * @param declared origins that are known to be the application's; undefined where nothing says which are
 */
export function redirectWords(all: readonly string[], declared?: readonly string[]): Words<WebAddresses> {
  const strangers = declared === undefined ? [] : all.filter((uri) => !declared.includes(originOf(uri)));
  const uris = all.filter((uri) => !strangers.includes(uri));
  const urls = uris.filter((uri) => URL.canParse(uri)).map((uri) => new URL(uri));
  const hosts = [...new Set(urls.map(({ origin }) => origin))];
  const callbacks = callbacksOf([...new Set(urls.map(({ pathname }) => pathname))]);
  const made = hosts.flatMap((origin) => [`${origin}${callbacks.signIn}`, `${origin}${callbacks.stepUp}`]);
  const isDefault = callbacks.signIn === DEFAULT_CALLBACKS.signIn && callbacks.stepUp === DEFAULT_CALLBACKS.stepUp;
  return {
    words: { hosts, ...(!isDefault && { callbacks }) },
    left: [
      ...left('decide', ...strangers.map((uri) => `redirect URI ${uri}: no application of the estate declares it`)),
      ...left(
        'decide',
        ...(declared === undefined ? externalHosts(uris) : []).map(
          (host) => `sign-ins go to ${host}, which the estate now declares`,
        ),
      ),
      ...left(
        'would-change',
        ...uris.filter((uri) => !made.includes(uri)).map((uri) => `redirect URI ${uri} would be removed`),
      ),
      ...left(
        'would-change',
        ...made.filter((uri) => !uris.includes(uri)).map((uri) => `redirect URI ${uri} would be added`),
      ),
    ],
  };
}

/** Origins of addresses that are not of the machine of whoever develops. */
export function externalHosts(uris: readonly string[]): readonly string[] {
  return [...new Set(uris.map(originOf))].filter((origin) => !/^https?:\/\/(localhost|127\.0\.0\.1)(:|$)/.test(origin));
}

function originOf(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).origin : uri;
}

const STEP_UP = /mfa|step/i;

/** Of two paths the one of the second factor says so, or else is the longer one. */
function callbacksOf(paths: readonly string[]): { readonly signIn: string; readonly stepUp: string } {
  const usable = paths.filter((path) => CALLBACK.test(path)).toSorted((a, b) => rank(a) - rank(b));
  const [signIn = DEFAULT_CALLBACKS.signIn, stepUp = `${signIn}/mfa`] = usable;
  return { signIn, stepUp };
}

function rank(path: string): number {
  return path.length + (STEP_UP.test(path) ? 1_000 : 0);
}
