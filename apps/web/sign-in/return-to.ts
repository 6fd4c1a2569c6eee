import type { Request } from 'express';
import { randomState } from 'openid-client';
import { PAGE_PATHS } from '../../service/web-paths';
import { PageError } from '../http/page-error';

export type PagePath = (typeof PAGE_PATHS)[number];

/**
 * The page that a path names, or the start page. Only our own pages are known, so that no address of another site,
 * however it is written, can be returned to.
 */
export function pagePathOf(path: unknown): PagePath {
  return PAGE_PATHS.find((known) => known === path) ?? '/';
}

/** Query of a request, with its question mark. What stands before it may be a whole address, and be none. */
export const queryIn = ({ originalUrl }: Pick<Request, 'originalUrl'>): string =>
  /\?[^#]*/.exec(originalUrl)?.[0] ?? '';

/** Path at which a sign-in begins that leads to a page. @param attempt of a sign-in that has got lost before, else 0 */
export function loginPath(returnTo: PagePath, attempt = 0): string {
  const query = new URLSearchParams({ return: returnTo, ...(attempt > 0 && { attempt: String(attempt) }) });
  return `/login?${query.toString()}`;
}

/** The attempt that a text names; 0 if it names none. */
export const attemptOf = (text: string | null | undefined): number => (text && /^\d$/.test(text) ? Number(text) : 0);

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
  return [randomState(), attempt, Buffer.from(returnTo).toString('base64url')].join('.');
}

/** The hint of a state; undefined if it has none. */
export function hintIn(state: string | null): VisitHint | undefined {
  const [, attempt, page] = state?.split('.') ?? [];
  if (page === undefined) return undefined;
  return { returnTo: pagePathOf(Buffer.from(page, 'base64url').toString()), attempt: attemptOf(attempt) };
}
