import type { GraphFlowProperty, UserFlow } from '../../estate/sections/customers/customers';
import { pageTextsOf } from '../../estate/sections/customers/page-texts';
import { merged } from '../../estate/source/merged';
import { INPUT_TYPES } from '../../../provider/limits';
import { CONNECTORS, toldOf } from '../../../provider/api-connector/api-connector';
import { EXTENSIONS, toldOf as toldExtension } from '../../../provider/custom-extension/custom-extension';
import { readCalled } from '../../../provider/user-flow/connectors';
import { textsIn, UserFlowInputs, withDefaults } from '../../../provider/user-flow/inputs';
import { readFlow } from '../../../provider/user-flow/read-flow';
import { flowPath } from '../../../provider/user-flow/settings';
import { isProperties, mappingsIn, type Properties, textOf } from '../../../provider/values';
import { findFlowByName } from '../../../provider/events-flow/events-flow';
import { readEventsFlow } from '../../../provider/events-flow/read-events-flow';
import { ClientId, ObjectId, readId } from '../../estate/source/ids';
import type {
  Consent,
  DeployedConnector,
  DeployedEventsFlow,
  DeployedExtension,
  DeployedFlow,
  DeployedProvider,
  FlowCalls,
  RegisteredApplication,
} from '../facts/customers-facts';
import type { Directory } from './directory';
import { findPrincipal } from './read-application';
import { credentialOf } from './read-trust';
import { textsOf } from './texts';

/** Finds an application by its name; of several the first that `isIt`, and tells the others. @throws GraphError */
export async function readRegistered(
  { context: { graph } }: Directory,
  displayName: string,
  isIt: (application: RegisteredApplication) => boolean,
): Promise<RegisteredApplication | undefined> {
  const $filter = `displayName eq '${displayName.replaceAll("'", "''")}'`;
  const found = (await graph.list('/v1.0/applications', { query: { $filter } })).map(registeredOf);
  const application = found.find(isIt) ?? found[0];
  if (application === undefined) return undefined;
  const principal = await findPrincipal(graph, application.appId);
  const namesakes = found.map(({ appId }) => appId).filter((appId) => appId !== application.appId);
  const isEnabled = principal?.['accountEnabled'] !== false;
  return { ...application, namesakes, isEnabled, servicePrincipalId: principal && readId(ObjectId, principal['id']) };
}

function registeredOf(application: Properties): RegisteredApplication {
  const api = inside(application, 'api');
  const version = api['requestedAccessTokenVersion'];
  return {
    appId: readId(ClientId, application['appId']),
    objectId: readId(ObjectId, application['id']),
    namesakes: [],
    servicePrincipalId: undefined,
    isEnabled: true,
    audience: textOf(application['signInAudience']),
    tokenVersion: typeof version === 'number' ? version : undefined,
    takesMappedClaims: api['acceptMappedClaims'] === true,
    identifierUris: textsOf(application['identifierUris']),
    scopes: mappingsIn(api['oauth2PermissionScopes'])
      .filter(({ isEnabled }) => isEnabled === true)
      .map(({ value }) => textOf(value)),
    redirectUris: textsOf(inside(application, 'web')['redirectUris']),
    otherRedirectUris: ['spa', 'publicClient'].flatMap((kind) => textsOf(inside(application, kind)['redirectUris'])),
    implicitTokens: implicitTokensOf(inside(inside(application, 'web'), 'implicitGrantSettings')),
    secrets: mappingsIn(application['passwordCredentials']).map(credentialOf),
  };
}

function implicitTokensOf({ enableIdTokenIssuance, enableAccessTokenIssuance }: Properties): readonly string[] {
  return [
    ...(enableIdTokenIssuance === true ? ['id_token'] : []),
    ...(enableAccessTokenIssuance === true ? ['token'] : []),
  ];
}

function inside(object: Properties, key: string): Properties {
  const value = object[key];
  return isProperties(value) ? value : {};
}

/** Reads what an administrator consented to for everybody who uses an application. @throws GraphError */
export async function readConsents({ context }: Directory, servicePrincipalId: ObjectId): Promise<readonly Consent[]> {
  const $filter = `clientId eq '${servicePrincipalId}'`;
  const grants = await context.graph.list('/v1.0/oauth2PermissionGrants', { query: { $filter } });
  return grants
    .filter(({ consentType }) => consentType === 'AllPrincipals')
    .map(({ resourceId, scope }) => ({
      resourceId: readId(ObjectId, resourceId),
      scopes: textOf(scope)
        .split(' ')
        .filter((one) => one !== ''),
    }));
}

/** Properties that are read here; what a flow calls has a permission and a check of its own. */
type ComparedProperty = Exclude<GraphFlowProperty, 'apiConnectors'>;

/** A user flow as far as the estate says something of it and Graph knows it. @throws GraphError */
export async function readUserFlow({ context }: Directory, flow: UserFlow): Promise<DeployedFlow | undefined> {
  const inputs = UserFlowInputs.parse(withDefaults(inputsOf(flow)));
  const live = await readFlow(flow.id, { inputs, outputs: {} }, context);
  if (live === undefined) return undefined;
  const { userFlowType, attributes, identityProviders, languages, defaultLanguageTag } = live.inputs;
  const compared = {
    type: textOf(userFlowType),
    attributes: mappingsIn(attributes).map((one) => deployedAttribute(one, flow)),
    identityProviders: textsOf(identityProviders),
    languages: flow.languages && { default: textOf(defaultLanguageTag), shown: textsOf(languages) },
  } satisfies Record<ComparedProperty, unknown>;
  return { ...compared, texts: textsIn(live.inputs) };
}

