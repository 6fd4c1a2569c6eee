import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { requestLog } from './request-log';

export interface SecurityHeaders {
  /** `Content-Security-Policy`, by its directives. */
  readonly policy: () => Readonly<Record<string, string>>;
  /** @default true */
  readonly isHttps?: boolean;
  readonly more: Readonly<Record<string, string>>;
}

/**
 * An application that logs each request, with headers of every answer: nothing may guess its type, frame it, read it from another
 * origin, or load what the policy does not name
 * (https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers).
 */
export function baseApp(
  logger: Logger,
  { policy, isHttps = true, more }: SecurityHeaders,
  app: Express = express(),
): Express {
  const headers = {
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(isHttps && { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }),
    ...more,
  };
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  return app.use(requestLog(logger), (_request, response, next) => {
    const directives = Object.entries({ 'default-src': "'none'", 'frame-ancestors': "'none'", ...policy() });
    const text = directives.map(([name, value]) => `${name} ${value}`.trim()).join('; ');
    response.set({ ...headers, 'Content-Security-Policy': text });
    next();
  });
}
