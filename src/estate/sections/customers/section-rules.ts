import { z } from 'zod';
import { isWebPath } from '../../../../apps/service/web-paths';
import { parseIsoDays } from '../durations';
import {
  CALLBACK,
  CLIENT_SECRET_DAYS,
  DIRECTORY_LABEL,
  RESERVED_SCOPES,
  SCOPE_VALUE,
  SCOPE_VALUE_LENGTH,
} from '../limits';
import { masked } from '../shared/issue';
import { Name, once, type Ruled, sound, type Words } from '../shared/rules';

/** Fault of a scope's value, which stands in tokens. */
export function faultOfScope(value: string): Words | undefined {
  const problem = scopeProblem(value);
  if (problem === undefined) return undefined;
  const allowed = `at most ${SCOPE_VALUE_LENGTH} letters, digits and punctuation marks, not beginning with a dot: Accounts.Read`;
  return { problem, allowed };
}

function scopeProblem(value: string): string | undefined {
  if (value.length > SCOPE_VALUE_LENGTH) return `is ${value.length} characters long`;
  if (value.startsWith('.')) return 'begins with a dot';
  if (RESERVED_SCOPES.includes(value.toLowerCase())) return 'is a scope of OpenID Connect';
  const bad = [...value].find((character) => !SCOPE_VALUE.test(character));
  return bad === undefined ? undefined : `contains ${JSON.stringify(bad)}, which is not allowed in a scope`;
}

/** Fault of a period of the client secret. */
export function faultOfPeriod(text: string): Words | undefined {
  const { min, max } = CLIENT_SECRET_DAYS;
  const days = parseIsoDays(text) ?? min;
  const allowed = `P${min}D to P${max}D`;
  if (days < min) return { problem: `is shorter than ${min} days`, allowed };
  return days > max ? { problem: `is longer than ${max} days`, allowed } : undefined;
}

/** Fault of a directory's name. */
export function faultOfDirectory(directory: string): Words | undefined {
  if (DIRECTORY_LABEL.test(directory)) return undefined;
  const label = directory.toLowerCase().replace('.onmicrosoft.com', '');
  const isDomain = directory.toLowerCase().endsWith('.onmicrosoft.com') && DIRECTORY_LABEL.test(label);
  return isDomain
    ? { problem: 'is the whole domain', allowed: `its first label: ${label}` }
    : {
        problem: 'is not a valid first label of an onmicrosoft.com domain',
        allowed: '1 to 27 lower-case letters and digits',
      };
}

const ORIGIN = 'an https origin such as https://claims.example.com, or http://localhost with a port';

/** Origins where the web application runs, each once. */
export const Hosts = z
  .array(Name.meta(sound('host', faultOfHost, { show: masked })))
  .meta(once('duplicate-host', { allowed: 'each host once' }));

function faultOfHost(origin: string): Words | undefined {
  if (origin.includes('*')) return { problem: 'contains a wildcard', allowed: 'every host by its own name' };
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol))
    return { problem: 'is not a valid origin', allowed: ORIGIN };
  const isOwnMachine = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol === 'http:' && !isOwnMachine) return { problem: 'is not https', allowed: ORIGIN };
  if (url.origin === origin) return undefined;
  return { problem: 'must be a plain origin', allowed: `did you mean '${url.origin}'?` };
}

export const CALLBACK_PATH: Ruled = {
  ...sound('callback', (path) => {
    if (!CALLBACK.test(path) || new URL(path, 'https://x').pathname !== path) {
      const allowed = 'a path such as /auth/callback: segments of letters, digits and ._~-';
      return { problem: 'is not a valid redirect URI path', allowed };
    }
    if (!isWebPath(path)) return undefined;
    const allowed = 'a path that the web has no page at, such as /auth/callback';
    return { problem: 'is a page of the web application', allowed };
  }),
  pattern: CALLBACK.source,
};
