import { isIPv4 } from 'node:net';

/**
 * Tells whether a host, as one listens on it or as `URL` spells it, is this machine and nothing else: `localhost`,
 * 127.0.0.0/8 or `::1`. Another spelling of them (a trailing dot, `[::ffff:127.0.0.1]`) is refused, and so is 0.0.0.0,
 * which others reach.
 */
export function isLoopbackHost(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || (isIPv4(host) && host.startsWith('127.'));
}

/** Tells whether what is sent to a URL stays on this machine; false for what is not a URL. */
export function isLoopbackUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && isLoopbackHost(parsed.hostname);
}

/** Tells whether nothing between can read or change what is sent to a URL: it is https, or http on this machine. */
export function isProtectedUrl(url: string): boolean {
  const protocol = URL.parse(url)?.protocol;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackUrl(url));
}
