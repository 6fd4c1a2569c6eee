import type { Request, RequestHandler } from 'express';
import { MemoryStore, type Options } from 'express-rate-limit';
import { addressOf, MINUTE_MS } from '../../service/rate-limit';
import { Problem } from './problem';

export interface RateLimitOptions {
  /** Requests of one person in a minute. */
  readonly requestsPerMinute: number;
  /** Requests of one address in a minute that were refused for their token. */
  readonly refusalsPerMinute: number;
}

export interface RateLimits extends RateLimitOptions {
  readonly refusals: MemoryStore;
}

export function createRateLimits(options: RateLimitOptions): RateLimits {
  const refusals = new MemoryStore();
  refusals.init({ windowMs: MINUTE_MS } as Options);
  return { ...options, refusals };
}

/** Spares an address that sends wrong tokens again and again the check of yet another one. */
export function refuseBusyAddress({ refusals, refusalsPerMinute }: RateLimits): RequestHandler {
  return async (request, _response, next) => {
    const counted = await refusals.get(addressOf(request));
    if (counted !== undefined && counted.totalHits >= refusalsPerMinute) {
      throw tooMany('Too many requests from this address were refused.', counted.resetTime);
    }
    next();
  };
}

export async function countRefusal({ refusals }: RateLimits, request: Request): Promise<void> {
  await refusals.increment(addressOf(request));
}

/** Asks to come back at the reset, or in a second where that is unknown. */
export function tooMany(detail: string, resetTime = new Date()): Problem {
  const seconds = Math.ceil(Math.max(1, (resetTime.getTime() - Date.now()) / 1000));
  return new Problem({ status: 429, code: 'too-many-requests' }, detail, {
    headers: { 'Retry-After': String(seconds) },
  });
}
