import * as client from 'openid-client';
import * as z from 'zod';
import { aheadText } from '../../service/clock';
import { PageError } from '../http/page-error';
import type { Flow } from './flow';

/** Answers of the directory in the callback, as far as they change what happens next. */
export type DirectoryAnswer = 'password-forgotten' | 'cancelled' | 'refused';

/**
 * Reads the error of a callback; its text is never shown, since anybody can write it into a link. B2C tells by a code of its
 * own what happened, External ID by the error of OAuth alone: there a forgotten password does not reach the application.
 *
 * Sources: https://learn.microsoft.com/azure/active-directory-b2c/error-codes; RFC 6749, section 4.1.2.1.
 */
export function answerOf(parameters: URLSearchParams, { id }: Pick<Flow, 'id'>): DirectoryAnswer {
  if (id === undefined) return parameters.get('error') === 'access_denied' ? 'cancelled' : 'refused';
  const description = parameters.get('error_description');
  if (description?.startsWith('AADB2C90118')) return 'password-forgotten';
  return description?.startsWith('AADB2C90091') ? 'cancelled' : 'refused';
}

/** The directory's own code of an error, for the log. */
export function codeIn(parameters: URLSearchParams): string {
  return parameters.get('error_description')?.match(/^AAD(B2C|STS)\d+/)?.[0] ?? 'no code of the directory';
}

/** Tells whether the directory does not take a refresh token any more. */
export function isGrantGone(error: unknown): boolean {
  return error instanceof client.ResponseBodyError && error.error === 'invalid_grant';
}

/** Error page for tokens that can't be had: the directory is away, or what it sent can't be trusted. */
export function directoryError(error: unknown): PageError {
  return new PageError(isAway(error) ? 'sign-in-unavailable' : 'sign-in-failed', { cause: publicFault(error) });
}

/** Tells whether other keys might help: there was an answer, and it could not be verified. */
export function isKeyFault(error: unknown): boolean {
  return (
    error instanceof client.ClientError &&
    (error.code === 'OAUTH_KEY_SELECTION_FAILED' || error.code === 'OAUTH_INVALID_RESPONSE')
  );
}

function isAway(error: unknown): boolean {
  if (error instanceof client.ResponseBodyError) return error.status >= 500;
  if (!(error instanceof Error)) return false;
  const code = error instanceof client.ClientError ? error.code : undefined;
  if (code === 'OAUTH_RESPONSE_IS_NOT_JSON' || code === 'OAUTH_TIMEOUT' || error.message === 'fetch failed')
    return true;
  // openid-client hangs the response that it did not expect onto the error.
  return error.cause instanceof Response && error.cause.status >= 500;
}

/** The error without what libraries hang onto it: a token, or the directory's own words about somebody. */
function publicFault(error: unknown): Error {
  if (error instanceof client.ResponseBodyError) return new Error(`the directory answered ${error.error}`);
  if (error instanceof client.ClientError) {
    return new Error(`${error.code ?? error.name}: ${clockFault(error) ?? error.message}`);
  }
  return error instanceof Error ? new Error(`${error.name}: ${error.message}`) : new Error('unknown fault');
}

/** What openid-client hangs onto the fault of a token that begins in the future. */
const TooEarly = z.object({
  cause: z.object({
    cause: z.object({ now: z.number(), claim: z.literal('nbf'), claims: z.object({ nbf: z.number() }) }),
  }),
});

function clockFault(error: client.ClientError): string | undefined {
  const { data } = TooEarly.safeParse(error);
  if (data === undefined) return undefined;
  const { now, claims } = data.cause.cause;
  return aheadText("the id token's nbf", claims.nbf, now);
}
