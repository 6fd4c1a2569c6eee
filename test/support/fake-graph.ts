import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventsFlows } from './fake-graph-events-flows';
import { Identity } from './fake-graph-identity';
import { notFound, problem, type Body, type Reply, type Request, type Route } from './fake-graph-parts';
import { servicePrincipalRoutes } from './fake-graph-service-principals';
import { userFlowRoutes } from './fake-graph-user-flows';

/** What goes wrong with one request. */
export type Fault =
  | 'throttled'
  | 'unavailable'
  /** Done, but the connection breaks before the answer. */
  | 'lost'
  /** Done, but a gateway answers 504. */
  | 'gateway'
  /** A replica that does not know the object yet. */
  | 'missing'
  /** Refused for good; for a client that is to stop here. */
  | 'refused'
  /** Done, but then refused for good. */
  | 'done-then-refused'
  /** A replica that lags answers a read: with what it would have been before the last write, or before so many. */
  | `stale ${1 | 2 | 3}`
  /** Answered with this status, and not done. */
  | number;

const refused = problem(418, 'Stopped', 'The test stops the client here.');

/** The part of Microsoft Graph that the provider uses, in memory, over real HTTP. It refuses what it does not know. */
export class FakeGraph {
  readonly requests: Request[] = [];
  readonly identity = new Identity();
  readonly flows = userFlowRoutes(() => this.identity.attributes.values());
  readonly eventsFlows = new EventsFlows();
  readonly servicePrincipals = servicePrincipalRoutes();
  /** Decides what goes wrong with the request that comes as number `index`, counted from 0. */
  fault: (request: Request, index: number) => Fault | undefined = () => undefined;
  /** Decides which requests are done but never answered. */
  hold: (request: Request) => boolean = () => false;
  /** Reads so far, and what each would have answered before each of the writes since, the last one at the end. */
  private readonly reads = new Map<string, { readonly request: Request; readonly older: Reply[] }>();
  private readonly server: Server;
  private readonly routes: readonly Route[];

  constructor() {
    this.routes = [
      ...this.identity.routes,
      ...this.flows.routes,
      ...this.eventsFlows.routes,
      ...this.servicePrincipals.routes,
    ];
    this.server = createServer((request, response) => {
      void this.answer(request, response);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  /** Method and path of the requests since the last call. */
  take(): readonly string[] {
    return this.requests.splice(0).map(({ method, path }) => `${method} ${path}`);
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(incoming.url ?? '/', this.url);
    const request: Request = {
      method: incoming.method ?? 'GET',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      body: text === '' ? {} : (JSON.parse(text) as Body),
    };
    const fault = this.fault(request, this.requests.length);
    this.requests.push(request);
    if (!incoming.headers.authorization?.startsWith('Bearer ')) {
      send(response, problem(401, 'InvalidAuthenticationToken', 'Access token is empty.'));
    } else if (typeof fault === 'number') {
      send(response, problem(fault, 'Refused', 'This directory does not support it.'));
    } else if (fault === 'throttled') {
      response.setHeader('retry-after', '2');
      send(response, problem(429, 'TooManyRequests', 'Too many requests.'));
    } else if (fault === 'unavailable') {
      send(response, problem(503, 'ServiceUnavailable', 'Try again.'));
    } else if (fault === 'missing') {
      send(response, notFound);
    } else if (fault === 'refused') {
      send(response, refused);
    } else if (fault?.startsWith('stale ') === true && request.method === 'GET') {
      send(response, this.linked(this.stale(request, Number(fault.slice('stale '.length)))));
    } else {
      const reply = fault === 'done-then-refused' ? (this.handle(request), refused) : this.handle(request);
      if (this.hold(request)) return;
      if (fault === 'lost') response.destroy();
      else
        send(response, fault === 'gateway' ? problem(504, 'GatewayTimeout', 'No answer in time.') : this.linked(reply));
    }
  }

  /** Next links are absolute. */
  private linked({ status, body }: Reply): Reply {
    return { status, body: body && (JSON.parse(JSON.stringify(body).replaceAll('{graph}', this.url)) as unknown) };
  }

  /** A read of what did not exist when it was last read is answered as it is now. */
  private stale(request: Request, writes: number): Reply {
    return this.reads.get(keyOf(request))?.older.at(-writes) ?? this.answerTo(request);
  }

  private handle(request: Request): Reply {
    if (request.method === 'GET') {
      if (!this.reads.has(keyOf(request))) this.reads.set(keyOf(request), { request, older: [] });
    } else for (const { request: read, older } of this.reads.values()) older.push(structuredClone(this.answerTo(read)));
    return this.answerTo(request);
  }

  private answerTo(request: Request): Reply {
    for (const [method, pattern, handle] of this.routes) {
      const match = pattern.exec(request.path);
      if (match !== null && method === request.method) return handle(request, match.slice(1));
    }
    return problem(501, 'NotImplemented', `${request.method} ${request.path}`);
  }
}

function keyOf({ path, query }: Request): string {
  return `${path}?${query.toString()}`;
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.statusCode = status;
  if (body === undefined) response.end();
  else response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}
