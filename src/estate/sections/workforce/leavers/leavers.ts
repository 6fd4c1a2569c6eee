import type { Output } from '../../../source/located';
import type { DirectorySignIn, LeaversEntry } from './schema';

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
