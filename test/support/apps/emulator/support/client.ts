import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import type { GraphEmulator } from '../../../../../apps/emulator/graph';
import type { JsonObject } from '../../../../../apps/emulator/graph/json';
import { parseObject, textOf } from '../../../../../apps/emulator/graph/json';

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  readonly text: string;
  readonly headers: Headers;
}

export interface CallOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls Graph over plain HTTP: `GET /v1.0/groups`. */
export type Call = (request: string, body?: object | string, options?: CallOptions) => Promise<Answer>;

type Called = Pick<GraphEmulator, 'graphUrl' | 'token'> & Partial<Pick<GraphEmulator, 'quirks' | 'visibility'>>;

/**
 * A client for what a test does itself, before and after what it tries: all replicas have arrived when it calls, and when it
 * has called. What is throttled at random is sent again, at once: the emulator has no clock.
 */
export function clientOf(emulator: Called): Call {
  const ownToken = emulator.token();
  const once: Call = async (request, body, { token = ownToken, headers = {} } = {}) => {
    const method = request.split(' ', 1)[0] ?? '';
    const path = request.slice(method.length + 1);
    const response = await fetch(`${emulator.graphUrl}${path}`, {
      method,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        'content-type': 'application/json; charset=utf-8',
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: parseObject(text) ?? {}, text, headers: response.headers };
  };
  return async (...call) => {
    emulator.visibility?.settle();
    let answer = await once(...call);
    while (answer.status === 429 && emulator.quirks?.throttling === 'random') answer = await once(...call);
    emulator.visibility?.settle();
    return answer;
  };
}

/** Calls the server with TLS, trusting the emulator's authority alone. */
export function callTls(
  emulator: Pick<GraphEmulator, 'tlsUrl' | 'caFile'>,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly body: JsonObject }> {
  const body = form === undefined ? undefined : new URLSearchParams(form).toString();
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${emulator.tlsUrl}${path}`,
      {
        method: body === undefined ? 'GET' : 'POST',
        ca: readFileSync(emulator.caFile),
        headers: body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: parseObject(Buffer.concat(chunks).toString()) ?? {} });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

export function errorCode(answer: { readonly body: JsonObject }): unknown {
  return (answer.body['error'] as JsonObject | undefined)?.['code'];
}

export function errorMessage(answer: { readonly body: JsonObject }): unknown {
  return (answer.body['error'] as JsonObject | undefined)?.['message'];
}

export function idOf(answer: { readonly body: JsonObject }): string {
  return textOf(answer.body, 'id');
}

/** Names of the objects of a list. */
export function valuesOf(answer: { readonly body: JsonObject }, property: string): readonly unknown[] {
  return (answer.body['value'] as JsonObject[]).map((item) => item[property]);
}
