import {
  EMERGENCY_HOME_REGION,
  type EmergencyMembers,
  emergencyName,
  type EmergencyRole,
  signInUrl,
} from './emergency';
import type { Estate } from '../estate';
import { compareText } from '../../source/finding';
import type { AccountId } from '../../source/ids';
import type { Account, Organization } from '../../source/organization';

/** Emergency access with its accounts found: what both clouds are given. */
export interface EmergencyPlan {
  readonly estateName: string;
  readonly partition: string;
  readonly managementAccountId: AccountId;
  /** The account that people sign in to. */
  readonly account: Account;
  /** Of the identity provider and of the role that people sign in to. */
  readonly name: string;
  /** Sign-in addresses of AWS, the preferred one first. */
  readonly signInUrls: readonly string[];
  readonly sessionSeconds: number;
  /** SAML metadata of the identity provider; absent until the file is there. */
  readonly metadata?: string;
  /** Accounts with roles, sorted by id. */
  readonly targets: readonly EmergencyTarget[];
  readonly emails: readonly string[];
  /** Regions in which uses are listened for besides us-east-1, sorted. */
  readonly alarmRegions: readonly string[];
  /** Absent where the identity provider is another one than Entra ID. */
  readonly members?: EmergencyMembers;
}

/** An account and the roles in it. */
export interface EmergencyTarget {
  readonly account: Account;
  /** Sorted by name. */
  readonly roles: readonly EmergencyRole[];
}

/** A stack of the emergency access. */
export interface EmergencyStack {
  readonly name: string;
  readonly role: 'emergency' | 'emergency-roles' | 'emergency-alarms';
  readonly account: AccountId;
  readonly region: string;
}

/** The accounts that a text names: by id, or by name, which several may have. */
export function accountsNamed(
  { accounts, accountById }: Pick<Organization, 'accounts' | 'accountById'>,
  text: string,
): readonly Account[] {
  const byId = accountById.get(text);
  return byId === undefined ? accounts.filter(({ name }) => name === text) : [byId];
}

/** Undefined where there is none, or its account is not known; roles in accounts that are not known are left out. */
export function planEmergency(
  { emergency, name }: Estate,
  organization: Organization,
  metadata: string | undefined,
): EmergencyPlan | undefined {
  const [account] = emergency === undefined ? [] : accountsNamed(organization, emergency.account.text);
  if (emergency === undefined || account === undefined) return undefined;
  const { signInRegions, sessionDuration, alarms, application } = emergency;
  const regions = [...signInRegions, ...alarms.regions].map(({ text }) => text);
  return {
    estateName: name,
    partition: organization.partition,
    managementAccountId: organization.managementAccountId,
    account,
    name: emergencyName(name),
    signInUrls: unique(signInRegions.map(({ text }) => signInUrl(text))),
    sessionSeconds: sessionDuration.seconds,
    ...(metadata !== undefined && { metadata }),
    targets: targetsOf(emergency.roles, organization),
    emails: alarms.emails,
    alarmRegions: unique(regions.filter((region) => region !== EMERGENCY_HOME_REGION)).toSorted(compareText),
    ...(application && { members: application.members }),
  };
}

function targetsOf(roles: readonly EmergencyRole[], organization: Organization): readonly EmergencyTarget[] {
  const pairs = roles.flatMap((role) =>
    unique(role.accounts.map(({ text }) => text))
      .flatMap((text) => accountsNamed(organization, text))
      .map((account) => ({ account, role })),
  );
  return [...Map.groupBy(pairs, ({ account }) => account)]
    .map(([account, some]) => ({
      account,
      roles: unique(some.map(({ role }) => role)).toSorted((one, other) => compareText(one.name, other.name)),
    }))
    .toSorted((one, other) => compareText(one.account.id, other.account.id));
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

/** The stacks, none until there is metadata; the first one comes before the others. */
export function emergencyStacks({
  name,
  account,
  metadata,
  alarmRegions,
  targets,
}: EmergencyPlan): readonly EmergencyStack[] {
  if (metadata === undefined) return [];
  const home = { account: account.id, region: EMERGENCY_HOME_REGION };
  return [
    { name, role: 'emergency', ...home },
    ...alarmRegions.map((region) => ({
      ...home,
      name: `${name}-alarms-${region}`,
      role: 'emergency-alarms' as const,
      region,
    })),
    ...targets.map((target) => ({
      name: `${name}-${target.account.id}`,
      role: 'emergency-roles' as const,
      account: target.account.id,
      region: EMERGENCY_HOME_REGION,
    })),
  ];
}

/** ARN of something of IAM in the account that people sign in to. */
function arnOf({ partition, account, name }: EmergencyPlan, kind: 'role' | 'saml-provider'): string {
  return `arn:${partition}:iam::${account.id}:${kind}/${name}`;
}

/** ARN of the role that people sign in to. */
export function signInRoleArn(plan: EmergencyPlan): string {
  return arnOf(plan, 'role');
}

export function samlProviderArn(plan: EmergencyPlan): string {
  return arnOf(plan, 'saml-provider');
}

/** ARN of an emergency role in an account. */
export function emergencyRoleArn({ partition }: EmergencyPlan, { id }: Account, { name }: EmergencyRole): string {
  return `arn:${partition}:iam::${id}:role/${name}`;
}

/** Name of the role by which the pipeline reads the emergency access, the same in each of its accounts. */
export function emergencyReaderName(estateName: string): string {
  return `${estateName}-emergency-reader`;
}

/** ARNs of these roles: one in each account of the emergency access, sorted. */
export function emergencyReaderArns({ estateName, partition, account, targets }: EmergencyPlan): readonly string[] {
  const accounts = [account, ...targets.map((target) => target.account)].map(({ id }) => id);
  return [...new Set(accounts)]
    .toSorted()
    .map((id) => `arn:${partition}:iam::${id}:role/${emergencyReaderName(estateName)}`);
}

/** Every call that the drill makes in an account. All of them only read, and none reads what somebody stores. */
export const DRILL_ACTIONS: readonly string[] = [
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetEventSelectors',
  'cloudtrail:GetTrailStatus',
  'events:DescribeEventBus',
  'events:ListRules',
  'events:ListTargetsByRule',
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:GetSAMLProvider',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
  'iam:ListRoles',
  'sns:GetSubscriptionAttributes',
  'sns:GetTopicAttributes',
  'sns:ListSubscriptionsByTopic',
];
