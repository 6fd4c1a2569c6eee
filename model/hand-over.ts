import type { FlowUse } from './customers';

/** Identifiers that pass from the customers program to the hosting stacks; none of them is secret. */
export const HAND_OVER_IDS = [
  'tenant-id',
  'api-client-id',
  'web-client-id',
  'api-read-scope',
  'api-write-scope',
  'sign-in-flow',
  'sign-in-metadata-url',
  'step-up-flow',
  'step-up-metadata-url',
  'profile-edit-metadata-url',
  'password-reset-metadata-url',
] as const;

export type HandOverId = (typeof HAND_OVER_IDS)[number];

/** Of every use: the parameter that holds the flow's metadata URL. */
export const METADATA_URL_IDS = {
  signIn: 'sign-in-metadata-url',
  stepUp: 'step-up-metadata-url',
  profileEdit: 'profile-edit-metadata-url',
  passwordReset: 'password-reset-metadata-url',
} as const satisfies Readonly<Record<FlowUse, HandOverId>>;

/** The scopes that the applications are written for. */
export const APPLICATION_SCOPES = { read: 'Accounts.Read', write: 'Accounts.Write' } as const;

/** Name of the SSM parameter (String) of an identifier: `/sandbox/customers/web-client-id`. */
export function parameterNameOf(estateName: string, id: HandOverId): string {
  return `/${estateName}/customers/${id}`;
}

/** Name of the SSM parameter (String) that is written last: a digest of everything that was handed over. */
export function versionParameterOf(estateName: string): string {
  return `/${estateName}/customers/version`;
}

/** Name of the secret with the client secret of the web application, as its plain text. */
export function clientSecretNameOf(estateName: string): string {
  return `${estateName}/customers/web-client-secret`;
}
