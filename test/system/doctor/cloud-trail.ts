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
  /** More of the record, or other values in it. */
  readonly record?: Readonly<Record<string, unknown>>;
}

/** Answers LookupEvents as CloudTrail documents it: moto does not have it. */
export class FakeCloudTrail {
  events: readonly TrailEvent[] = [];
  isDenied = false;
  /** Whether there is always another page. */
  isEndless = false;

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

  private answer({ LookupAttributes: [wanted], StartTime = 0, EndTime = Infinity }: Lookup): {
    readonly status: number;
    readonly body: unknown;
  } {
    if (this.isDenied) return { status: 400, body: { __type: 'AccessDeniedException', message: 'not authorized' } };
    const isWithin = (at: string): boolean => {
      const seconds = Date.parse(at) / 1000;
      return StartTime <= seconds && seconds <= EndTime;
    };
    const events = this.events.filter(({ name, at }) => name === wanted?.AttributeValue && isWithin(at));
    const more = this.isEndless ? { NextToken: 'more' } : {};
    return { status: 200, body: { Events: events.map(recordOf), ...more } };
  }
}

interface Lookup {
  readonly LookupAttributes: readonly { readonly AttributeValue: string }[];
  /** Seconds since 1970. */
  readonly StartTime?: number;
  readonly EndTime?: number;
}

function recordOf({
  name,
  by,
  at,
  parameters,
  additional,
  record: more,
}: TrailEvent): Readonly<Record<string, unknown>> {
  const record = {
    eventName: name,
    eventTime: at,
    userIdentity: { arn: by },
    requestParameters: parameters ?? null,
    ...(additional && { additionalEventData: additional }),
    ...more,
  };
  return { EventName: name, EventTime: Date.parse(at) / 1000, CloudTrailEvent: JSON.stringify(record) };
}
