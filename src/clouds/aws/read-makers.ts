import { z } from 'zod';
import { AccountId, PermissionSetArn, PrincipalId } from '../../estate/source/ids';
import type { FoundMakers } from '../facts/access-facts';
import { failed, known, type Reading } from '../reading';
import type { IdentityCenterClients } from './aws-clients';
import { EVENTS_A_PAGE, lookUpEvents } from './look-up-events';

const MAX_PAGES = 20;

/** A run each hour, as late as one may start and CloudTrail may be, asks no further back than this. */
const LATEST_MS = 2 * 3_600_000;

/** One whom AWS lets in without an ARN, such as another service, has a kind. */
const Maker = z.union([
  z.object({ arn: z.string() }).transform(({ arn }) => arn),
  z.object({ type: z.string() }).transform(({ type }) => type),
]);

/** A record of CloudTrail for sso:CreateAccountAssignment that was no failure ('IAM Identity Center information in CloudTrail'). */
const Made = z.object({
  eventTime: z.string(),
  errorCode: z.undefined().optional(),
  userIdentity: Maker,
  requestParameters: z.object({
    permissionSetArn: PermissionSetArn,
    targetId: AccountId,
    principalType: z.string(),
    principalId: PrincipalId,
  }),
});

/** Moment since which all makers were read; unknown where runs each hour would leave a gap. */
export function readSince({ since, readEvents }: FoundMakers, from: Date, now: Date): Reading<Date> {
  if (since === undefined) return known(from);
  if (now.getTime() - since.getTime() >= LATEST_MS) return known(since);
  return failed(
    `CloudTrail has more than ${readEvents} attempts at an assignment in two hours, and those before ${since.toISOString()} were not read: run without --quick`,
  );
}

/** Reads who made assignments since a moment, at most 90 days ago, as far as the pages go. @throws AwsCallError */
export async function readMakers(clients: IdentityCenterClients, from?: Date): Promise<FoundMakers> {
  const lookUp = { name: 'CreateAccountAssignment', record: Made, maxPages: MAX_PAGES, ...(from && { from }) };
  const { records, isComplete, oldest = new Date() } = await lookUpEvents(clients, lookUp);
  const makers = records.map(({ eventTime, userIdentity, requestParameters }) => ({
    set: requestParameters.permissionSetArn,
    account: requestParameters.targetId,
    principalType: requestParameters.principalType,
    principalId: requestParameters.principalId,
    by: userIdentity,
    at: eventTime,
  }));
  return { makers, ...(!isComplete && { readEvents: MAX_PAGES * EVENTS_A_PAGE, since: oldest }) };
}
