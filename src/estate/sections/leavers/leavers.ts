import type { Path } from '../../source/finding';

/** What is done about people who have left, in the Identity Store of AWS. */
export interface Leavers {
  readonly at: Path;
  /** Client id of the application in Entra ID that reads who exists. Absent until the workforce program made it. */
  readonly clientId?: string;
  /** How the function signs in as that application; a check refuses all but one way. */
  readonly signIn: DirectorySignIn | UnclearSignIn;
  /** Days that somebody must be gone before anything is done. Absent where the file has no whole days; a check says so. */
  readonly gracePeriodDays?: number;
  /** Whether users are removed; otherwise they are reported. */
  readonly deletes: boolean;
  /** Users that one run may remove. With more that are due, it removes nobody. */
  readonly maxPerRun: number;
  /** The same in percent of the users at AWS, and the percentage of people that Entra ID may lack before it is not believed. */
  readonly maxShare: number;
  /** AWS user names that are never touched. */
  readonly breakGlassUsers: readonly string[];
  readonly schedule: LeaversSchedule;
}

export type LeaversSchedule = 'daily' | 'weekly';

export type DirectorySignIn =
  /** By the function's own role, which AWS attests: the issuer of the account that the function runs in. */
  | { readonly kind: 'federated'; readonly issuer: string; readonly account: string }
  /** By a client secret in Secrets Manager. */
  | { readonly kind: 'secret'; readonly secretArn: string };

export type FederatedSignIn = Extract<DirectorySignIn, { readonly kind: 'federated' }>;

/** A federated credential of an application. */
export interface LeaversTrust {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

/** The file has neither way, or both. */
type UnclearSignIn = { readonly kind: 'unsaid' } | { readonly kind: 'both' };

export const LEAVERS_DEFAULTS = {
  gracePeriod: 'P30D',
  delete: false,
  maxPerRun: 10,
  maxShare: 5,
  schedule: 'daily',
} as const;

export const GRACE_DAYS = { min: 1, max: 365 } as const;
export const PER_RUN = { min: 1, max: 100 } as const;
/** Percent. */
export const SHARE = { min: 1, max: 50 } as const;

/** Issuer of an account's outbound identity federation, as `aws iam enable-outbound-web-identity-federation` answers it. */
export const TOKEN_ISSUER = /^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/;

export const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}$/;

/** Who is trusted to act as the application that reads who exists: the function's role, which AWS attests. */
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
