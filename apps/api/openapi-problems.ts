import { STATUS_CODES } from 'node:http';

type Json = Readonly<Record<string, unknown>>;

const text = { type: 'string' };

/** Problem details (RFC 9457) with this API's own members. */
export const problemSchema: Json = {
  type: 'object',
  properties: {
    type: { const: 'about:blank' },
    title: text,
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: text,
    code: { ...text, description: 'Tells the kinds of problems apart; does not change' },
    requestId: text,
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: text, detail: text }, required: ['pointer', 'detail'] },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
};

const HEADERS: Readonly<Record<number, readonly string[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** The responses for these statuses. */
export function problemsOf(...statuses: readonly number[]): Json {
  return Object.fromEntries(statuses.map((status) => [status, problemResponse(status)]));
}

function problemResponse(status: number): Json {
  const headers = (HEADERS[status] ?? []).map((name) => [name, { schema: text }] as const);
  return {
    description: STATUS_CODES[status] ?? 'Problem',
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
