import { AppRunnerClient, paginateListServices } from '@aws-sdk/client-apprunner';
import { z } from 'zod';
import { type QuotaNeed, QUOTAS } from '../../../estate/plan/prerequisites';
import { callAws, readPages } from '../aws-call';
import { awsConfig } from '../aws-config';
import type { Credentials } from '../account-credentials';
import { ServiceError, SignedService } from '../signed-service';

const SERVICE_QUOTAS = { host: 'servicequotas', signing: 'servicequotas', variable: 'SERVICE_QUOTAS' };
const WAF = { host: 'wafv2', signing: 'wafv2', variable: 'WAFV2' };

const Value = z.object({ Quota: z.object({ Value: z.number() }) });

/**
 * Value of a quota in an account and Region: the applied one, or the default where Service Quotas has no other ('If the applied
 * quota value is not available for a quota, the quota is not retrieved'). @throws AwsCallError
 */
export async function readQuota({ quota, region }: QuotaNeed, credentials: Credentials): Promise<number> {
  const { service: ServiceCode, code: QuotaCode, label } = QUOTAS[quota];
  const service = new SignedService(SERVICE_QUOTAS, { region, credentials });
  const ask = (operation: string): Promise<number> => {
    const call = { action: `servicequotas:${operation}`, subject: `the quota of ${label}` };
    const request = { target: `ServiceQuotasV20190624.${operation}`, input: { ServiceCode, QuotaCode } };
    return callAws(call, async () => (await service.ask(request, Value)).Quota.Value);
  };
  try {
    return await ask('GetServiceQuota').catch((error: unknown) => {
      if (isMissing(error)) return ask('GetAWSDefaultServiceQuota');
      throw error;
    });
  } finally {
    service.close();
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && error.cause instanceof ServiceError && error.cause.name === 'NoSuchResourceException'
  );
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

const WebAcls = z.object({ WebACLs: z.array(z.unknown()).default([]), NextMarker: z.string().nullish() });

/** Most that ListWebACLs answers in one page. */
const ACLS_PER_PAGE = 100;

async function countWebAcls(region: string, credentials: Credentials): Promise<number> {
  const service = new SignedService(WAF, { region, credentials });
  const call = { action: 'wafv2:ListWebACLs', subject: 'the web ACLs' };
  let count = 0;
  let marker: string | undefined;
  try {
    do {
      const input = { Scope: 'REGIONAL', Limit: ACLS_PER_PAGE, ...(marker !== undefined && { NextMarker: marker }) };
      const request = { target: 'AWSWAF_20190729.ListWebACLs', input };
      const { WebACLs, NextMarker } = await callAws(call, () => service.ask(request, WebAcls));
      count += WebACLs.length;
      // WAF answers a marker with the last page, too.
      marker = WebACLs.length < ACLS_PER_PAGE ? undefined : (NextMarker ?? undefined);
    } while (marker !== undefined);
    return count;
  } finally {
    service.close();
  }
}
