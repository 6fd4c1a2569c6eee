import { textsIn } from '../base/own-pages';
import type { Directory } from '../graph/directory/directory';
import { type JsonObject, objectOf, objectsOf, textOf, textsOf } from '../graph/json';
import { inputsOf } from '../graph/resources/events-flows/events-flows';
import { portalSettingsOf } from '../graph/resources/user-flows/portal';
import type { Entity } from '../graph/store/store';
import type { DirectoryAccount } from './store/users';
import {
  type Api,
  type Client,
  type DirectoryType,
  type Flow,
  type FlowAttribute,
  type FlowType,
  type ImplicitToken,
  type Registrations,
  scopesIn,
  type Secret,
} from './registrations';

/** Applications of any other audience cannot use user flows. */
const AUDIENCES: Readonly<Record<DirectoryType, string>> = {
  b2c: 'AzureADandPersonalMicrosoftAccount',
  'external-id': 'AzureADMyOrg',
};

const SIGN_IN_SCOPES = ['openid', 'offline_access'];

const FLOW_TYPES: readonly FlowType[] = ['signUpOrSignIn', 'signIn', 'signUp', 'profileUpdate', 'passwordReset'];

/**
 * Everything that was registered through the emulator's Graph, as it is at the moment of reading: a change takes effect at once.
 * Left out is what the service would refuse too: applications without service principal or of another audience,
 * secrets out of their time, disabled scopes, permissions without consent of an administrator.
 */
export function registrationsFromGraph(directory: Directory): Registrations {
  const { tenant } = directory;
  return {
    directoryType: directoryTypeOf(directory),
    directory: tenant.domain.split('.', 1)[0] ?? tenant.domain,
    tenantId: tenant.id,
    get clients() {
      return usableApplications(directory).map((application) => clientOf(directory, application));
    },
    get apis() {
      return usableApplications(directory).flatMap((application) => apisOf(directory, application));
    },
    findAccount: (email) => accountOf(directory, email.toLowerCase()),
    get flows() {
      return directoryTypeOf(directory) === 'external-id'
        ? eventsFlowsOf(directory)
        : directory.all('userFlows').flatMap((flow) => flowOf(directory, flow));
    },
  };
}

/** A local account that may sign in. */
function accountOf(directory: Directory, email: string): DirectoryAccount | undefined {
  const isOf = (user: Entity): boolean =>
    objectsOf(user, 'identities').some(
      (one) => textOf(one, 'signInType') === 'emailAddress' && textOf(one, 'issuerAssignedId').toLowerCase() === email,
    );
  const user = directory.all('users').find(isOf);
  if (user === undefined || user['accountEnabled'] === false || textOf(user, '_password') === '') return undefined;
  const texts = Object.entries(textsIn(user));
  const attributes = Object.fromEntries(texts.filter(([name]) => ATTRIBUTES.test(name)));
  return { id: user.id, emails: [email], attributes, password: textOf(user, '_password') };
}

/** Properties of a user that are attributes of user flows. */
const ATTRIBUTES =
  /^(city|country|displayName|givenName|jobTitle|postalCode|state|streetAddress|surname|extension_[\da-f]{32}_\w+)$/;

function directoryTypeOf({ tenant }: Directory): DirectoryType {
  return tenant.kind === 'CIAM' ? 'external-id' : 'b2c';
}

function usableApplications(directory: Directory): readonly Entity[] {
  const audience = AUDIENCES[directoryTypeOf(directory)];
  return directory
    .all('applications')
    .filter((application) => application['signInAudience'] === audience && principalOf(directory, application));
}

function principalOf(directory: Directory, application: Entity): Entity | undefined {
  return directory.findByAppId('servicePrincipals', textOf(application, 'appId'));
}

function clientOf(directory: Directory, application: Entity): Client {
  const granted = grantedTo(directory, application);
  const web = objectOf(application, 'web');
  return {
    clientId: textOf(application, 'appId'),
    displayName: textOf(application, 'displayName'),
    secrets: objectsOf(application, 'passwordCredentials').flatMap((item) => secretOf(directory.clock(), item)),
    redirectUris: textsOf(web, 'redirectUris'),
    ...(textOf(web, 'logoutUrl') !== '' && { logoutUrl: textOf(web, 'logoutUrl') }),
    spaRedirectUris: textsOf(objectOf(application, 'spa'), 'redirectUris'),
    nativeRedirectUris: textsOf(objectOf(application, 'publicClient'), 'redirectUris'),
    implicitTokens: implicitTokensOf(objectOf(web, 'implicitGrantSettings')),
    grantedScopes: granted.filter((scope) => !SIGN_IN_SCOPES.includes(scope)),
    signInScopes: granted.filter((scope) => SIGN_IN_SCOPES.includes(scope)),
    grantedRoles: rolesGrantedTo(directory, application),
    optionalClaims: optionalClaimsOf(application, 'idToken'),
  };
}

function implicitTokensOf(settings: JsonObject): readonly ImplicitToken[] {
  return [
    ...(settings['enableIdTokenIssuance'] === true ? (['id_token'] as const) : []),
    ...(settings['enableAccessTokenIssuance'] === true ? (['token'] as const) : []),
  ];
}

