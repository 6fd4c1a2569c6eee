import type { JsonObject } from './json';

/** A fault that is answered with Graph's error body: `{"error": {"code", "message", "innerError"}}`. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  /** Headers of the answer, such as `retry-after`. */
  headers: Readonly<Record<string, string>> = {};
  /** Graph's `details`, where it sends them. */
  details: readonly JsonObject[] = [];

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  with(extra: Partial<Pick<GraphError, 'headers' | 'details'>>): this {
    return Object.assign(this, extra);
  }
}

/** The request that an error belongs to. */
export interface RequestIds {
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly date: string;
}

export function errorBody(error: GraphError, ids: RequestIds): JsonObject {
  const innerError = {
    date: ids.date,
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
  };
  const details = error.details.length === 0 ? {} : { details: error.details };
  return { error: { code: error.code, message: error.message, ...details, innerError } };
}

export function badRequest(message: string, code = 'Request_BadRequest'): GraphError {
  return new GraphError(400, code, message);
}

export function notFound(id: string): GraphError {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return new GraphError(404, 'Request_ResourceNotFound', message);
}

export function conflict(message: string): GraphError {
  return new GraphError(409, 'Request_MultipleObjectsWithSameKeyValue', message);
}

export function forbidden(): GraphError {
  return new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}

/** A thing that the real service may well do and the emulator does not: said, never guessed. */
export function notImplemented(what: string): GraphError {
  return new GraphError(501, 'NotImplementedByEmulator', `The emulator does not implement ${what}.`);
}

export function invalidValue(property: string, type: string): GraphError {
  return badRequest(`Invalid value specified for property '${property}' of resource '${titleOf(type)}'.`);
}

export function requiredValue(property: string, type: string): GraphError {
  return badRequest(`A value is required for property '${property}' of resource '${titleOf(type)}'.`);
}

/** Graph's messages write `Group` where its types are `group`. */
function titleOf(type: string): string {
  return `${type.slice(0, 1).toUpperCase()}${type.slice(1)}`;
}
