import type { IncomingMessage } from 'node:http';

/** Token of a request, if it carries one. */
export type Bearer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly why: string };

// b64token of RFC 6750, section 2.1; the scheme's case does not count (RFC 9110, section 11.1).
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;

/**
 * Finds the access token in the one header `Authorization: Bearer`. No other place is read: not the query, which ends
 * in logs, not a form, not a cookie (RFC 6750, sections 2.2, 2.3 and 5.3).
 */
export function findBearer(request: Pick<IncomingMessage, 'rawHeaders'>): Bearer {
  const [header, ...more] = authorizationHeaders(request.rawHeaders);
  if (header === undefined) return { kind: 'none' };
  if (more.length > 0) return { kind: 'malformed', why: 'There must be one Authorization header.' };
  if (!/^bearer( |$)/i.test(header)) return { kind: 'none' };
  const token = BEARER.exec(header)?.[1];
  return token === undefined
    ? { kind: 'malformed', why: 'The Authorization header must be Bearer and one token.' }
    : { kind: 'token', token };
}

/** From the raw headers, since Node drops all but the first. */
function authorizationHeaders(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization');
}