/** Kind and choices of a field only where the estate says something of them: else the service keeps its own. */
function deployedAttribute(one: Properties, { attributes }: UserFlow): DeployedFlow['attributes'][number] {
  const { attribute, isOptional, requiresVerification, displayName, userInputType, userAttributeValues } = one;
  const declared = attributes.find(({ id }) => id === attribute);
  const input = INPUT_TYPES.find((known) => known === userInputType);
  return {
    id: textOf(attribute),
    optional: isOptional === true,
    requiresVerification: requiresVerification === true,
    ...(declared?.label !== undefined && { label: textOf(displayName) }),
    ...(declared?.input !== undefined && input !== undefined && { input }),
    ...(declared?.choices && {
      choices: mappingsIn(userAttributeValues).map(({ name, value, isDefault }) => ({
        label: textOf(name),
        value: textOf(value),
        default: isDefault === true,
      })),
    }),
  };
}

/** Identity providers of a directory. @throws GraphError */
export async function readProviders({ context }: Directory): Promise<readonly DeployedProvider[]> {
  const found = await context.graph.list('/beta/identity/identityProviders');
  return found.map(({ id, displayName, clientId }) => ({
    id: textOf(id),
    displayName: textOf(displayName),
    clientId: clientId === undefined ? undefined : textOf(clientId),
  }));
}

/** API connectors of a directory. @throws GraphError */
export async function readApiConnectors({ context }: Directory): Promise<readonly DeployedConnector[]> {
  const found = await context.graph.list(CONNECTORS);
  return found.map((one) => {
    const { authentication, username } = toldOf(one);
    return {
      id: textOf(one['id']),
      displayName: textOf(one['displayName']),
      targetUrl: textOf(one['targetUrl']),
      authentication: textOf(authentication),
      username: username === undefined ? undefined : textOf(username),
    };
  });
}

/** Custom authentication extensions of a tenant. @throws GraphError */
export async function readExtensions({ context }: Directory): Promise<readonly DeployedExtension[]> {
  const found = await context.graph.list(EXTENSIONS);
  return found.flatMap((one) => {
    const told = toldExtension(one);
    if (told === undefined) return [];
    const { event, description, resourceId, claims, behaviorOnError } = told;
    const { timeoutInMilliseconds: timeoutMilliseconds, maximumRetries: retries } = told;
    const named = { id: textOf(one['id']), displayName: textOf(told['displayName']), url: textOf(told['targetUrl']) };
    return [{ ...named, event, description, resourceId, claims, behaviorOnError, timeoutMilliseconds, retries }];
  });
}

/** APIs that a B2C user flow calls. @throws GraphError */
export async function readCalls({ context }: Directory, { id }: UserFlow): Promise<FlowCalls> {
  const called = await readCalled(context, flowPath(id));
  return called.map(({ step, connector }) => ({
    step,
    connector: textOf(connector['id']),
    displayName: textOf(connector['displayName']),
  }));
}

/** A user flow of an external tenant, by its name. @throws GraphError */
export async function readExternalFlow(
  { context }: Directory,
  { id: displayName, attributes: declared }: UserFlow,
): Promise<DeployedEventsFlow | undefined> {
  const found = await findFlowByName(context, displayName);
  const live = found && (await readEventsFlow(textOf(found['id']), undefined, context));
  if (live === undefined) return undefined;
  const { isSignUpAllowed, attributes, identityProviders, applications } = live.inputs;
  return {
    isSignUpAllowed: isSignUpAllowed === true,
    attributes: mappingsIn(attributes).map(({ attribute, isOptional, label }) => {
      const id = declaredId(textOf(attribute), declared);
      const isLabelled = declared.some((one) => one.id === id && one.label !== undefined);
      return { id, optional: isOptional === true, ...(isLabelled && { label: textOf(label) }) };
    }),
    identityProviders: textsOf(identityProviders),
    applications: textsOf(applications).map((id) => readId(ClientId, id)),
  };
}

/** `LoyaltyNumber` of `extension_…_LoyaltyNumber`, where the estate calls it so. */
function declaredId(id: string, declared: UserFlow['attributes']): string {
  const name = id.replace(/^extension_[0-9a-f]{32}_/i, '');
  return declared.find((one) => one.id === name)?.id ?? id;
}

/** Inputs that are compared: what the estate leaves empty is left to the service, and not read. */
function inputsOf(flow: UserFlow): Properties {
  const { id, type, attributes, identityProviders, languages } = flow;
  const texts = pageTextsOf(flow);
  const parts: Readonly<Record<ComparedProperty, Properties | false>> = {
    type: { userFlowType: type },
    attributes: attributes.length > 0 && { attributes: attributes.map(attributeOf) },
    identityProviders: identityProviders.length > 0 && { identityProviders },
    languages: languages !== undefined && {
      isLanguageCustomizationEnabled: true,
      defaultLanguageTag: languages.default,
      languages: languages.shown,
      ...(texts.length > 0 && { pageTexts: texts.map((text) => ({ ...text })) }),
    },
  };
  return { userFlowId: id, ...merged(parts) };
}

function attributeOf({ id, optional, requiresVerification, ...field }: UserFlow['attributes'][number]): Properties {
  return {
    attribute: id,
    isOptional: optional,
    requiresVerification,
    ...(field.label !== undefined && { displayName: field.label }),
    ...(field.choices && { userAttributeValues: [] }),
  };
}
