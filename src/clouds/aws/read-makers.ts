import { z } from 'zod';
import { AccountId, PermissionSetArn, PrincipalId } from '../../estate/source/ids';
import type { FoundMakers } from '../facts/access-facts';
import type { IdentityCenterClients } from './aws-clients';
import { EVENTS_A_PAGE, lookUpEvents } from './look-up-events';

const MAX_PAGES = 20;

/** A record of CloudTrail for sso:CreateAccountAssignment that was no failure ('IAM Identity Center information in CloudTrail'). */
const Assigned = z.object({
  eventTime: z.string(),
  errorCode: z.undefined().optional(),
  userIdentity: z.object({ arn: z.string() }),
  requestParameters: z.object({
    permissionSetArn: PermissionSetArn,
    targetId: AccountId,
    principalType: z.string(),
    principalId: PrincipalId,
  }),
});

/** Reads who made assignments in the last 90 days, as far as the pages go. @throws AwsCallError */
export async function readMakers(clients: IdentityCenterClients): Promise<FoundMakers> {
  const lookUp = { name: 'CreateAccountAssignment', record: Assigned, maxPages: MAX_PAGES };
  const { records, isComplete } = await lookUpEvents(clients, lookUp);
  const makers = records.map(({ eventTime, userIdentity, requestParameters }) => ({
    set: requestParameters.permissionSetArn,
    account: requestParameters.targetId,
    principalType: requestParameters.principalType,
    principalId: requestParameters.principalId,
    by: userIdentity.arn,
    at: eventTime,
  }));
  return { makers, ...(!isComplete && { readEvents: MAX_PAGES * EVENTS_A_PAGE }) };
}
