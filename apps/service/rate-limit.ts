import type { Request, RequestHandler, Response } from 'express';
import * as ipaddr from 'ipaddr.js';

const MINUTE_MS = 60_000;

/** A limit in a minute, by key. It counts in this process's memory: with n containers, n times as much gets through. */
export class MinuteLimit {
  readonly #counts = new Map<string, number>();
  #endsAt = -Infinity;

  constructor(private readonly limit: number) {}

  /** Tells whether a key has reached the limit; then the answer says when to come again. */
  isReached(key: string, response: Response): boolean {
    if (performance.now() >= this.#endsAt) {
      this.#counts.clear();
      this.#endsAt = performance.now() + MINUTE_MS;
    }
    const isReached = (this.#counts.get(key) ?? 0) >= this.limit;
    if (isReached) response.set('Retry-After', String(MINUTE_MS / 1_000));
    return isReached;
  }

  count(key: string): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }
}

/** Bounds requests in a minute. @param keyOf whose requests are counted together */
export function limitPerMinute(limit: number, keyOf: (request: Request) => string, fault: () => Error): RequestHandler {
  const requests = new MinuteLimit(limit);
  return (request, response, next) => {
    const key = keyOf(request);
    if (requests.isReached(key, response)) throw fault();
    requests.count(key);
    next();
  };
}

/** The client's address without its port, which some proxies name too. IPv6 addresses count by their network of 56 bits, since one customer has many. */
export function addressOf({ ip: named = '' }: Pick<Request, 'ip'>): string {
  const ip = named.replace(/^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/, '$1$2');
  return ipaddr.isValid(ip) ? ipaddr.process(ip).toByteArray().slice(0, 7).join('.') : ip;
}
