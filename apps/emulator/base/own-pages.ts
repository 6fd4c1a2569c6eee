import type { RequestHandler } from 'express';
import { isLoopbackHost } from '../../service/loopback';

/** A refusal that a page tells a person. */
export class PageError extends Error {
  override readonly name = 'PageError';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Refuses a `Host` that is not ours: a page elsewhere could let its own name lead to this machine and read what is here
 * (DNS rebinding).
 */
export function ownHostOnly(own: readonly string[] = []): RequestHandler {
  return (req, _res, next) => {
    // A proxy may hand on the name by which it was reached.
    for (const host of [req.headers.host ?? '', ...(req.get('x-forwarded-host')?.split(',') ?? [])]) {
      const hostname = URL.parse(`http://${host.trim()}`)?.hostname ?? '';
      if (!isLoopbackHost(hostname) && !own.includes(hostname))
        throw new PageError(421, 'This host name is not served here.');
    }
    next();
  };
}

/** Refuses forms that a page elsewhere posts. */
export const ownFormsOnly: RequestHandler = (req, _res, next) => {
  const site = req.headers['sec-fetch-site'];
  if (req.method === 'POST' && site !== undefined && site !== 'same-origin') {
    throw new PageError(403, 'The form was sent from another site.');
  }
  next();
};

/** The text fields of a form or a query. */
export function textsIn(fields: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fields ?? {}) as [string, unknown][];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
