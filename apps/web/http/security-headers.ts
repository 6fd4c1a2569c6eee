import type { RequestHandler } from 'express';
import helmet from 'helmet';

const YEAR_SECONDS = 31_536_000;

export interface SecurityHeadersOptions {
  readonly baseUrl: URL;
  /** Origins that a form's answer may redirect to: browsers apply `form-action` to redirects too. */
  readonly formTargets: () => Iterable<string>;
}

/** Nothing but our own style sheet, script and pictures may load, nothing may frame a page, and no page is kept. */
export function securityHeaders({ baseUrl, formTargets }: SecurityHeadersOptions): RequestHandler {
  const isHttps = baseUrl.protocol === 'https:';
  const headers = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: isHttps && { maxAge: YEAR_SECONDS, includeSubDomains: true },
    // With 'no-referrer' a form's POST would have no origin either.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  return (request, response, next) => {
    response.set({
      'Content-Security-Policy': contentSecurityPolicy(["'self'", ...formTargets()], isHttps),
      'Cache-Control': 'no-store',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    });
    headers(request, response, next);
  };
}

function contentSecurityPolicy(formTargets: readonly string[], isHttps: boolean): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    // Pico's icons are data URLs in the style sheet.
    "img-src 'self' data:",
    `form-action ${[...new Set(formTargets)].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(isHttps ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}