/** Full names of the app roles that the application itself was assigned. */
function rolesGrantedTo(directory: Directory, application: Entity): readonly string[] {
  const principal = principalOf(directory, application);
  return directory
    .all('appRoleAssignments')
    .filter(({ principalId }) => principalId === principal?.id)
    .flatMap((assignment) => {
      const api = applicationOf(directory, textOf(assignment, 'resourceId')) ?? {};
      const isGiven = (role: JsonObject): boolean =>
        role['id'] === assignment['appRoleId'] && role['isEnabled'] === true;
      const roles = objectsOf(api, 'appRoles').filter(isGiven);
      return textsOf(api, 'identifierUris')
        .slice(0, 1)
        .flatMap((uri) => roles.map((role) => `${uri}/${textOf(role, 'value')}`));
    });
}

function applicationOf(directory: Directory, principalId: string): Entity | undefined {
  const principal = directory.find('servicePrincipals', principalId);
  return principal && directory.findByAppId('applications', textOf(principal, 'appId'));
}

function secretOf(now: Date, credential: JsonObject): readonly Secret[] {
  const isValid =
    Date.parse(textOf(credential, 'startDateTime')) <= now.getTime() &&
    now.getTime() < Date.parse(textOf(credential, 'endDateTime'));
  return isValid ? [{ sha256: textOf(credential, '_digest') }] : [];
}

/** Full names of an API's scopes; those of Microsoft Graph by their short names. */
function grantedTo(directory: Directory, application: Entity): readonly string[] {
  const principal = principalOf(directory, application);
  return directory
    .all('oauth2PermissionGrants')
    .filter((grant) => grant['clientId'] === principal?.id && grant['consentType'] === 'AllPrincipals')
    .flatMap((grant) => {
      const [uri] = textsOf(applicationOf(directory, textOf(grant, 'resourceId')) ?? {}, 'identifierUris');
      return scopesIn(grant['scope']).map((scope) => (uri === undefined ? scope : `${uri}/${scope}`));
    });
}

function apisOf(directory: Directory, application: Entity): readonly Api[] {
  const clientId = textOf(application, 'appId');
  const scopes = objectsOf(objectOf(application, 'api'), 'oauth2PermissionScopes')
    .filter((scope) => scope['isEnabled'] === true)
    .map((scope) => textOf(scope, 'value'));
  const optionalClaims = optionalClaimsOf(application, 'accessToken');
  const needsFactor = isCovered(directory, clientId);
  return textsOf(application, 'identifierUris').map((identifierUri) => ({
    clientId,
    identifierUri,
    scopes,
    optionalClaims,
    needsFactor,
  }));
}

function flowOf(directory: Directory, flow: Entity): readonly Flow[] {
  const type = FLOW_TYPES.find((known) => known === flow['userFlowType']);
  if (type === undefined) return [];
  return [
    {
      id: flow.id,
      type,
      ...portalSettingsOf(flow),
      attributes: objectsOf(flow, '_attributes').map(attributeOf),
      identityProviders: directory.links(flow.id, 'identityProviders'),
    },
  ];
}

function attributeOf(assignment: JsonObject): FlowAttribute {
  return {
    id: textOf(assignment, 'id'),
    label: textOf(assignment, 'displayName'),
    optional: assignment['isOptional'] === true,
    requiresVerification: assignment['requiresVerification'] === true,
  };
}

// What an external tenant has in other places than a B2C directory.

/** User flows, with the applications that they are attached to. */
function eventsFlowsOf(directory: Directory): readonly Flow[] {
  return directory.all('eventsFlows').map((flow) => ({
    id: textOf(flow, 'displayName'),
    type: objectOf(flow, 'onInteractiveAuthFlowStart')['isSignUpAllowed'] === true ? 'signUpOrSignIn' : 'signIn',
    multifactorMethod: 'email',
    attributes: inputsOf(objectOf(flow, 'onAttributeCollection')).map((input) => ({
      id: textOf(input, 'attribute'),
      label: textOf(input, 'label'),
      optional: input['required'] !== true,
      requiresVerification: true,
    })),
    identityProviders: directory.links(flow.id, 'identityProviders'),
    applications: directory.links(flow.id, 'applications'),
  }));
}

/** Claims that an application asks for besides the usual ones. */
function optionalClaimsOf(application: Entity, token: 'idToken' | 'accessToken'): readonly string[] {
  return objectsOf(objectOf(application, 'optionalClaims'), token).map((claim) => textOf(claim, 'name'));
}

/** Says that a policy that is in force asks everybody for a second factor at the application. */
function isCovered(directory: Directory, appId: string): boolean {
  return directory.all('conditionalAccessPolicies').some((policy) => {
    const conditions = objectOf(policy, 'conditions');
    const applications = textsOf(objectOf(conditions, 'applications'), 'includeApplications');
    return (
      policy['state'] === 'enabled' &&
      [appId, 'All'].some((id) => applications.includes(id)) &&
      textsOf(objectOf(conditions, 'users'), 'includeUsers').includes('All') &&
      textsOf(objectOf(policy, 'grantControls'), 'builtInControls').includes('mfa')
    );
  });
}
