import type { RequestHandler } from 'express';

/** Headers of every answer: nothing may guess its type, frame it, or read it from another origin. */
const COMMON = {
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};
const HTTPS_ONLY = { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' };

/**
 * Headers that tell a browser to do nothing with an answer of the API but hand it on
 * (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers).
 */
export const apiHeaders: RequestHandler = (_request, response, next) => {
  const policy = "default-src 'none';frame-ancestors 'none'";
  response.set({ ...COMMON, ...HTTPS_ONLY, 'Content-Security-Policy': policy, 'Referrer-Policy': 'no-referrer' });
  next();
};

export interface PageHeadersOptions {
  readonly baseUrl: URL;
  /** Origins that a form's answer may redirect to: browsers apply `form-action` to redirects too. */
  readonly formTargets: () => Iterable<string>;
}

/** Nothing but our own style sheet, script and pictures may load, nothing may frame a page, and no page is kept. */
export function pageHeaders({ baseUrl, formTargets }: PageHeadersOptions): RequestHandler {
  const isHttps = baseUrl.protocol === 'https:';
  const headers = {
    ...COMMON,
    ...(isHttps && HTTPS_ONLY),
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Origin-Agent-Cluster': '?1',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    // With 'no-referrer' a form's POST would have no origin either.
    'Referrer-Policy': 'same-origin',
    'X-DNS-Prefetch-Control': 'off',
    'X-Permitted-Cross-Domain-Policies': 'none',
  };
  return (_request, response, next) => {
    const policy = [
      // Pico's icons are data URLs in the style sheet.
      "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:",
      `form-action ${[...new Set(["'self'", ...formTargets()])].join(' ')}`,
      "base-uri 'none'; frame-ancestors 'none'",
      ...(isHttps ? ['upgrade-insecure-requests'] : []),
    ];
    response.set({ ...headers, 'Content-Security-Policy': policy.join('; ') });
    next();
  };
}
