import { type InstanceKey, instanceKeyOf } from '../access/instance-key';
import type { Estate } from '../estate';
import type { DirectorySignIn, LeaversEntry } from './leavers/schema';
import type { AccountId } from '../../source/ids';
import type { Organization } from '../../source/organization';
import type { Workforce } from './workforce';
import type { Output } from '../../source/located';

/** Monitoring of the workforce: one stack, in the account and region that IAM Identity Center is deployed from. */
export interface Watch {
  readonly account: AccountId;
  readonly region: string;
  readonly emails: readonly string[];
  /** Day in UTC on which the SCIM token ends; absent without provisioning. */
  readonly scimTokenExpires?: string;
  /** Absent where nothing is done about people who have left, or the function can't sign in yet. */
  readonly leavers?: WatchedLeavers;
}

/** The function that looks for people who have left. */
export interface WatchedLeavers extends Leavers {
  readonly clientId: string;
  readonly signIn: DirectorySignIn;
  readonly tenantId: string;
  readonly identityStoreId: string;
  readonly instanceArn: string;
  /** The customer-managed key of IAM Identity Center, where there is one. */
  readonly instanceKey?: InstanceKey;
}

/** Plans the stack that watches; undefined where the estate has no alarm addresses. */
export function planWatch(estate: Estate, organization: Organization): Watch | undefined {
  const { workforce, access } = estate;
  if (workforce?.alarms === undefined) return undefined;
  const { managementAccountId, delegatedAdministrator, region } = organization;
  const scim = workforce.awsApplication?.scim;
  return {
    account:
      access?.deployFrom === 'delegated-admin' ? (delegatedAdministrator ?? managementAccountId) : managementAccountId,
    region,
    emails: workforce.alarms.emails,
    ...(scim && { scimTokenExpires: scim.tokenExpires }),
    ...watchedLeavers(workforce, organization, instanceKeyOf(estate, organization)),
  };
}

function watchedLeavers(
  { leavers, tenantId }: Workforce,
  { identityStoreId, instanceArn }: Organization,
  instanceKey: InstanceKey | undefined,
): Pick<Watch, 'leavers'> {
  if (leavers?.clientId === undefined || tenantId === undefined) return {};
  const { clientId, signIn } = leavers;
  if (signIn.kind === 'unsaid' || signIn.kind === 'both') return {};
  return {
    leavers: {
      ...leavers,
      clientId,
      signIn,
      tenantId,
      identityStoreId,
      instanceArn,
      ...(instanceKey && { instanceKey }),
    },
  };
}

export type Leavers = Output<typeof LeaversEntry>;
export type LeaversSchedule = Leavers['schedule'];
export type FederatedSignIn = Extract<DirectorySignIn, { readonly kind: 'federated' }>;

/** A federated credential of an application. */
export interface LeaversTrust {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

/** Trust of the application that reads who exists: in the function's role, which AWS attests. */
export function leaversTrust(estateName: string, { issuer, account }: FederatedSignIn): LeaversTrust {
  return {
    name: 'aws-leavers',
    issuer,
    subject: `arn:aws:iam::${account}:role/${leaversRoleName(estateName)}`,
    audiences: ['api://AzureADTokenExchange'],
  };
}

/** Display name of the application that reads who exists. */
export function leaversReaderName(estateName: string): string {
  return `AWS leavers (${estateName})`;
}

/** Name of the role that the function has, the same in every release: Entra ID trusts it by its ARN. */
export function leaversRoleName(estateName: string): string {
  return `${estateName}-leavers`;
}
