import { AppRunnerClient, paginateListServices } from '@aws-sdk/client-apprunner';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { ListWebACLsCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { type QuotaNeed, QUOTAS } from '../../../estate/plan/prerequisites';
import { callAws, readPages, required } from '../aws-call';
import { awsConfig } from '../aws-config';
import type { Credentials } from '../account-credentials';

/**
 * Value of a quota in an account and Region: the applied one, or the default where Service Quotas has no other ('If the applied
 * quota value is not available for a quota, the quota is not retrieved'). @throws AwsCallError
 */
export async function readQuota({ quota, region }: QuotaNeed, credentials: Credentials): Promise<number> {
  const { service: ServiceCode, code: QuotaCode, label } = QUOTAS[quota];
  const input = { ServiceCode, QuotaCode };
  const client = new ServiceQuotasClient({ ...awsConfig(region), credentials });
  const subject = `the quota of ${label}`;
  const applied = { action: 'servicequotas:GetServiceQuota', subject };
  const usual = { action: 'servicequotas:GetAWSDefaultServiceQuota', subject };
  try {
    const { Quota } = await callAws(applied, () => client.send(new GetServiceQuotaCommand(input)));
    return required(Quota?.Value, applied, 'Value');
  } catch (error) {
    if (!(error instanceof Error && error.cause instanceof NoSuchResourceException)) throw error;
    const { Quota } = await callAws(usual, () => client.send(new GetAWSDefaultServiceQuotaCommand(input)));
    return required(Quota?.Value, usual, 'Value');
  }
}

/** Number of what a quota counts, where it can be listed; undefined otherwise. @throws AwsCallError */
export function readUse({ quota, region }: QuotaNeed, credentials: Credentials): Promise<number> | undefined {
  if (quota === 'app-runner-services') return countServices(region, credentials);
  if (quota === 'web-acls') return countWebAcls(region, credentials);
  return undefined;
}

async function countServices(region: string, credentials: Credentials): Promise<number> {
  const client = new AppRunnerClient({ ...awsConfig(region), credentials });
  const call = { action: 'apprunner:ListServices', subject: 'the services of App Runner' };
  const services = await readPages(call, paginateListServices({ client }, {}), (page) => page.ServiceSummaryList);
  client.destroy();
  return services.length;
}

/** Most that ListWebACLs answers in one page. */
const ACLS_PER_PAGE = 100;

async function countWebAcls(region: string, credentials: Credentials): Promise<number> {
  const client = new WAFV2Client({ ...awsConfig(region), credentials });
  const call = { action: 'wafv2:ListWebACLs', subject: 'the web ACLs' };
  let count = 0;
  let marker: string | undefined;
  do {
    const command = new ListWebACLsCommand({ Scope: 'REGIONAL', Limit: ACLS_PER_PAGE, NextMarker: marker });
    const { WebACLs = [], NextMarker } = await callAws(call, () => client.send(command));
    count += WebACLs.length;
    // WAF answers a marker with the last page, too.
    marker = WebACLs.length < ACLS_PER_PAGE ? undefined : NextMarker;
  } while (marker !== undefined);
  return count;
}
