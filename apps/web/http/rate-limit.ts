import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { PageError } from './page-error';

const MINUTE_MS = 60_000;

/**
 * Bounds the requests of an address in a minute; IPv6 addresses count by network, since one customer has many. It
 * counts in this process's memory: with n containers, n times as much gets through.
 */
export function limitPerAddress(requestsPerMinute: number): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: requestsPerMinute,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: ({ ip = '' }) => ipKeyGenerator(ip),
    handler: (_request, response, next) => {
      response.set('Retry-After', String(MINUTE_MS / 1_000));
      next(new PageError('too-many-requests'));
    },
  });
}
