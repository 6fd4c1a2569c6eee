import { z } from 'zod';
import { callAws } from '../aws-call';
import { SignedService } from '../signed-service';

const ACCOUNT = { host: 'account', signing: 'account', variable: 'ACCOUNT' };
/** Regions to enable exist in the partition `aws` alone, whose Account Management is here. */
const HOME = 'us-east-1';

const Status = z.object({ RegionOptStatus: z.string() });

/**
 * State of a Region in an account: `ENABLED`, `DISABLED` and others. The management account is asked for others, which takes
 * trusted access for Account Management, and must not name itself (Account Management, 'GetRegionOptStatus'). @throws AwsCallError
 */
export async function readRegionStatus(region: string, account: string, isOwn: boolean): Promise<string> {
  const service = new SignedService(ACCOUNT, { region: HOME });
  const call = { action: 'account:GetRegionOptStatus', subject: `the Region ${region} of the account ${account}` };
  const input = { RegionName: region, ...(!isOwn && { AccountId: account }) };
  try {
    const request = { path: '/getRegionOptStatus', input };
    return (await callAws(call, () => service.ask(request, Status))).RegionOptStatus;
  } finally {
    service.close();
  }
}
