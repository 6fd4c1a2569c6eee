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
