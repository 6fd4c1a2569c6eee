import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { StandIn } from '../../support/stand-in';

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
export class FakeCloudTrail extends StandIn {
  events: readonly TrailEvent[] = [];
  isDenied = false;
  /** Whether there is always another page. */
  isEndless = false;

  static start(): Promise<FakeCloudTrail> {
    return new FakeCloudTrail().listen();
  }

  protected async reply(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = this.answer((await json(request)) as Lookup);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
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
