import {
  createDefaultHttpClient,
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  decompressResponsePolicy,
  proxyPolicy,
  redirectPolicy,
  setClientRequestIdPolicy,
  type HttpClient,
  type HttpMethods,
  type Pipeline,
  type PipelinePolicy,
} from '@azure/core-rest-pipeline';
import { CanceledError } from './error';

/** An answer of any status. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly header: (name: string) => string | undefined;
}

export interface Message {
  readonly method: HttpMethods;
  readonly url: string;
  readonly body?: unknown;
}

/** Gives the access token for a request. */
export type TokenSource = () => Promise<string>;

/** Longer than Graph takes for anything; beyond it the answer is lost. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Hosts as `URL` spells them. */
const THIS_MACHINE = /^(?:localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/;

/** Sends single requests over HTTP: no retries here, since only the caller knows what may be sent twice. */
export class Transport {
  private readonly pipeline: Pipeline;
  private readonly http: HttpClient;

  constructor(
    token: TokenSource | undefined,
    private readonly signal: AbortSignal,
    private readonly userAgent = 'pulumi-resource-entragraph',
  ) {
    this.pipeline = createEmptyPipeline();
    for (const policy of [proxyPolicy(), decompressResponsePolicy(), setClientRequestIdPolicy('client-request-id')]) {
      this.pipeline.addPolicy(policy);
    }
    this.pipeline.addPolicy(redirectPolicy());
    if (token !== undefined) this.pipeline.addPolicy(bearer(token), { phase: 'Sign' });
    this.http = createDefaultHttpClient();
  }

  async send({ method, url, body }: Message): Promise<Answer> {
    const headers = createHttpHeaders({ accept: 'application/json', 'user-agent': this.userAgent });
    if (body !== undefined) headers.set('content-type', 'application/json');
    const request = createPipelineRequest({
      url,
      method,
      headers,
      timeout: ANSWER_TIMEOUT_MS,
      abortSignal: this.signal,
      // Plain HTTP carries a token only to this machine.
      allowInsecureConnection: THIS_MACHINE.test(new URL(url).hostname),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const response = await this.pipeline.sendRequest(this.http, request).catch((error: unknown) => {
      // The library tells an end that was asked for and one for want of an answer in the same words.
      throw this.signal.aborted ? new CanceledError() : error;
    });
    return {
      status: response.status,
      // 204 has none.
      body: response.bodyAsText ?? '',
      header: (name) => response.headers.get(name),
    };
  }
}

/** The library's own policy refuses http, which a stand-in for Graph on this machine speaks. */
function bearer(token: TokenSource): PipelinePolicy {
  return {
    name: 'entragraph-bearer',
    sendRequest: async (request, next) => {
      request.headers.set('authorization', `Bearer ${await token()}`);
      return next(request);
    },
  };
}
