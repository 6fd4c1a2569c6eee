import type { Failure } from '../resource';
import { quotedList, suggestionOrList } from '../../src/estate/source/suggest';
import { hasUnknown, type Properties, textOf } from '../values';

/** Configuration keys with the environment variables that stand in for them, the first one set counts: those of azuread. */
const VARIABLES = {
  tenantId: ['ARM_TENANT_ID'],
  clientId: ['ARM_CLIENT_ID'],
  clientIdFilePath: ['ARM_CLIENT_ID_FILE_PATH'],
  clientSecret: ['ARM_CLIENT_SECRET'],
  clientSecretFilePath: ['ARM_CLIENT_SECRET_FILE_PATH'],
  clientCertificatePath: ['ARM_CLIENT_CERTIFICATE_PATH'],
  clientCertificatePassword: ['ARM_CLIENT_CERTIFICATE_PASSWORD'],
  oidcToken: ['ARM_OIDC_TOKEN'],
  oidcTokenFilePath: ['ARM_OIDC_TOKEN_FILE_PATH'],
  oidcRequestToken: ['ARM_OIDC_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SYSTEM_ACCESSTOKEN'],
  oidcRequestUrl: ['ARM_OIDC_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'SYSTEM_OIDCREQUESTURI'],
  adoPipelineServiceConnectionId: ['ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID', 'ARM_OIDC_AZURE_SERVICE_CONNECTION_ID'],
  environment: ['ARM_ENVIRONMENT'],
  metadataHost: ['ARM_METADATA_HOSTNAME'],
  msiEndpoint: ['ARM_MSI_ENDPOINT'],
  useOidc: ['ARM_USE_OIDC'],
  useMsi: ['ARM_USE_MSI'],
  useCli: ['ARM_USE_CLI'],
  useAksWorkloadIdentity: ['ARM_USE_AKS_WORKLOAD_IDENTITY'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Accepted because azuread has them, but without a meaning here. */
const IGNORED = ['disableTerraformPartnerId', 'partnerId', 'clientCertificate', 'version', 'pluginDownloadURL'];

export type ConfigKey = keyof typeof VARIABLES;

const KEYS = Object.keys(VARIABLES) as readonly ConfigKey[];
const FLAGS: readonly ConfigKey[] = ['useOidc', 'useMsi', 'useCli', 'useAksWorkloadIdentity'];
const ENVIRONMENTS = ['public', 'global', 'usgovernment', 'usgovernmentl4', 'usgovernmentl5', 'dod', 'china'];

/** Way to reach Graph, and who signs in. Text as it was given; an absent key has no entry. */
export type ProviderConfig = Readonly<Partial<Record<ConfigKey, string>>>;

/** Finds unknown keys and values that are not allowed, before anything is sent. */
export function checkConfig(values: Properties): readonly Failure[] {
  const failures: Failure[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined || hasUnknown(value) || IGNORED.includes(key)) continue;
    const problem = problemOf(key, textOf(value));
    if (problem !== undefined) failures.push({ property: key, reason: problem });
  }
  return failures;
}

function problemOf(key: string, value: string): string | undefined {
  if (!KEYS.includes(key as ConfigKey)) return `unknown key '${key}'; ${suggestionOrList(key, KEYS, 'known keys')}`;
  if (FLAGS.includes(key as ConfigKey) && !/^(true|false)$/i.test(value))
    return `must be true or false, got '${value}'`;
  if (key === 'environment' && !ENVIRONMENTS.includes(value.toLowerCase())) {
    return `must be one of ${quotedList(ENVIRONMENTS)}, got '${value}'`;
  }
  if (key === 'metadataHost' && /[/\s]/.test(value))
    return `must be host[:port] without scheme and path, got '${value}'`;
  return undefined;
}

/** Variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Configuration with the environment's variables for what it leaves out. */
export function resolveConfig(values: Properties, environment: Environment): ProviderConfig {
  const entries = KEYS.map((key) => [key, given(values[key]) ?? fromEnvironment(key, environment)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function given(value: Properties[string]): string | undefined {
  const text = textOf(value);
  return text === '' ? undefined : text;
}

function fromEnvironment(key: ConfigKey, environment: Environment): string | undefined {
  return VARIABLES[key].map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}

/** Tells whether a flag is on. */
export function isOn(config: ProviderConfig, key: ConfigKey, otherwise = false): boolean {
  const value = config[key];
  return value === undefined ? otherwise : value.toLowerCase() === 'true';
}
