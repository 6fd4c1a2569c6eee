/** Pages that somebody can come back to after signing in. */
export const PAGE_PATHS = ['/', '/account', '/account/beneficiary', '/claims', '/profile', '/public'] as const;

/** Paths at which the web has something of its own. */
export const WEB_PATHS: readonly string[] = [
  ...PAGE_PATHS,
  '/favicon.ico',
  '/healthz',
  '/login',
  '/logout',
  '/readyz',
  '/reset-password',
  '/signed-out',
];
const FOLDER = '/assets';

/** Tells whether a path can't be a redirect URI's, since the web answers it itself. Its routes take letters of either case. */
export function isWebPath(path: string): boolean {
  const lower = path.toLowerCase();
  return WEB_PATHS.includes(lower) || lower === FOLDER || lower.startsWith(`${FOLDER}/`);
}

/** Tells whether the web can't tell two paths apart. */
export function isSamePath(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
