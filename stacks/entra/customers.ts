import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import {
  ApiConnectors,
  B2cUserFlows,
  type ConfigSecrets,
  CustomAttributes,
  CustomExtensions,
  ExternalIdUserFlows,
  IdentityProviders,
} from '../../constructs/entra/customers-directory';
import { ConditionalAccess } from '../../constructs/entra/conditional-access';
import type { FlowReferences } from '../../src/estate/records/flow-attributes';
import {
  CustomersApi,
  type CustomersApiArgs,
  CustomersClient,
  type CustomersClientArgs,
  CustomersConsent,
} from '../../constructs/entra/customers-applications';
import { GraphProvider } from '../../constructs/graph/provider';
import {
  apisOf,
  authorityOf,
  clientsOf,
  type Customers,
  type DeclaredClient,
  hasPeople,
  secretKeysOf,
  type StepUp,
} from '../../src/estate/sections/customers/customers';
import { isConfigSecret, readCredentialsWay } from './credentials';
import { type ProgramContext, type ProgramEstate, sectionOf } from './program';

/**
 * The customers program: the applications and the user flows of the customers' directory. Others read its outputs with `pulumi
 * stack output`; client secrets are secrets.
 */
export function customers(estate: ProgramEstate, { now }: ProgramContext) {
  const section = sectionOf(estate, 'customers');
  const { directoryType } = section;
  const secrets = requireCustomersSecrets(section);
  const common = { directoryType, owner: azuread.getClientConfigOutput().objectId };

  const apis = createApis(section, common);
  const clients = createClients(section, apis, { ...common, now });
  createFlows(section, clients, secrets);
  const [hosted, ...others] = clients;
  const { clientSecrets: web } = hosted.application;
  const stepUp = apis.get('step-up');
  return {
    directoryType,
    tenantId: section.tenantId,
    apiClientId: required(apis, 'api').clientId,
    /** External ID alone: of the application that owns the scopes with a second factor. */
    ...(stepUp && { stepUpApiClientId: stepUp.clientId }),
    webClientId: hosted.application.clientId,
    /** Absent where the application keeps those that it has. While the next one is made, this one lives on for a whole period. */
    ...(web && { clientSecret: web.current, clientSecretExpires: web.expires }),
    /** By what the applications use them for. */
    userFlows: flowOutputs(section),
    scopes: [...apis.values()].flatMap(({ scopes }) => scopes.map(({ fullName: scope }) => scope)).toSorted(),
    redirectUris: hosted.client.redirectUris.toSorted(),
    ...outputsOfOthers(section, apis, others),
  };
}

type Common = Pick<CustomersApiArgs, 'directoryType' | 'owner'>;
type Apis = ReadonlyMap<string, CustomersApi>;

interface Client {
  readonly client: DeclaredClient;
  readonly application: CustomersClient;
}

/** The APIs by their names. */
function createApis(section: Customers, common: Common): Apis {
  return new Map(
    apisOf(section).map((api) => {
      const application = new CustomersApi(api.name, { ...api, ...common });
      if (api.name === 'step-up' && section.stepUp) protectStepUp(section.stepUp, application);
      return [api.name, application] as const;
    }),
  );
}

/** Applications that call them, each with its consent. The hosted one comes first. */
function createClients(section: Customers, apis: Apis, common: Common & Pick<CustomersClientArgs, 'now'>) {
  const isManaged = readCredentialsWay() === 'managed';
  const mapsClaims = section.customExtensions.some(({ claims }) => claims !== undefined);
  const [hosted, ...others] = clientsOf(section).map((client): Client => {
    const calls = new Map(
      client.calls.map(({ api: { name }, ...asked }) => [name, { ...asked, api: required(apis, name) }]),
    );
    const hasMappedClaims = client.isHosted && mapsClaims;
    const clientSecret = isManaged ? client.clientSecret : undefined;
    const args = { ...common, ...client, calls, clientSecret, hasMappedClaims };
    const application = new CustomersClient(client.name, args);
    const consent = client.isHosted ? 'consent' : `${client.name}-consent`;
    if (hasPeople(client) || calls.size > 0) new CustomersConsent(consent, { ...args, application });
    return { client, application };
  });
  if (hosted === undefined) throw new Error('the section has no hosted application');
  return [hosted, ...others] as const;
}

function required<T>(known: ReadonlyMap<string, T>, name: string): T {
  const found = known.get(name);
  if (found === undefined) throw new Error(`there is no application ${name}`);
  return found;
}

