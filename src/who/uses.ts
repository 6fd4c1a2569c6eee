import { z } from 'zod';
import type { IdentityCenterClients } from '../clouds/aws/aws-clients';
import { lookUpEvents } from '../clouds/aws/look-up-events';
import { compareText } from '../estate/source/finding';

/** Somebody took the credentials of a permission set. */
export interface Use {
  readonly permissionSet: string;
  /** Account id. */
  readonly account: string;
  /** ISO 8601. */
  readonly at: string;
  /** Way in which it was done: in the access portal, or with credentials for the command line. */
  readonly way: 'console' | 'credentials';
}

export interface Uses {
  /** The earliest first. */
  readonly uses: readonly Use[];
  /** True if there were more events than are read. */
  readonly isComplete: boolean;
}

/** Days that CloudTrail's event history goes back ('Working with CloudTrail event history'). */
export const EVENT_HISTORY_DAYS = 90;
/** Hours before the moment and after it that are looked at. */
export const HOURS_AROUND = 12;

const MAX_PAGES = 20;
const HOUR_MS = 3_600_000;
const WAYS = { Federate: 'console', GetRoleCredentials: 'credentials' } as const;

const Details = z.object({ role_name: z.string(), account_id: z.string() });

/**
 * A record of the access portal that was no failure. It tells the user by the identity store's id; the name that older
 * records have is gone ('CloudTrail use cases for IAM Identity Center').
 */
const Used = z.object({
  eventTime: z.string(),
  errorCode: z.undefined().optional(),
  userIdentity: z.object({ onBehalfOf: z.object({ userId: z.string() }) }),
  serviceEventDetails: Details.nullish().catch(undefined),
  requestParameters: Details.nullish().catch(undefined),
});

/** Reads what somebody used around a moment, in the region of IAM Identity Center. @throws AwsCallError */
export async function readUses(
  clients: IdentityCenterClients,
  { userId, when }: { /** In the identity store. */ readonly userId: string; readonly when: Date },
): Promise<Uses> {
  const from = new Date(when.getTime() - HOURS_AROUND * HOUR_MS);
  const to = new Date(when.getTime() + HOURS_AROUND * HOUR_MS);
  const found: Uses[] = [];
  for (const [name, way] of Object.entries(WAYS)) {
    const { records, isComplete } = await lookUpEvents(clients, { name, record: Used, maxPages: MAX_PAGES, from, to });
    const uses = records
      .filter(({ userIdentity }) => userIdentity.onBehalfOf.userId === userId)
      .flatMap((record) => usesIn(record, way));
    found.push({ uses, isComplete });
  }
  return {
    uses: found.flatMap(({ uses }) => uses).toSorted((a, b) => compareText(a.at, b.at)),
    isComplete: found.every(({ isComplete }) => isComplete),
  };
}

function usesIn(record: z.output<typeof Used>, way: Use['way']): readonly Use[] {
  const details = record.serviceEventDetails ?? record.requestParameters;
  if (details == null) return [];
  return [{ permissionSet: details.role_name, account: details.account_id, at: record.eventTime, way }];
}
