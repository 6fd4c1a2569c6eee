import type { EstatePlan } from './planner';
import { cdkStacks } from './stacks/stacks';
import { policyReferences } from '../sections/access/policy-document';
import { stackSetNameOf } from '../sections/access/plan/rollouts';
import { pathAndName } from '../sections/access/sets/policy-changes';
import { boundaryArnOf, customerPolicyArnsOf, policyArnsOf } from '../sections/emergency/emergency-policies';
import { type CustomerManagedPolicy, type JsonObject, managedPolicyArn, type PermissionSet } from '../sections/estate';
import { hostedServicesOf } from '../sections/hosting/services';
import { POLICIES_OF_A_ROLE, SETS_OF_ACCOUNT, SETS_OF_INSTANCE } from '../sections/limits';
import { isOptInRegion } from '../source/aws-regions';
import { compareText } from '../source/finding';
import type { AccountId } from '../source/ids';

type AwsPlan = Pick<EstatePlan, 'estate' | 'access' | 'emergency'>;

/** A customer-managed policy that must be in an account before roles there can have it. */
export interface WantedPolicy {
  readonly account: AccountId;
  readonly policy: CustomerManagedPolicy;
  /** The stack set that brings it; absent where others keep it, or the account's own stack makes it. */
  readonly stackSet?: string;
  /** True if a deployment of the estate makes it. */
  readonly isMadeHere: boolean;
}

/** The customer-managed policies and boundaries of all accounts, each once, sorted by name and account. */
export function wantedPolicies(plan: AwsPlan): readonly WantedPolicy[] {
  const all = [...rolledOut(plan), ...referredTo(plan), ...ofEmergency(plan)];
  const byKey = new Map(all.toReversed().map((one) => [keyOf(one), one]));
  return [...byKey.values()].toSorted((a, b) => compareText(sortKeyOf(a), sortKeyOf(b)));
}

function keyOf({ account, policy }: WantedPolicy): string {
  return `${account} ${pathAndName(policy)}`;
}

function sortKeyOf({ account, policy }: WantedPolicy): string {
  return `${pathAndName(policy)} ${account}`;
}

/** Policies of the estate. Stack sets skip accounts that are not active. */
function rolledOut({ estate, access }: AwsPlan): readonly WantedPolicy[] {
  if (access === undefined) return [];
  return access.rollouts.flatMap(({ policy, members, isInManagement }): readonly WantedPolicy[] => [
    ...members
      .filter(({ state }) => state === 'ACTIVE')
      .map(({ id }) => ({
        account: id,
        policy,
        stackSet: stackSetNameOf(estate.name, policy.name),
        isMadeHere: true,
      })),
    ...(isInManagement ? [{ account: access.organization.managementAccountId, policy, isMadeHere: true }] : []),
  ]);
}

/** Policies that permission sets refer to, in the accounts in which they are assigned. */
function referredTo({ estate, access }: AwsPlan): readonly WantedPolicy[] {
  const sets = new Map((estate.access?.permissionSets ?? []).map((set) => [set.name, set]));
  return (access?.expansion.assignments ?? []).flatMap(({ account, permissionSet }) => {
    const set = sets.get(permissionSet);
    if (set === undefined) return [];
    return policyReferences(set).map((policy) => ({ account: account.id, policy, isMadeHere: false }));
  });
}

function ofEmergency({ emergency }: AwsPlan): readonly WantedPolicy[] {
  if (emergency === undefined) return [];
  return emergency.targets.flatMap(({ account, roles }) =>
    customerPolicyArnsOf(emergency, account.id, roles).map((arn) => ({
      account: account.id,
      policy: policyOfArn(arn),
      isMadeHere: false,
    })),
  );
}

/** `arn:aws:iam::111122223333:policy/team/Operator` by path and name. */
function policyOfArn(arn: string): CustomerManagedPolicy {
  const whole = arn.slice(arn.indexOf(':policy/') + ':policy'.length);
  const slash = whole.lastIndexOf('/');
  return { path: whole.slice(0, slash + 1), name: whole.slice(slash + 1) };
}

/** ARNs of the AWS managed policies that permission sets and emergency roles name, boundaries too, sorted. */
export function wantedManagedPolicies({ estate, access, emergency }: AwsPlan): readonly string[] {
  const partition = access?.organization.partition ?? emergency?.partition;
  if (partition === undefined) return [];
  const ofSets = (estate.access?.permissionSets ?? []).flatMap(({ managedPolicies, permissionsBoundary: boundary }) => [
    ...managedPolicies,
    ...(boundary?.kind === 'managed' ? [boundary.policy] : []),
  ]);
  const ofRoles = (emergency?.targets ?? []).flatMap(({ account, roles }) =>
    roles.flatMap((role) =>
      emergency === undefined
        ? []
        : [...policyArnsOf(emergency, account.id, role), ...[boundaryArnOf(emergency, account.id, role) ?? []].flat()],
    ),
  );
  const arns = [...ofSets.map((policy) => managedPolicyArn(policy, partition)), ...ofRoles];
  return [...new Set(arns.filter((arn) => arn.includes(':iam::aws:policy/')))].toSorted(compareText);
}

