import * as pulumi from '@pulumi/pulumi';
import type { DeclaredProvider, DirectoryType } from '../../src/estate/sections/customers/customers';
import { providerIdOf, providerTitle, socialType } from '../../src/estate/sections/customers/provider-types';
import { IdentityProvider, type IdentityProviderArgs } from '../graph/identity-provider';

export interface IdentityProvidersArgs {
  readonly directoryType: DirectoryType;
  /** In any order; a provider's name is its identity. */
  readonly providers: readonly DeclaredProvider[];
  /** Secrets by their keys in the stack's configuration. @default those that the directory has */
  readonly secrets?: ConfigSecrets;
}

/** Secrets of a stack's configuration by their keys, kept as secrets. */
export type ConfigSecrets = ReadonlyMap<string, pulumi.Output<string>>;

/** Ids of a directory by the names that the estate has for them. */
export type DirectoryIds = ReadonlyMap<string, pulumi.Output<string>>;

/** The identity providers of a directory of customers. Needs the provider `entragraph` in `opts.providers`. */
export class IdentityProviders extends pulumi.ComponentResource {
  /** Ids by the names of the estate, and by themselves where they are known before. */
  readonly ids: DirectoryIds;

  constructor(name: string, args: IdentityProvidersArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:IdentityProviders', name, {}, opts);
    const { directoryType, providers, secrets } = args;
    this.ids = new Map(
      providers.flatMap((definition) => {
        const fixed = providerIdOf(definition.type);
        // A directory has it once: another name in the estate must not make another resource, whose removal would take it away.
        const { id } = new IdentityProvider(
          `${name}-${fixed ?? definition.name}`,
          providerArgs(definition, directoryType, secrets?.get(definition.secret.config)),
          { parent: this, ...(fixed !== undefined && { aliases: [{ name: `${name}-${definition.name}` }] }) },
        );
        const entry = [definition.name, id] as const;
        return fixed === undefined ? [entry] : [entry, [fixed, id] as const];
      }),
    );
    this.registerOutputs({});
  }
}

function providerArgs(
  definition: DeclaredProvider,
  directoryType: DirectoryType,
  secret: pulumi.Output<string> | undefined,
): IdentityProviderArgs {
  const { type, displayName = providerTitle(type), clientId, developerId, serviceId, keyId } = definition;
  const shared = { displayName, ...(secret && { secret, secretVersion: definition.secret.version }) };
  const identityProviderType = socialType(type);
  if (identityProviderType !== undefined)
    return { kind: 'social', identityProviderType, ...given({ clientId }), ...shared };
  if (type === 'apple') return { kind: 'apple', ...given({ developerId, serviceId, keyId }), ...shared };
  const { metadataUrl, issuer, scope, claims } = definition;
  const openId = { ...given({ clientId, metadataUrl, issuer }), scope, claims: { ...claims } };
  return { kind: directoryType === 'b2c' ? 'openIdConnect' : 'oidc', ...openId, ...shared };
}

/** Keys that a type needs, which are there: the checks of the estate say so. */
function given(keys: Readonly<Record<string, string | undefined>>): Partial<IdentityProviderArgs> {
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
}
