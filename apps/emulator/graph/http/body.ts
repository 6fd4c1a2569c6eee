import type { IncomingMessage } from 'node:http';
import { badRequest, GraphError } from '../graph-error';
import type { JsonObject } from '../json';
import { parseObject } from '../json';

/** Most that a request may carry. */
const MAX_BYTES = 4_000_000;

/** @throws GraphError 413 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new GraphError(413, 'RequestEntityTooLarge', 'The request body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The JSON object of a request; empty where it has no body. @throws GraphError 400 or 415 */
export function parseBody(text: string, contentType: string | undefined): JsonObject {
  if (text === '') return {};
  if (contentType?.toLowerCase().startsWith('application/json') !== true) {
    throw new GraphError(415, 'RequestUnsupportedMediaType', 'The content type must be application/json.');
  }
  const body = parseObject(text);
  if (body === undefined)
    throw badRequest(
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
      'BadRequest',
    );
  return body;
}
