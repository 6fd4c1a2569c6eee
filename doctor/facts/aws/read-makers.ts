import { paginateLookupEvents } from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import { callAws } from '../../../snapshot/aws-call';
import type { AssignmentMaker } from '../access-facts';
import type { IdentityCenterClients } from './aws-clients';

/** CloudTrail allows two look-ups a second and answers 50 events a page: about a quarter of a minute at most. */
const MAX_PAGES = 20;

/** A record of CloudTrail for sso:CreateAccountAssignment ('IAM Identity Center information in CloudTrail'). */
const Assigned = z.object({
  eventTime: z.string(),
  errorCode: z.string().optional(),
  userIdentity: z.object({ arn: z.string() }),
  requestParameters: z.object({
    permissionSetArn: z.string(),
    targetId: z.string(),
    principalType: z.string(),
    principalId: z.string(),
  }),
});

/** Who made assignments in the last 90 days, which is how far CloudTrail's event history goes; the latest first. @throws AwsCallError */
export async function readMakers({ cloudTrail }: IdentityCenterClients): Promise<readonly AssignmentMaker[]> {
  const call = { action: 'cloudtrail:LookupEvents', subject: 'who made assignments' };
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'CreateAccountAssignment' }];
  return callAws(call, async () => {
    const makers: AssignmentMaker[] = [];
    let pages = 0;
    for await (const page of paginateLookupEvents({ client: cloudTrail, pageSize: 50 }, { LookupAttributes })) {
      makers.push(...(page.Events ?? []).flatMap(({ CloudTrailEvent }) => makerOf(CloudTrailEvent)));
      pages += 1;
      if (pages === MAX_PAGES) break;
    }
    return makers;
  });
}

function makerOf(event: string | undefined): readonly AssignmentMaker[] {
  const { success, data } = Assigned.safeParse(event === undefined ? undefined : JSON.parse(event));
  if (!success || data.errorCode !== undefined) return [];
  const { permissionSetArn, targetId, principalType, principalId } = data.requestParameters;
  return [
    {
      set: permissionSetArn,
      account: targetId,
      principalType,
      principalId: principalId.toLowerCase(),
      by: data.userIdentity.arn,
      at: data.eventTime,
    },
  ];
}
