import type { DirectoryType } from '../customers/customers';
import type { Hosting } from './hosting';

/**
 * Names in AWS of the values that the customers program hands to the hosting, which `npx --no entra-aws deploy handoff` writes and the
 * hosting stacks read. Values never stand in a template.
 */

/**
 * Ids and addresses: SSM parameters of type String, `/<estate>/customers/<name>`. Which of them there are depends on the type
 * of the directory.
 */
export const HANDOFF_PARAMETERS = {
  /** Output `tenantId`. */
  tenantId: 'tenant-id',
  /** Output `apiClientId`. */
  apiClientId: 'api-client-id',
  /** Output `webClientId`. */
  webClientId: 'web-client-id',
  /** Outputs `userFlows.signIn.id` and `userFlows.signIn.metadataUrl`. */
  signInFlow: 'sign-in-flow',
  signInMetadataUrl: 'sign-in-metadata-url',
  /** Outputs `userFlows.stepUp.id` and `userFlows.stepUp.metadataUrl`. */
  stepUpFlow: 'step-up-flow',
  stepUpMetadataUrl: 'step-up-metadata-url',
  /** Output `userFlows.profileEdit.metadataUrl`. */
  profileEditMetadataUrl: 'profile-edit-metadata-url',
  /** Output `userFlows.passwordReset.metadataUrl`. */
  passwordResetMetadataUrl: 'password-reset-metadata-url',
  /** Of output `scopes`, the one that ends in `/Accounts.Read`. */
  readScope: 'read-scope',
  /** Of output `scopes`, the one that ends in `/Accounts.Write`. */
  writeScope: 'write-scope',
  /** Output `stepUpApiClientId`. */
  stepUpApiClientId: 'step-up-api-client-id',
  /**
   * Digest of everything that was handed over. Written last, when all other values are there: its change is the event that
   * redeploys the services.
   */
  version: 'version',
} as const;

export type HandoffParameter = keyof typeof HANDOFF_PARAMETERS;

/** Ids and addresses; the version is made from them. */
export type HandoffId = Exclude<HandoffParameter, 'version'>;

/** Values by id: those of the type of the directory. */
export type HandoffIds = Readonly<Partial<Record<HandoffId, string>>>;

type Variables = Readonly<Record<string, HandoffId>>;

/** Variables of the applications that have these values, wherever they run. */
export const HANDOFF_VARIABLES: Readonly<Record<DirectoryType, Readonly<Record<'api' | 'web', Variables>>>> = {
  b2c: variables(
    { STEP_UP_METADATA_URL: 'stepUpMetadataUrl', SIGN_IN_FLOW: 'signInFlow', STEP_UP_FLOW: 'stepUpFlow' },
    {
      STEP_UP_METADATA_URL: 'stepUpMetadataUrl',
      PROFILE_EDIT_METADATA_URL: 'profileEditMetadataUrl',
      PASSWORD_RESET_METADATA_URL: 'passwordResetMetadataUrl',
    },
  ),
  'external-id': variables({ STEP_UP_API_CLIENT_ID: 'stepUpApiClientId' }, {}),
};

/** Variables of both applications, with those that one type of the directory alone has. */
function variables(api: Variables, web: Variables): Readonly<Record<'api' | 'web', Variables>> {
  return {
    api: {
      TENANT_ID: 'tenantId',
      API_CLIENT_ID: 'apiClientId',
      WEB_CLIENT_ID: 'webClientId',
      SIGN_IN_METADATA_URL: 'signInMetadataUrl',
      ...api,
    },
    web: {
      WEB_CLIENT_ID: 'webClientId',
      SIGN_IN_METADATA_URL: 'signInMetadataUrl',
      ...web,
      API_READ_SCOPE: 'readScope',
      API_WRITE_SCOPE: 'writeScope',
    },
  };
}

/** Scopes of the API that the applications ask for, by their values. */
export const HANDOFF_SCOPES = { readScope: 'Accounts.Read', writeScope: 'Accounts.Write' } as const;

/** `/sandbox/customers/api-client-id` */
export function parameterName(estateName: string, parameter: HandoffParameter): string {
  return `/${estateName}/customers/${HANDOFF_PARAMETERS[parameter]}`;
}

/** Parameter with the client id of an application or API: `/sandbox/customers/portal-client-id`. */
export function clientIdName(estateName: string, application: string): string {
  return `/${estateName}/customers/${application}-client-id`;
}

/** Name in Secrets Manager of an application's client secret. The data stack creates it without a value. */
export function clientSecretName(estateName: string, application = 'web'): string {
  return `${estateName}/customers/${application}-client-secret`;
}

/** Names of everything that is handed over: parameters, the version among them, and secrets. */
export function handedOver(estateName: string, { services }: Pick<Hosting, 'services'>) {
  const version = parameterName(estateName, 'version');
  if (services.length === 0) {
    const names = Object.keys(HANDOFF_PARAMETERS) as HandoffParameter[];
    return {
      parameters: names.map((name) => parameterName(estateName, name)),
      secrets: [clientSecretName(estateName)],
    };
  }
  const { ids, secrets } = applicationsHandedOver({ services });
  return {
    parameters: [...ids.map((name) => clientIdName(estateName, name)), version],
    secrets: secrets.map((name) => clientSecretName(estateName, name)),
  };
}

/** Applications whose ids and secrets services of the estate have, each once. */
export function applicationsHandedOver({ services }: Pick<Hosting, 'services'>) {
  const variables = services.flatMap(({ environment }) => environment);
  const ids = variables.flatMap(({ clientId }) => clientId ?? []);
  const secrets = variables.flatMap(({ clientSecret }) => clientSecret ?? []);
  return { ids: [...new Set(ids)].toSorted(), secrets: [...new Set(secrets)].toSorted() };
}

/** Name in Secrets Manager of the keys that seal the web's sessions. Its first key is generated by the data stack. */
export function sessionKeysName(estateName: string): string {
  return `${estateName}/hosting/session-keys`;
}
