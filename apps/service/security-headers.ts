import type { RequestHandler } from 'express';

export interface SecurityHeadersOptions {
  /** `Content-Security-Policy`, by its directives. */
  readonly policy: () => Readonly<Record<string, string>>;
  /** @default true */
  readonly isHttps?: boolean;
  /** @default none */
  readonly more?: Readonly<Record<string, string>>;
}

/**
 * Headers of every answer: nothing may guess its type, frame it, read it from another origin, or load what the policy does not
 * name (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers).
 */
export function securityHeaders({ policy, isHttps = true, more }: SecurityHeadersOptions): RequestHandler {
  const headers = {
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(isHttps && { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }),
    ...more,
  };
  return (_request, response, next) => {
    const directives = Object.entries({ 'default-src': "'none'", 'frame-ancestors': "'none'", ...policy() });
    const text = directives.map(([name, value]) => `${name} ${value}`.trim()).join('; ');
    response.set({ ...headers, 'Content-Security-Policy': text });
    next();
  };
}
