import type { Request as ExpressRequest, RequestHandler } from 'express';
import { badRequest } from '../graph-error';
import { isObject, type Json, type JsonObject, objectOf, objectsOf, parseObject, textOf, textsOf } from '../json';
import type { Answer, Version } from '../context';

/** Most requests of a batch: https://learn.microsoft.com/graph/json-batching */
const MOST = 20;

export interface Batching {
  /** Graph as it reaches itself. */
  readonly graphUrl: string;
  readonly version: Version;
  readonly answer: Answer;
}

/** `POST /v1.0/$batch`: each request is one of its own, with the token of the batch, in the order in which they are written. */
export function runBatch({ graphUrl, version, answer }: Batching): RequestHandler {
  return async (req, res) => {
    const body = typeof req.body === 'string' ? parseObject(req.body) : undefined;
    const requests = objectsOf(body ?? {}, 'requests');
    const ids = new Set(requests.map((request) => textOf(request, 'id')));
    if (requests.length === 0 || requests.length > MOST || ids.size < requests.length) {
      throw badRequest(`A batch must have 1 to ${MOST} requests with an id of their own each.`, 'BadRequest');
    }
    if (requests.some((request) => textOf(request, 'method') === '' || textOf(request, 'url') === ''))
      throw badRequest('Invalid batch payload format: a request must have a method and a URL.', 'BadRequest');
    const responses: JsonObject[] = [];
    for (const request of requests) {
      const isBlocked = responses.some(
        ({ id, status }) => textsOf(request, 'dependsOn').some((other) => other === id) && Number(status) >= 400,
      );
      responses.push(isBlocked ? failedDependency(request) : await send(req, `${graphUrl}/${version}`, request));
    }
    await answer(res, { status: 200, body: { responses } });
  };
}

function failedDependency(request: JsonObject): JsonObject {
  const error = { code: 'FailedDependency', message: 'A request that this one depends on failed.' };
  return { id: textOf(request, 'id'), status: 424, body: { error } };
}

async function send(req: ExpressRequest, base: string, request: JsonObject): Promise<JsonObject> {
  const { body = null } = request;
  const headers = Object.entries(objectOf(request, 'headers')).filter(
    ([name, value]) => typeof value === 'string' && !OF_CONNECTION.test(name),
  );
  const response = await fetch(
    requestOf(base, textOf(request, 'url'), {
      method: textOf(request, 'method'),
      headers: {
        authorization: req.get('authorization') ?? '',
        'user-agent': req.get('user-agent') ?? '',
        ...(Object.fromEntries(headers) as Readonly<Record<string, string>>),
      },
      ...(isObject(body) && { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  const answered: Json = parseObject(text) ?? (text === '' ? null : text);
  return {
    id: textOf(request, 'id'),
    status: response.status,
    headers: headersOf(response),
    ...(answered !== null && { body: answered }),
  };
}

/** Headers of the connection that carries a request, which a batch has none of. */
const OF_CONNECTION = /^(?:connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

/** @throws GraphError 400 for a URL outside of the version, a method or header that is none, and a body where the method has none */
function requestOf(base: string, url: string, init: RequestInit): Request {
  try {
    const request = new Request(`${base}/${url.replace(/^\//, '')}`, init);
    if (request.url.startsWith(`${base}/`)) return request;
  } catch (error) {
    throw badRequest(`Invalid batch payload format: ${error instanceof Error ? error.message : url}`, 'BadRequest');
  }
  throw badRequest(`Invalid batch payload format: the URL '${url}' leaves the version.`, 'BadRequest');
}

function headersOf({ headers }: Response): JsonObject {
  const retryAfter = headers.get('retry-after');
  return {
    'Content-Type': headers.get('content-type') ?? 'application/json',
    ...(retryAfter !== null && { 'Retry-After': retryAfter }),
  };
}
