import type { Request, RequestHandler } from 'express';
import type { Caller, TokenRules, TokenSource } from '../tokens/access-token';
import { findBearer } from '../tokens/bearer';
import { CheckedTokens } from '../tokens/checked-tokens';
import { KeysUnavailable, TokenFault } from '../tokens/token-fault';
import { Problem } from './problem';
import { limitPerMinute, MINUTE_MS } from '../../service/rate-limit';
import { countRefusal, refuseBusyAddress, tooMany, type RateLimits } from './rate-limits';

/** The handlers that let only known callers through, and not too often. */
export type Guard = readonly RequestHandler[];

const REALM = 'Bearer realm="customer-policies"';
const RETRY_AFTER_SECONDS = '5';
const callers = new WeakMap<Request, Caller>();

/** Refuses a busy address, checks the token, then counts the person's requests. */
export function guardOf(rules: TokenRules, limits: RateLimits): Guard {
  return [
    refuseBusyAddress(limits),
    authenticate(rules, limits),
    limitPerMinute({
      limit: limits.requestsPerMinute,
      keyOf: (request) => callerOf(request).oid,
      fault: () => tooMany('This is more than one person asks in a minute.', new Date(Date.now() + MINUTE_MS)),
    }),
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
    if (callerOf(request).scopes.has(scope)) {
      next();
      return;
    }
    throw new Problem({ status: 403, code: 'insufficient-scope' }, `The token must have the scope ${scope}.`, {
      headers: challenge('insufficient_scope', { scope }),
    });
  };
}

/** Proof of a second factor, in words. */
export function describeStepUp({ id, audience }: TokenSource): string {
  return id === undefined ? `for the application ${audience}` : `of the user flow ${id}`;
}

/** Lets through who signed in with the second factor; else 401 that says which token to get (RFC 9470, section 3). */
export function requireStepUp(stepUp: TokenSource): RequestHandler {
  const { id } = stepUp;
  return (request, _response, next) => {
    if (callerOf(request).flow === 'step-up') {
      next();
      return;
    }
    const detail = `This needs a token ${describeStepUp(stepUp)}, which asks for a second factor.`;
    throw new Problem({ status: 401, code: 'insufficient-authentication' }, detail, {
      headers: challenge('insufficient_user_authentication', id === undefined ? {} : { acr_values: id }),
    });
  };
}

function authenticate(rules: TokenRules, limits: RateLimits): RequestHandler {
  const tokens = new CheckedTokens(rules);
  return async (request, _response, next) => {
    try {
      callers.set(request, await tokens.callerOf(tokenOf(request)));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status < 500) await countRefusal(limits, request);
      throw problem;
    }
    next();
  };
}

function tokenOf(request: Request): string {
  const bearer = findBearer(request);
  switch (bearer.kind) {
    case 'token':
      return bearer.token;
    case 'malformed':
      throw new Problem({ status: 400, code: 'malformed-request' }, bearer.why, {
        headers: challenge('invalid_request'),
      });
    case 'none':
      // No error code where there was no attempt to authenticate (RFC 6750, section 3.1).
      throw new Problem(
        { status: 401, code: 'missing-token' },
        'This needs Authorization: Bearer and an access token.',
        {
          headers: { 'WWW-Authenticate': REALM },
        },
      );
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TokenFault) {
    return new Problem({ status: 401, code: 'invalid-token' }, error.message, { headers: challenge('invalid_token') });
  }
  if (error instanceof KeysUnavailable) {
    return new Problem({ status: 503, code: 'unavailable' }, error.message, {
      headers: { 'Retry-After': RETRY_AFTER_SECONDS },
    });
  }
  return new Problem({ status: 500, code: 'unexpected' }, 'Something failed that should not.', { cause: error });
}

function challenge(error: string, parameters: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const all = Object.entries({ error, ...parameters }).map(([name, value]) => `, ${name}="${value}"`);
  return { 'WWW-Authenticate': `${REALM}${all.join('')}` };
}
