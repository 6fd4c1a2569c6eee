import * as client from 'openid-client';
import { PageError } from '../http/page-error';
import { attemptOf, loginPath, pagePathOf, type PagePath } from './return-to';

/** Content of a state about its visit where the session no longer knows it. */
export interface VisitHint {
  readonly returnTo: PagePath;
  /** 0, then one more each time that the visit before has got lost. */
  readonly attempt: number;
}

/** Sign-ins that begin one after another because the one before got lost: a browser without cookies would go on for ever. */
const MAX_ATTEMPTS = 5;

/** Path at which a sign-in begins in place of one that got lost. @throws PageError after too many of them */
export function nextLogin({ returnTo, attempt }: VisitHint): string {
  if (attempt >= MAX_ATTEMPTS) throw new PageError('unknown-sign-in');
  return loginPath(returnTo, attempt + 1);
}

/** A random state with a hint. Anybody can write a hint: it chooses among our own pages, and proves nothing. */
export function newState({ returnTo, attempt }: VisitHint): string {
  return [client.randomState(), attempt, Buffer.from(returnTo).toString('base64url')].join('.');
}

/** The hint of a state; undefined if it has none. */
export function hintIn(state: string | null): VisitHint | undefined {
  const [, attempt, page] = state?.split('.') ?? [];
  if (page === undefined) return undefined;
  return { returnTo: pagePathOf(Buffer.from(page, 'base64url').toString()), attempt: attemptOf(attempt) };
}
