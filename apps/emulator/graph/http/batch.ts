import type { Request as ExpressRequest, RequestHandler } from 'express';
import { badRequest } from '../graph-error';
import type { Json, JsonObject } from '../json';
import { findText, isObject, objectOf, objectsOf, parseObject, textOf, textsOf } from '../json';
import type { Answer, Version } from './context';

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
  const headers = Object.entries(objectOf(request, 'headers')).filter(([, value]) => typeof value === 'string');
  const response = await fetch(
    requestOf(`${base}/${textOf(request, 'url').replace(/^\//, '')}`, {
      method: findText(request, 'method') ?? 'GET',
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

/** @throws GraphError 400 for a method or header that is none, and for a body where the method has none */
function requestOf(url: string, init: RequestInit): Request {
  try {
    return new Request(url, init);
  } catch (error) {
    throw badRequest(`Invalid batch payload format: ${error instanceof Error ? error.message : url}`, 'BadRequest');
  }
}

function headersOf({ headers }: Response): JsonObject {
  const retryAfter = headers.get('retry-after');
  return {
    'Content-Type': headers.get('content-type') ?? 'application/json',
    ...(retryAfter !== null && { 'Retry-After': retryAfter }),
  };
}
