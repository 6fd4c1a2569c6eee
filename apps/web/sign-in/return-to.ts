/** Pages that somebody can come back to after signing in. */
export const PAGE_PATHS = ['/', '/account', '/account/beneficiary', '/claims', '/profile', '/public'] as const;
export type PagePath = (typeof PAGE_PATHS)[number];

/**
 * The page that a path names, or the start page. Only our own pages are known, so that no address of another site,
 * however it is written, can be returned to.
 */
export function pagePathOf(path: unknown): PagePath {
  return PAGE_PATHS.find((known) => known === path) ?? '/';
}

/** Path at which a sign-in begins that leads to a page. @param attempt of a sign-in that has got lost before, else 0 */
export function loginPath(returnTo: PagePath, attempt = 0): string {
  const query = new URLSearchParams({ return: returnTo, ...(attempt > 0 && { attempt: String(attempt) }) });
  return `/login?${query.toString()}`;
}

/** The attempt that a text names; 0 if it names none. */
export function attemptOf(text: string | null | undefined): number {
  return text && /^\d$/.test(text) ? Number(text) : 0;
}