/** A policy document of the estate, and whose it is. */
export interface WantedDocument {
  /** `the inline policy of Developer` */
  readonly subject: string;
  readonly document: JsonObject;
}

/** Every inline policy of a permission set, and every customer-managed policy that the estate has the document of. */
export function wantedDocuments({ access }: EstatePlan['estate']): readonly WantedDocument[] {
  return [
    ...(access?.permissionSets ?? []).flatMap(({ name, inlinePolicy }) =>
      inlinePolicy === undefined ? [] : [{ subject: `the inline policy of ${name}`, document: inlinePolicy.document }],
    ),
    ...(access?.policies ?? []).flatMap((policy) =>
      policy.kind === 'own' ? [{ subject: `the policy ${policy.name}`, document: policy.document.document }] : [],
    ),
  ];
}

/** Managed policies of the roles that a permission set makes; the boundary is none of them. */
function policyCountOf({ managedPolicies, customerManagedPolicies }: PermissionSet): number {
  return managedPolicies.length + customerManagedPolicies.length;
}

/** Accounts in which a role gets more managed policies than IAM allows by default, each with the most of a role. */
function accountsAbovePolicyQuota({ estate, access }: AwsPlan): ReadonlyMap<AccountId, number> {
  const above = new Map(
    (estate.access?.permissionSets ?? [])
      .map((set) => [set.name, policyCountOf(set)] as const)
      .filter(([, count]) => count > POLICIES_OF_A_ROLE),
  );
  const found = new Map<AccountId, number>();
  for (const { account, permissionSet } of access?.expansion.assignments ?? []) {
    const count = above.get(permissionSet);
    if (count !== undefined) found.set(account.id, Math.max(count, found.get(account.id) ?? 0));
  }
  return found;
}

/** The most permission sets that the estate assigns in one account; none where it assigns nothing. */
function fullestAccount({ access }: AwsPlan): { readonly account: AccountId; readonly sets: number } | undefined {
  const byAccount = Map.groupBy(access?.expansion.assignments ?? [], ({ account }) => account.id);
  return [...byAccount]
    .map(([account, all]) => ({ account, sets: new Set(all.map(({ permissionSet }) => permissionSet)).size }))
    .toSorted((a, b) => b.sets - a.sets || compareText(a.account, b.account))[0];
}

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
type QuotaId = keyof typeof QUOTAS;

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
  return [...accessNeeds(plan), ...watchNeeds(plan), ...hostingNeeds(plan)];
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

function hostingNeeds({ estate }: EstatePlan): readonly QuotaNeed[] {
  const services = hostedServicesOf(estate);
  if (estate.hosting === undefined || services.length === 0) return [];
  const { account, region, platform } = estate.hosting;
  const open = services.filter(({ isPublic }) => isPublic).length;
  if (platform === 'app-runner') {
    return [
      { quota: 'app-runner-services', account, region, needed: services.length },
      { quota: 'web-acls', account, region, needed: open },
    ];
  }
  const vcpus = services.map(({ size: { cpu, maxInstances } }) => (cpu * maxInstances) / UNITS);
  return [
    { quota: 'fargate-vcpus', account, region, needed: Math.ceil(vcpus.reduce((sum, one) => sum + one, 0)) },
    // All share a load balancer, which has one.
    { quota: 'web-acls', account, region, needed: Math.min(open, 1) },
  ];
}

/** An account in which a Region must be enabled. */
export interface RegionNeed {
  readonly account: string;
  readonly region: string;
  /** Names of the stacks that come there, and the policies of the estate. */
  readonly what: string;
}

/**
 * Regions that accounts have to enable before anything is deployed to them: those of stacks, and that of IAM Identity Center, from
 * which stack sets bring policies to every account that gets some. Suspended accounts are left out.
 */
export function regionNeeds(plan: EstatePlan): readonly RegionNeed[] {
  const { organization, rollouts = [] } = plan.access ?? {};
  const members = new Set(rollouts.flatMap((rollout) => rollout.members.filter(({ state }) => state === 'ACTIVE')));
  const ofPolicies =
    organization === undefined
      ? []
      : [...members].map(({ id }) => ({ account: id, region: organization.region, what: 'customer-managed policies' }));
  const ofStacks = cdkStacks(plan).map(({ account, region, name }) => ({ account, region, what: `the stack ${name}` }));
  const needed = [...ofStacks, ...ofPolicies].filter(({ region }) => isOptInRegion(region));
  return [...Map.groupBy(needed, ({ account, region }) => `${account} ${region}`).values()].flatMap(
    ([first, ...rest]) =>
      first === undefined ? [] : [{ ...first, what: [first, ...rest].map(({ what }) => what).join(', ') }],
  );
}
