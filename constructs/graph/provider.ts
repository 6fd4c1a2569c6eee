import * as pulumi from '@pulumi/pulumi';

/** Settings of the provider's sign-in. Every argument means what it means to azuread. */
export interface GraphProviderArgs {
  /** The directory (tenant) id. @default config `azuread:tenantId`, then `ARM_TENANT_ID` */
  readonly tenantId?: pulumi.Input<string>;
  /** Client id of the deploying identity. @default config `azuread:clientId`, then `ARM_CLIENT_ID` */
  readonly clientId?: pulumi.Input<string>;
  /** Its client secret, kept as a secret. @default config `azuread:clientSecret`, then `ARM_CLIENT_SECRET` */
  readonly clientSecret?: pulumi.Input<string>;
  /**
   * True to sign in with a token of the CI system. @default config `azuread:useOidc`, then `ARM_USE_OIDC`, then false
   */
  readonly useOidc?: pulumi.Input<boolean>;
  /** True to fall back on `az login`. @default config `azuread:useCli`, then `ARM_USE_CLI`, then true */
  readonly useCli?: pulumi.Input<boolean>;
  /** `host[:port]` that describes the cloud, such as a stand-in's. @default config `azuread:metadataHost`, then `ARM_METADATA_HOSTNAME` */
  readonly metadataHost?: pulumi.Input<string>;
}

/** Keys of `azuread:` configuration that the provider knows too. */
export const PLAIN_KEYS = [
  'tenantId',
  'clientId',
  'clientIdFilePath',
  'clientSecretFilePath',
  'clientCertificatePath',
  'oidcTokenFilePath',
  'oidcRequestUrl',
  'adoPipelineServiceConnectionId',
  'environment',
  'metadataHost',
  'useOidc',
  'useMsi',
  'useCli',
  'useAksWorkloadIdentity',
] as const;
export const SECRET_KEYS = ['clientSecret', 'clientCertificatePassword', 'oidcToken', 'oidcRequestToken'] as const;

/**
 * The provider `entragraph`: what azuread lacks, over Microsoft Graph. It signs in with azuread's configuration, so that a
 * stack configures one identity. Without it resources use a default provider, which knows `ARM_*` and `entragraph:` alone.
 *
 * The engine finds the plug-in by `plugins.providers` of Pulumi.yaml.
 */
export class GraphProvider extends pulumi.ProviderResource {
  constructor(name: string, args: GraphProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super('entragraph', name, inputsOf(args), opts);
  }
}

/** A provider's inputs are texts; the engine keeps the secret ones as secrets. */
function inputsOf(args: GraphProviderArgs): pulumi.Inputs {
  const config = new pulumi.Config('azuread');
  const inputs: Record<string, pulumi.Input<string | undefined>> = {};
  for (const key of PLAIN_KEYS) inputs[key] = config.get(key);
  for (const key of SECRET_KEYS) inputs[key] = config.getSecret(key);
  for (const [key, value] of Object.entries(
    args as Readonly<Record<string, pulumi.Input<string | boolean> | undefined>>,
  )) {
    if (value !== undefined) inputs[key] = pulumi.output(value).apply(String);
  }
  if (args.clientSecret !== undefined) inputs['clientSecret'] = pulumi.secret(args.clientSecret);
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

export interface GetOwnersArgs {
  /** Object id of the application. */
  readonly applicationObjectId: pulumi.Input<string>;
  /** Object id of its service principal. */
  readonly servicePrincipalId: pulumi.Input<string>;
}

export interface GetOwnersResult {
  /** Object ids of those who own both; empty where no one does. */
  readonly objectIds: readonly string[];
}

/**
 * Looks up who owns an application and its service principal, both of them. With `Application.ReadWrite.OwnedBy` an identity
 * changes only what it owns, and Graph names no owner of what an application makes from a template. Needs `Application.Read.All`.
 */
export function getOwnersOutput(
  args: GetOwnersArgs,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<GetOwnersResult> {
  return pulumi.runtime.invokeOutput('entragraph:index:getOwners', { ...args }, opts);
}
