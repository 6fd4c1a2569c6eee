import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';

export const MINUTE_MS = 60_000;

export interface RateLimit {
  readonly limit: number;
  /** Whose requests are counted together. */
  readonly keyOf: (request: Request) => string;
  readonly fault: () => Error;
}

/** Bounds requests in a minute. It counts in this process's memory: with n containers, n times as much gets through. */
export function limitPerMinute({ limit, keyOf, fault }: RateLimit): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit,
    standardHeaders: false,
    legacyHeaders: false,
    keyGenerator: keyOf,
    handler: (_request, response, next) => {
      response.set('Retry-After', String(MINUTE_MS / 1_000));
      next(fault());
    },
  });
}

/** The client's address. IPv6 addresses count by network, since one customer has many. */
export function addressOf({ ip = '' }: Request): string {
  return ipKeyGenerator(ip);
}
