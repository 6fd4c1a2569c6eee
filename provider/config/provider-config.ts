import type { Failure } from '../resource';
import { quotedList, suggestionOrList } from '../../src/text/suggest';
import { hasUnknown, type Properties, textOf } from '../values';

/** A key of the configuration. */
interface Setting {
  /** Environment variables that stand in for it, the first one set counts: those of azuread. */
  readonly variables: readonly string[];
  readonly meaning: string;
  /** True if it is true or false, in whatever case. */
  readonly isFlag?: true;
  readonly isSecret?: true;
}

/** Keys of the configuration: azuread's, with azuread's meaning. */
export const SETTINGS = {
  tenantId: { variables: ['ARM_TENANT_ID'], meaning: 'The directory (tenant) id.' },
  clientId: { variables: ['ARM_CLIENT_ID'], meaning: 'Client id of the deploying identity.' },
  clientIdFilePath: { variables: ['ARM_CLIENT_ID_FILE_PATH'], meaning: 'File with the client id.' },
  clientSecret: { variables: ['ARM_CLIENT_SECRET'], meaning: 'Client secret of the identity.', isSecret: true },
  clientSecretFilePath: { variables: ['ARM_CLIENT_SECRET_FILE_PATH'], meaning: 'File with the client secret.' },
  clientCertificatePath: {
    variables: ['ARM_CLIENT_CERTIFICATE_PATH'],
    meaning: 'File with the certificate of the identity and its key, in PEM.',
  },
  clientCertificatePassword: {
    variables: ['ARM_CLIENT_CERTIFICATE_PASSWORD'],
    meaning: 'Password of the certificate.',
    isSecret: true,
  },
  oidcToken: { variables: ['ARM_OIDC_TOKEN'], meaning: 'Token of a CI system.', isSecret: true },
  oidcTokenFilePath: {
    // Azuread does not know the first, and refuses a file whose token is not the one in ARM_OIDC_TOKEN.
    variables: ['ENTRAGRAPH_OIDC_TOKEN_FILE_PATH', 'ARM_OIDC_TOKEN_FILE_PATH'],
    meaning: 'File with the token of a CI system, read each time; it comes before the token itself.',
  },
  oidcRequestToken: {
    variables: ['ARM_OIDC_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'SYSTEM_ACCESSTOKEN'],
    meaning: 'Token with which a CI system is asked for a token.',
    isSecret: true,
  },
  oidcRequestUrl: {
    variables: ['ARM_OIDC_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'SYSTEM_OIDCREQUESTURI'],
    meaning: 'Address at which a CI system is asked for a token.',
  },
  adoPipelineServiceConnectionId: {
    variables: ['ARM_ADO_PIPELINE_SERVICE_CONNECTION_ID', 'ARM_OIDC_AZURE_SERVICE_CONNECTION_ID'],
    meaning: 'Id of the service connection of Azure Pipelines.',
  },
  environment: {
    variables: ['ARM_ENVIRONMENT'],
    meaning: 'Name of the cloud: public, global, usgovernment, usgovernmentl4, usgovernmentl5, dod or china.',
  },
  metadataHost: {
    variables: ['ARM_METADATA_HOSTNAME'],
    meaning: "host[:port] that describes the cloud, such as a stand-in's.",
  },
  useOidc: { variables: ['ARM_USE_OIDC'], meaning: 'True to sign in with a token of a CI system.', isFlag: true },
  useMsi: { variables: ['ARM_USE_MSI'], meaning: 'True to sign in as a managed identity.', isFlag: true },
  useCli: {
    variables: ['ARM_USE_CLI'],
    meaning: 'True to fall back on the Azure CLI, which is the default.',
    isFlag: true,
  },
  useAksWorkloadIdentity: {
    variables: ['ARM_USE_AKS_WORKLOAD_IDENTITY'],
    meaning: 'True to sign in as the workload identity of a cluster.',
    isFlag: true,
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** Accepted because azuread has them, but without a meaning here. */
const IGNORED = [
  'disableTerraformPartnerId',
  'msiEndpoint',
  'partnerId',
  'clientCertificate',
  'version',
  'pluginDownloadURL',
];

export type ConfigKey = keyof typeof SETTINGS;

const KEYS = Object.keys(SETTINGS) as readonly ConfigKey[];
const FLAGS = KEYS.filter((key) => 'isFlag' in SETTINGS[key]);
/** Keys whose values no message may contain. */
export const SECRET_KEYS = KEYS.filter((key) => 'isSecret' in SETTINGS[key]);
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
  if (FLAGS.includes(key as ConfigKey) && !/^(1|0|t|f|true|false)$/i.test(value))
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

/**
 * Configuration with the environment's variables for what it leaves out.
 *
 * @throws Error where a variable has a value that is not allowed
 */
export function resolveConfig(values: Properties, environment: Environment): ProviderConfig {
  const entries = KEYS.map((key) => [key, given(values[key]) ?? fromEnvironment(key, environment)] as const);
  const problems = entries.flatMap(([key, value]) => {
    const problem = value === undefined ? undefined : problemOf(key, value);
    return problem === undefined ? [] : [`${[key, ...SETTINGS[key].variables].join(' or ')} ${problem}`];
  });
  if (problems.length > 0) throw new Error(problems.join('; '));
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function given(value: Properties[string]): string | undefined {
  const text = textOf(value);
  return text === '' ? undefined : text;
}

function fromEnvironment(key: ConfigKey, environment: Environment): string | undefined {
  return SETTINGS[key].variables.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}

/** Tells whether a flag is on. */
export function isOn(config: ProviderConfig, key: ConfigKey, otherwise = false): boolean {
  const value = config[key];
  // As azuread reads them.
  return value === undefined ? otherwise : /^(1|t|true)$/i.test(value);
}
