import { paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import type { z } from 'zod';
import { callAws } from './aws-call';
import type { IdentityCenterClients } from './aws-clients';

/** The most that CloudTrail answers with at once. */
export const EVENTS_A_PAGE = 50;

export interface LookUp<Event extends z.ZodType> {
  /** Name of the event: `CreateAccountAssignment`. */
  readonly name: string;
  /** Shape of CloudTrail's record; records of another shape are left out. */
  readonly record: Event;
  /** CloudTrail answers two look-ups a second, and 50 events each. */
  readonly maxPages: number;
  /** @default as far back as the history goes */
  readonly from?: Date;
  /** @default now */
  readonly to?: Date;
}

export interface FoundEvents<Event extends z.ZodType> {
  /** The latest first. */
  readonly records: readonly z.output<Event>[];
  /** True if nothing was left out for `maxPages`. */
  readonly isComplete: boolean;
  /** Time of the oldest event that was read, of whatever shape its record is. */
  readonly oldest?: Date | undefined;
}

/** Events of the last 90 days, which is how far CloudTrail's event history goes. @throws AwsCallError */
export async function lookUpEvents<Event extends z.ZodType>(
  { cloudTrail }: Pick<IdentityCenterClients, 'cloudTrail'>,
  { name, record, maxPages, from, to }: LookUp<Event>,
): Promise<FoundEvents<Event>> {
  const call = { action: 'cloudtrail:LookupEvents', subject: `the events ${name}` };
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: name }];
  const input = { LookupAttributes, ...(from && { StartTime: from }), ...(to && { EndTime: to }) };
  return callAws(call, async () => {
    const records: z.output<Event>[] = [];
    let pages = 0;
    let oldest: Date | undefined;
    for await (const page of paginateLookupEvents({ client: cloudTrail, pageSize: EVENTS_A_PAGE }, input)) {
      records.push(...(page.Events ?? []).flatMap(({ CloudTrailEvent }) => parsed(record, CloudTrailEvent)));
      oldest = page.Events?.at(-1)?.EventTime ?? oldest;
      pages += 1;
      if (pages >= maxPages) return { records, oldest, isComplete: page.NextToken === undefined };
    }
    return { records, oldest, isComplete: true };
  });
}

function parsed<Event extends z.ZodType>(record: Event, text = 'null'): readonly z.output<Event>[] {
  const { success, data } = record.safeParse(JSON.parse(text));
  return success ? [data] : [];
}
