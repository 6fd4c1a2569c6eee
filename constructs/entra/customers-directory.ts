import * as pulumi from '@pulumi/pulumi';
import {
  ApiConnector,
  type ApiConnectorArgs,
  IdentityProvider,
  type IdentityProviderArgs,
  UserFlow,
  UserFlowAttribute,
} from '../graph/customers';
import {
  AuthenticationEventListener,
  AuthenticationEventsFlow,
  CustomAuthenticationExtension,
  type CustomAuthenticationExtensionArgs,
} from '../graph/external-id';
import {
  type CustomAttribute,
  type CustomExtension,
  type DeclaredConnector,
  type DeclaredProvider,
  type DirectoryType,
  standingFlows,
  type UserFlow as FlowDefinition,
} from '../../src/estate/sections/customers/customers';
import { providerIdOf, providerTitle, socialType } from '../../src/estate/sections/customers/provider-types';
import type { FlowReferences } from '../../src/estate/records/flow-attributes';
import { b2cFlow, externalFlow } from '../../src/estate/records/flow-properties';

interface IdentityProvidersArgs {
  readonly directoryType: DirectoryType;
  /** In any order; a provider's name is its identity. */
  readonly providers: readonly DeclaredProvider[];
  /** Secrets by their keys in the stack's configuration. @default those that the directory has */
  readonly secrets?: ConfigSecrets;
}

/** Secrets of a stack's configuration by their keys, kept as secrets. */
export type ConfigSecrets = ReadonlyMap<string, pulumi.Output<string>>;

/** Ids of a directory by the names that the estate has for them. */
type DirectoryIds = ReadonlyMap<string, pulumi.Output<string>>;

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

interface CustomAttributesArgs {
  /** In any order; an attribute's name is its identity. */
  readonly attributes: readonly CustomAttribute[];
}

/** User attributes of one's own in a directory of customers. Needs the provider `entragraph` in `opts.providers`. */
export class CustomAttributes extends pulumi.ComponentResource {
  /** Ids by the names of the estate. */
  readonly ids: DirectoryIds;

  constructor(name: string, { attributes }: CustomAttributesArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:CustomAttributes', name, {}, opts);
    this.ids = new Map(
      attributes.map(({ name: displayName, dataType, description = '' }) => {
        const args = { displayName, dataType, description };
        return [displayName, new UserFlowAttribute(`${name}-${displayName}`, args, { parent: this }).id];
      }),
    );
    this.registerOutputs({});
  }
}

interface ApiConnectorsArgs {
  /**
   * In any order. The name in the portal, by which Graph's are told apart, names the resource, so that another name of the estate
   * changes none.
   */
  readonly connectors: readonly DeclaredConnector[];
  /** Secrets by their keys in the stack's configuration. @default those that the directory has */
  readonly secrets?: ConfigSecrets;
}

/** The APIs that user flows of a B2C directory call. Needs the provider `entragraph` in `opts.providers`. */
export class ApiConnectors extends pulumi.ComponentResource {
  /** Ids by the names of the estate. */
  readonly ids: DirectoryIds;

  constructor(name: string, { connectors, secrets }: ApiConnectorsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:ApiConnectors', name, {}, opts);
    this.ids = new Map(
      connectors.map((one) => {
        const args = connectorArgs(one, secrets);
        return [one.name, new ApiConnector(`${name}-${titleOf(one)}`, args, { parent: this }).id];
      }),
    );
    this.registerOutputs({});
  }
}

function titleOf({ name, displayName = name }: DeclaredConnector): string {
  return displayName;
}

function connectorArgs(connector: DeclaredConnector, secrets: ConfigSecrets | undefined): ApiConnectorArgs {
  const { url, authentication, username, secret, passphrase } = connector;
  const value = secrets?.get(secret.config);
  const opens = passphrase && secrets?.get(passphrase.config);
  return {
    displayName: titleOf(connector),
    targetUrl: url,
    authentication,
    ...(username !== undefined && { username }),
    ...(value && { secret: value, secretVersion: secret.version }),
    ...(opens && { passphrase: opens }),
  };
}

interface CustomExtensionsArgs {
  /** In any order, one for each event: the event names its resources, so that another name of the estate changes none. */
  readonly extensions: readonly CustomExtension[];
  /** Client id of the application at whose sign-ins they are called. */
  readonly application: pulumi.Input<string>;
}

/** The APIs that an external tenant calls while people sign up or sign in. Needs the provider `entragraph` in `opts.providers`. */
export class CustomExtensions extends pulumi.ComponentResource {
  constructor(name: string, args: CustomExtensionsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:CustomExtensions', name, {}, opts);
    for (const declared of args.extensions) {
      const { event } = declared;
      const child = { parent: this };
      const extension = new CustomAuthenticationExtension(`${name}-${event}`, extensionArgs(declared), child);
      const listener = { event, extension: extension.id, applications: [args.application] };
      new AuthenticationEventListener(`${name}-${event}-listener`, listener, child);
    }
    this.registerOutputs({});
  }
}

function extensionArgs(declared: CustomExtension): CustomAuthenticationExtensionArgs {
  const { name, displayName = name, event, url: targetUrl, resourceId, description } = declared;
  const { timeoutMilliseconds: timeoutInMilliseconds, retries: maximumRetries, claims, behaviorOnError } = declared;
  return {
    ...{ event, displayName, targetUrl, resourceId },
    ...(description !== undefined && { description }),
    ...(timeoutInMilliseconds !== undefined && { timeoutInMilliseconds }),
    ...(maximumRetries !== undefined && { maximumRetries }),
    ...(claims && { claims: claims.toSorted() }),
    ...(behaviorOnError !== undefined && { behaviorOnError }),
  };
}

export interface B2cUserFlowsArgs extends FlowReferences<pulumi.Input<string>> {
  /** In any order; a flow's id is its identity. Under its previous ids it stays: applications may still name them. */
  readonly flows: readonly FlowDefinition[];
}

/**
 * The user flows of a B2C directory. What a flow leaves empty (attributes, claims, identity providers) is left to the service.
 * Needs the provider `entragraph` in `opts.providers`.
 */
export class B2cUserFlows extends pulumi.ComponentResource {
  constructor(name: string, args: B2cUserFlowsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:B2cUserFlows', name, {}, opts);
    const { flows: userFlows, ...names } = args;
    for (const flow of standingFlows({ directoryType: 'b2c', userFlows }))
      new UserFlow(`${name}-${flow.id}`, { userFlowId: flow.id, ...b2cFlow(flow, names) }, { parent: this });
    this.registerOutputs({});
  }
}

interface ExternalIdUserFlowsArgs extends FlowReferences<pulumi.Input<string>> {
  /** In any order; what the applications use a flow for is its identity, so that another name renames it. */
  readonly flows: readonly FlowDefinition[];
  /** Client ids of the applications whose people see the flow. */
  readonly applications: readonly pulumi.Input<string>[];
}

/**
 * The user flows of an external tenant: how people sign up and sign in. What a flow leaves empty (attributes) is left to the
 * service. Needs the provider `entragraph` in `opts.providers`.
 */
export class ExternalIdUserFlows extends pulumi.ComponentResource {
  constructor(name: string, args: ExternalIdUserFlowsArgs, opts: pulumi.ComponentResourceOptions) {
    super('identity:entra:ExternalIdUserFlows', name, {}, opts);
    const { flows, applications, ...names } = args;
    for (const flow of flows) {
      new AuthenticationEventsFlow(
        `${name}-${flow.use}`,
        { displayName: flow.id, ...externalFlow(flow, names), applications: [...applications] },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
