import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';

/** A record of CloudTrail, as LookupEvents gives it. */
export interface TrailEvent {
  readonly name: string;
  readonly by: string;
  readonly at: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly additional?: Readonly<Record<string, unknown>>;
}

/** Answers LookupEvents as CloudTrail documents it: moto does not have it. */
export class FakeCloudTrail {
  events: readonly TrailEvent[] = [];
  isDenied = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeCloudTrail> {
    const server = createServer();
    const trail = new FakeCloudTrail(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { status, body } = trail.answer(JSON.parse(Buffer.concat(chunks).toString()) as Lookup);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(body));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return trail;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer({ LookupAttributes: [wanted] }: Lookup): { readonly status: number; readonly body: unknown } {
    if (this.isDenied) return { status: 400, body: { __type: 'AccessDeniedException', message: 'not authorized' } };
    const events = this.events.filter(({ name }) => name === wanted?.AttributeValue);
    return { status: 200, body: { Events: events.map(recordOf) } };
  }
}

interface Lookup {
  readonly LookupAttributes: readonly { readonly AttributeValue: string }[];
}

function recordOf({ name, by, at, parameters, additional }: TrailEvent): Readonly<Record<string, unknown>> {
  const record = {
    eventName: name,
    eventTime: at,
    userIdentity: { arn: by },
    requestParameters: parameters ?? null,
    ...(additional && { additionalEventData: additional }),
  };
  return { EventName: name, EventTime: Date.parse(at) / 1000, CloudTrailEvent: JSON.stringify(record) };
}
