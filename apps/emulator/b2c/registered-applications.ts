import type { Directory } from '../graph/directory/directory';
import { type JsonObject, objectOf, objectsOf, textOf, textsOf } from '../graph/json';
import type { Entity } from '../graph/store/store';
import { type Api, type Client, type DirectoryType, type ImplicitToken, scopesIn, type Secret } from './registrations';

/** A directory with the objects that register applications, as Graph has them. */
export type ApplicationDirectory = Pick<Directory, 'all' | 'find' | 'findByAppId' | 'clock'> & {
  readonly tenant: Pick<Directory['tenant'], 'kind'>;
};

/** Applications of any other audience cannot use user flows. */
const AUDIENCES: Readonly<Record<DirectoryType, string>> = {
  b2c: 'AzureADandPersonalMicrosoftAccount',
  'external-id': 'AzureADMyOrg',
};

const SIGN_IN_SCOPES = ['openid', 'offline_access'];

/** Applications that sign people in: those that the service would take. */
export function registeredClients(directory: ApplicationDirectory): readonly Client[] {
  return usableApplications(directory).map((application) => clientOf(directory, application));
}

/** Applications that stand for APIs: those that the service would take. */
export function registeredApis(directory: ApplicationDirectory): readonly Api[] {
  return usableApplications(directory).flatMap((application) => apisOf(directory, application));
}

export function directoryTypeOf({ tenant }: Pick<ApplicationDirectory, 'tenant'>): DirectoryType {
  return tenant.kind === 'CIAM' ? 'external-id' : 'b2c';
}

function usableApplications(directory: ApplicationDirectory): readonly Entity[] {
  const audience = AUDIENCES[directoryTypeOf(directory)];
  return directory
    .all('applications')
    .filter((application) => application['signInAudience'] === audience && principalOf(directory, application));
}

function principalOf(directory: ApplicationDirectory, application: Entity): Entity | undefined {
  return directory.findByAppId('servicePrincipals', textOf(application, 'appId'));
}

function clientOf(directory: ApplicationDirectory, application: Entity): Client {
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
function rolesGrantedTo(directory: ApplicationDirectory, application: Entity): readonly string[] {
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

function applicationOf(directory: ApplicationDirectory, principalId: string): Entity | undefined {
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
function grantedTo(directory: ApplicationDirectory, application: Entity): readonly string[] {
  const principal = principalOf(directory, application);
  return directory
    .all('oauth2PermissionGrants')
    .filter((grant) => grant['clientId'] === principal?.id && grant['consentType'] === 'AllPrincipals')
    .flatMap((grant) => {
      const [uri] = textsOf(applicationOf(directory, textOf(grant, 'resourceId')) ?? {}, 'identifierUris');
      return scopesIn(grant['scope']).map((scope) => (uri === undefined ? scope : `${uri}/${scope}`));
    });
}

function apisOf(directory: ApplicationDirectory, application: Entity): readonly Api[] {
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

/** Claims that an application asks for besides the usual ones. */
function optionalClaimsOf(application: Entity, token: 'idToken' | 'accessToken'): readonly string[] {
  return objectsOf(objectOf(application, 'optionalClaims'), token).map((claim) => textOf(claim, 'name'));
}

/** Says that a policy that is in force asks everybody for a second factor at the application. */
function isCovered(directory: ApplicationDirectory, appId: string): boolean {
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