/** What the teams of the other applications configure them with; nothing where there are none. */
function outputsOfOthers({ apis: declared }: Customers, apis: Apis, clients: readonly Client[]) {
  const known = declared.map(({ name, identifierUri }) => {
    const { clientId, scopes, roles } = required(apis, name);
    return [name, { clientId, identifierUri, permissions: [...scopes, ...roles].map((one) => one.fullName) }] as const;
  });
  const secrets = clients.flatMap(({ client: { name }, application: { clientSecrets: own } }) =>
    own === undefined ? [] : [[name, { clientSecret: own.current, expires: own.expires }] as const],
  );
  const applications = clients.map(({ client: { name, kind }, application: { clientId } }) => [
    name,
    { kind, clientId },
  ]);
  return {
    ...(known.length > 0 && { apis: Object.fromEntries(known) }),
    ...(clients.length > 0 && { applications: Object.fromEntries(applications) as Readonly<Record<string, unknown>> }),
    ...(secrets.length > 0 && { clientSecrets: pulumi.secret(Object.fromEntries(secrets)) }),
  };
}

function createFlows(
  section: Customers,
  clients: readonly [Client, ...Client[]],
  secrets: ConfigSecrets | undefined,
): void {
  const { directoryType, userFlows: flows, identityProviders: providers, attributes, apiConnectors } = section;
  const opts = { providers: [new GraphProvider('graph')] };
  const known = secrets === undefined ? {} : { secrets };
  const providersArgs = { directoryType, providers, ...known };
  const connectorsArgs = { connectors: apiConnectors, ...known };
  // A directory that declares none has no component for them.
  const names: FlowReferences<pulumi.Input<string>> = {
    ...(providers.length > 0 && { identityProviders: new IdentityProviders('identity', providersArgs, opts).ids }),
    ...(attributes.length > 0 && { customAttributes: new CustomAttributes('attributes', { attributes }, opts).ids }),
    ...(apiConnectors.length > 0 && { apiConnectors: new ApiConnectors('connectors', connectorsArgs, opts).ids }),
  };
  const { customExtensions: extensions } = section;
  const [{ application: hosted }] = clients;
  const application = hosted.enterpriseClientId;
  // People sign in to the service principal: the flow is attached once it is there.
  const shown = clients.filter(({ client }) => hasPeople(client));
  const applications = shown.map(({ application: one }) => one.enterpriseClientId);
  if (directoryType === 'b2c') new B2cUserFlows('flows', { flows, ...names }, opts);
  else new ExternalIdUserFlows('flows', { flows, applications, ...names }, opts);
  if (extensions.length > 0) new CustomExtensions('extensions', { extensions, application }, opts);
}

/** Each flow with the prefix of its endpoints and its OpenID Connect discovery document. */
function flowOutputs(section: Customers) {
  const entries = section.userFlows.map(({ id, use }) => {
    const authority = authorityOf(section, id);
    return [use, { id, authority, metadataUrl: `${authority}/v2.0/.well-known/openid-configuration` }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * Secrets of identity providers and API connectors by their keys in the stack's configuration; none where the directory keeps
 * those that it has.
 *
 * @throws RunError with every one that is missing, or in plain
 */
function requireCustomersSecrets(section: Customers): ConfigSecrets | undefined {
  if (readCredentialsWay() === 'kept') return undefined;
  const config = new pulumi.Config();
  const keys = secretKeysOf(section);
  const problems = keys.flatMap((key) => {
    const set = `set it by \`pulumi config set --secret ${key}\``;
    if (config.get(key) === undefined) return [`config ${key}: is missing; ${set}`];
    if (isConfigSecret(`${config.name}:${key}`)) return [];
    return [`config ${key}: is in plain in the stack's file; make another secret where it is used, and ${set}`];
  });
  if (problems.length > 0) throw new pulumi.RunError(problems.join('\n'));
  return new Map(keys.map((key) => [key, config.requireSecret(key)]));
}

/**
 * The scopes with a second factor have an application of their own, and a policy that asks everybody for a second factor there.
 * Who has a token for that application has given one.
 */
function protectStepUp({ at, policy }: StepUp, { enterpriseClientId: applicationId }: CustomersApi): void {
  const definition = {
    at,
    displayName: policy,
    state: 'enabled' as const,
    requirement: { kind: 'mfa' as const },
    excludedGroups: [],
  };
  // Graph takes no policy for an application whose service principal is not there yet.
  new ConditionalAccess('step-up', { definition, applicationId, groupObjectIds: {} });
}
