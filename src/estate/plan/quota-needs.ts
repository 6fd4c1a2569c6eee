import { POLICIES_OF_A_ROLE, SETS_OF_ACCOUNT, SETS_OF_INSTANCE } from '../sections/limits';
import type { Hosting } from '../sections/hosting/hosting';
import type { EstatePlan } from './planner';
import { accountsAbovePolicyQuota, fullestAccount } from './prerequisites';

/** A quota of AWS, by the codes that Service Quotas has for it. */
export interface Quota {
  readonly service: string;
  readonly code: string;
  /** Things that are counted, in the plural. */
  readonly label: string;
  /** Value before somebody raised it, where AWS documents one. */
  readonly default?: number;
}

/**
 * Quotas that a deployment may meet. The codes are those that Service Quotas lists (`aws service-quotas list-service-quotas`), as
 * public repositories have them; the defaults are of the pages 'Quotas' of each service.
 */
export const QUOTAS = {
  'sets-of-instance': {
    service: 'sso',
    code: 'L-B44C7A29',
    label: 'permission sets in the instance',
    default: SETS_OF_INSTANCE,
  },
  'sets-of-account': {
    service: 'sso',
    code: 'L-89954265',
    label: 'permission sets in one account',
    default: SETS_OF_ACCOUNT,
  },
  'policies-of-role': {
    service: 'iam',
    code: 'L-0DA4ABF3',
    label: 'managed policies of a role',
    default: POLICIES_OF_A_ROLE,
  },
  'lambda-concurrency': { service: 'lambda', code: 'L-B99A9384', label: 'Lambda executions at once' },
  'app-runner-services': { service: 'apprunner', code: 'L-69F96A0C', label: 'App Runner services' },
  'fargate-vcpus': { service: 'fargate', code: 'L-3032A538', label: 'vCPUs of Fargate' },
  'web-acls': { service: 'wafv2', code: 'L-2EC3DE7B', label: 'web ACLs of WAF in the Region' },
} as const satisfies Readonly<Record<string, Quota>>;
export type QuotaId = keyof typeof QUOTAS;

/** Share of a quota that an estate takes. */
export interface QuotaNeed {
  readonly quota: QuotaId;
  readonly account: string;
  readonly region: string;
  /** Number that the estate takes of it, beside what is there. */
  readonly needed: number;
}

/** The quotas that an estate takes something of. */
export function quotaNeeds(plan: EstatePlan): readonly QuotaNeed[] {
  return [...accessNeeds(plan), ...watchNeeds(plan), ...hostingNeeds(plan.estate.hosting)];
}

function accessNeeds(plan: EstatePlan): readonly QuotaNeed[] {
  const { estate, access } = plan;
  if (access === undefined) return [];
  const { managementAccountId: account, region, partition } = access.organization;
  const most = fullestAccount(plan);
  const needed = estate.access?.permissionSets.length ?? 0;
  return [
    { quota: 'sets-of-instance', account, region, needed },
    ...(most === undefined ? [] : [{ quota: 'sets-of-account', account, region, needed: most.sets } as const]),
    ...[...accountsAbovePolicyQuota(plan)].map(
      ([id, count]) =>
        ({ quota: 'policies-of-role', account: id, region: iamRegion(partition), needed: count }) as const,
    ),
  ];
}

/** Region in which Service Quotas has those of IAM: the one of its control plane. */
function iamRegion(partition: string): string {
  const regions: Readonly<Record<string, string>> = {
    'aws-us-gov': 'us-gov-west-1',
    'aws-cn': 'cn-north-1',
    'aws-eusc': 'eusc-de-east-1',
  };
  return regions[partition] ?? 'us-east-1';
}

/** The function that looks for people who have left runs once at a time. */
function watchNeeds({ watch }: EstatePlan): readonly QuotaNeed[] {
  if (watch?.leavers === undefined) return [];
  return [{ quota: 'lambda-concurrency', account: watch.account, region: watch.region, needed: 1 }];
}

/** CPU units of a vCPU (Amazon ECS Developer Guide, 'Task CPU and memory'). */
const UNITS = 1024;

function hostingNeeds(hosting: Hosting | undefined): readonly QuotaNeed[] {
  if (hosting === undefined) return [];
  const { account, region, platform, web, api, privateApi } = hosting;
  if (platform === 'app-runner') {
    const acls = privateApi === undefined ? 2 : 1;
    return [
      { quota: 'app-runner-services', account, region, needed: 2 },
      { quota: 'web-acls', account, region, needed: acls },
    ];
  }
  const vcpus = [web, api].map(({ cpu, maxInstances }) => (cpu * maxInstances) / UNITS);
  return [
    { quota: 'fargate-vcpus', account, region, needed: Math.ceil(vcpus.reduce((sum, one) => sum + one, 0)) },
    // Both services share a load balancer, which has one.
    { quota: 'web-acls', account, region, needed: 1 },
  ];
}
