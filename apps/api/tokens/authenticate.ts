import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { addressOf, limitPerMinute, MinuteLimit } from '../../service/rate-limit';
import { challenge, Problem, problemOf } from '../http/problem';
import { verifyAccessToken, type Caller, type TokenRules, type TokenSource } from './access-token';

export interface RateLimits {
  readonly requestsPerMinute: number;
  /** Requests of one address in a minute that were refused for their token. */
  readonly refusalsPerMinute: number;
}

// b64token of RFC 6750, section 2.1; the scheme's case does not count (RFC 9110, section 11.1).
const BEARER = /^bearer +([\w.~+/-]+=*)$/i;
const callers = new WeakMap<Request, Caller>();

/** Refuses an address that sent too many wrong tokens, checks the token, then counts the person's requests. */
export function guardOf(
  rules: TokenRules,
  { requestsPerMinute, refusalsPerMinute }: RateLimits,
): readonly RequestHandler[] {
  const refusals = new MinuteLimit(refusalsPerMinute);
  const manyRequests = () => new Problem('too-many-requests', 'This is more than one person asks in a minute.');
  return [
    async (request, response, next) => {
      const address = addressOf(request);
      if (refusals.isReached(address, response))
        throw new Problem('too-many-requests', 'Too many requests from this address were refused.');
      try {
        callers.set(request, await verifyAccessToken(tokenOf(request), rules));
      } catch (error) {
        if (problemOf(error).status < 500) refusals.count(address);
        throw error;
      }
      next();
    },
    limitPerMinute(requestsPerMinute, (request) => callerOf(request).oid, manyRequests),
  ];
}

/** Caller of the request. @throws Error on a route without a guard */
export function callerOf(request: Request): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('the route has no guard');
  return caller;
}

/** Lets through who has the scope, in whole words; else 403 (RFC 6750, section 3.1). */
export function requireScope(scope: string): RequestHandler {
  return (request, _response, next) => {
    if (!callerOf(request).scopes.has(scope)) {
      const options = challenge({ error: 'insufficient_scope', scope });
      throw new Problem('insufficient-scope', `The token must have the scope ${scope}.`, options);
    }
    next();
  };
}

/** Proof of a second factor, in words. */
export function describeStepUp({ id, audience }: TokenSource): string {
  return id === undefined ? `for the application ${audience}` : `of the user flow ${id}`;
}

/** Lets through who signed in with the second factor; else 401 that says which token to get (RFC 9470, section 3). */
export function requireStepUp(stepUp: TokenSource): RequestHandler {
  return (request, _response, next) => {
    if (callerOf(request).flow !== 'step-up') {
      const detail = `This needs a token ${describeStepUp(stepUp)}, which asks for a second factor.`;
      const flow = stepUp.id === undefined ? {} : { acr_values: stepUp.id };
      const options = challenge({ error: 'insufficient_user_authentication', ...flow });
      throw new Problem('insufficient-authentication', detail, options);
    }
    next();
  };
}

/**
 * Token in the one header `Authorization: Bearer`. No other place is read: not the query, which ends in logs, not a form, not
 * a cookie (RFC 6750, sections 2.2, 2.3 and 5.3).
 */
function tokenOf({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string {
  // From the raw headers, since Node drops all but the first.
  const [header, ...more] = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization',
  );
  if (more.length > 0) throw malformed('There must be one Authorization header.');
  if (header === undefined || !/^bearer( |$)/i.test(header)) {
    // No error code where there was no attempt to authenticate (RFC 6750, section 3.1).
    throw new Problem('missing-token', 'This needs Authorization: Bearer and an access token.', challenge());
  }
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw malformed('The Authorization header must be Bearer and one token.');
  return token;
}

function malformed(detail: string): Problem {
  return new Problem('malformed-request', detail, challenge({ error: 'invalid_request' }));
}
