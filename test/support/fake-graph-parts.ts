export type Body = Record<string, unknown>;

export interface Request {
  readonly method: string;
  /** Without query: `/beta/identity/b2cUserFlows`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Body;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

export type Route = readonly [
  method: string,
  pattern: RegExp,
  handle: (request: Request, ids: readonly string[]) => Reply,
];

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const done: Reply = { status: 204 };
export const problem = (status: number, code: string, message: string): Reply => ({
  status,
  body: { error: { code, message, innerError: { 'request-id': '11111111-2222-3333-4444-555555555555' } } },
});
export const notFound = problem(404, 'Request_ResourceNotFound', 'Resource does not exist.');
