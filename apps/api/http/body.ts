import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { Problem } from './problem';

/** Refuses a body that says it is not JSON, or does not say what it is. */
export const requireJson: RequestHandler = (request, _response, next) => {
  const [type, ...parameters] = (request.get('Content-Type') ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((one) => one.startsWith('charset='))?.slice('charset='.length);
  if (type === 'application/json' && (charset === undefined || /^"?utf-8"?$/.test(charset))) {
    next();
    return;
  }
  throw new Problem({ status: 415, code: 'not-json' }, 'The body must be application/json in UTF-8, not compressed.', {
    headers: { Accept: 'application/json' },
  });
};

/** @throws Problem 422 with every fault, by its JSON pointer */
export function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail: message,
  }));
  throw new Problem({ status: 422, code: 'invalid-body' }, 'The body is not what this path takes.', { errors });
}
