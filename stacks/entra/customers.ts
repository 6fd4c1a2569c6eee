import * as azuread from '@pulumi/azuread';
import * as pulumi from '@pulumi/pulumi';
import {
  ApiConnectors,
  type ConfigSecrets,
  CustomAttributes,
  CustomExtensions,
  IdentityProviders,
} from '../../constructs/entra/customers-directory';
import { B2cUserFlows, ExternalIdUserFlows } from '../../constructs/entra/user-flows';
import { ConditionalAccess } from '../../constructs/entra/conditional-access';
import type { FlowReferences } from '../../src/estate/records/flow-attributes';
import {
  CustomersApi,
  type CustomersApiArgs,
  CustomersConsent,
  CustomersWeb,
} from '../../constructs/entra/customers-applications';
import { GraphProvider } from '../../constructs/graph/provider';
import {
  authorityOf,
  type Customers,
  implicitTokensOf,
  logoutUrlOf,
  redirectUrisOf,
  secretKeysOf,
  type StepUp,
} from '../../src/estate/sections/customers/customers';
import type { Estate } from '../../src/estate/sections/estate';
import { isConfigSecret, readCredentialsWay } from './credentials';
import { type ProgramContext, sectionOf } from './program';

/**
 * The customers program: the applications and the user flows of the customers' directory. Others read its outputs with `pulumi
 * stack output`; the client secret is a secret.
 */
export function customers(estate: Estate, { now }: ProgramContext) {
  const section = sectionOf(estate, 'customers');
  const { directoryType, webApplication } = section;
  const secrets = requireCustomersSecrets(section);
  const owner = azuread.getClientConfigOutput().objectId;

  const apis = createApis(section, owner);
  const { displayName, clientSecret: secretRotation } = webApplication;
  const rotation = readCredentialsWay() === 'managed' ? { secretRotation } : {};
  const [redirectUris, logoutUrl] = [redirectUrisOf(webApplication), logoutUrlOf(webApplication)];
  const addresses = { redirectUris, logoutUrl, implicitTokens: implicitTokensOf(section) };
  const settings = { directoryType, displayName, ...addresses, ...rotation, now, owner };
  const hasMappedClaims = section.customExtensions.some(({ claims }) => claims !== undefined);
  const web = new CustomersWeb('web', { ...settings, hasMappedClaims, apis: Object.values(apis) });
  new CustomersConsent('consent', { directoryType, web, apis });

  createFlows(section, web, secrets);
  return {
    directoryType,
    tenantId: section.tenantId,
    apiClientId: apis.api.clientId,
    /** External ID alone: of the application that owns the scopes with a second factor. */
    ...(apis['step-up'] && { stepUpApiClientId: apis['step-up'].clientId }),
    webClientId: web.clientId,
    /** Absent where the application keeps those that it has. While the next one is made, this one lives on for a whole period. */
    ...(web.clientSecrets && {
      clientSecret: web.clientSecrets.current,
      clientSecretExpires: web.clientSecrets.expires,
    }),
    /** By what the applications use them for. */
    userFlows: flowOutputs(section),
    scopes: Object.values(apis)
      .flatMap(({ scopes }) => scopes.map(({ fullName }) => fullName))
      .toSorted(),
    redirectUris: redirectUris.toSorted(),
  };
}

type Apis = Readonly<{ api: CustomersApi; 'step-up'?: CustomersApi }>;

function createApis(section: Customers, owner: pulumi.Output<string>): Apis {
  const { directoryType, apiApplication, stepUp } = section;
  const scopes = apiApplication.scopes.filter(({ value }) => stepUp?.scopes.includes(value) !== true);
  const api = new CustomersApi('api', { ...apiApplication, directoryType, scopes, owner });
  return stepUp === undefined ? { api } : { api, 'step-up': createStepUp(stepUp, section, { owner }) };
}

function createFlows(section: Customers, web: CustomersWeb, secrets: ConfigSecrets | undefined): void {
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
  const application = web.enterpriseClientId;
  // People sign in to the service principal: the flow is attached once it is there.
  if (directoryType === 'b2c') new B2cUserFlows('flows', { flows, ...names }, opts);
  else new ExternalIdUserFlows('flows', { flows, application, ...names }, opts);
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

type Owner = Pick<CustomersApiArgs, 'owner'>;

/**
 * The scopes with a second factor: an application of their own, and a policy that asks everybody for a second factor there.
 * Who has a token for that application has given one.
 */
function createStepUp(stepUp: StepUp, { apiApplication }: Customers, { owner }: Owner): CustomersApi {
  const { at, displayName, identifierUri, policy } = stepUp;
  const scopes = apiApplication.scopes.filter(({ value }) => stepUp.scopes.includes(value));
  const directoryType = 'external-id';
  const api = new CustomersApi('step-up', { directoryType, displayName, identifierUri, scopes, owner });
  const definition = {
    at,
    displayName: policy,
    state: 'enabled' as const,
    requirement: { kind: 'mfa' as const },
    excludedGroups: [],
  };
  // Graph takes no policy for an application whose service principal is not there yet.
  new ConditionalAccess('step-up', { definition, applicationId: api.enterpriseClientId, groupObjectIds: {} });
  return api;
}
