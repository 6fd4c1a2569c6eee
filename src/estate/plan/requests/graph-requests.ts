import { CONNECTOR_STEPS } from '../../../../provider/limits';

// Requests of the programs to Graph, as azuread 6.9 and entragraph send them: recorded with azuread's plug-in, and read in
// provider/. Paths are those of Microsoft's table of permissions: without the version, and mostly without /$ref. Owners of an
// application are bound when it is made; no program changes them later.

/**
 * Use of an identity: it previews a pull request, deploys, or is a person's, who looks at what is deployed (the doctor, an
 * import).
 */
export type Duty = 'preview' | 'deploy' | 'look';

/** Requests by what an identity does. */
export type Requests = Readonly<Record<Duty, readonly string[]>>;

const readAndWrite = (
  reads: readonly string[],
  writes: readonly string[],
  looks: readonly string[] = [],
): Requests => ({
  preview: reads,
  deploy: [...reads, ...writes],
  look: [...reads, ...looks],
});

const APPLICATIONS = readAndWrite(
  [
    'GET /applications',
    'GET /applications/{id}',
    'GET /applications/{id}/owners',
    'GET /servicePrincipals',
    'GET /servicePrincipals/{id}',
    'GET /servicePrincipals/{id}/owners',
  ],
  [
    'POST /applications',
    'PATCH /applications/{id}',
    'DELETE /applications/{id}',
    'POST /servicePrincipals',
    'PATCH /servicePrincipals/{id}',
    'DELETE /servicePrincipals/{id}',
  ],
);

const CONDITIONAL_ACCESS = readAndWrite(
  ['GET /identity/conditionalAccess/policies/{id}'],
  [
    'POST /identity/conditionalAccess/policies',
    'PATCH /identity/conditionalAccess/policies/{id}',
    'DELETE /identity/conditionalAccess/policies/{id}',
  ],
);

const SECRETS_AND_CONSENT = readAndWrite(
  ['GET /oauth2PermissionGrants/{id}'],
  [
    'POST /applications/{id}/addPassword',
    'POST /applications/{id}/removePassword',
    'POST /oauth2PermissionGrants',
    'PATCH /oauth2PermissionGrants/{id}',
    'DELETE /oauth2PermissionGrants/{id}',
  ],
);

const FLOW = '/identity/b2cUserFlows/{id}';
const USER_FLOWS = readAndWrite(
  [
    'GET /identity/userFlowAttributes',
    'GET /identity/b2cUserFlows',
    `GET ${FLOW}`,
    ...['', '/{id}/defaultPages', '/{id}/overridesPages', '/{id}/overridesPages/{id}'].map(
      (part) => `GET ${FLOW}/languages${part}`,
    ),
    `GET ${FLOW}/userAttributeAssignments`,
    `GET ${FLOW}/userAttributeAssignments/getOrder`,
  ],
  [
    'POST /identity/b2cUserFlows',
    ...['PATCH', 'DELETE'].map((method) => `${method} ${FLOW}`),
    `PUT ${FLOW}/languages/{id}`,
    ...['PUT', 'DELETE'].map((method) => `${method} ${FLOW}/languages/{id}/overridesPages/{id}`),
    `POST ${FLOW}/userAttributeAssignments`,
    ...['PATCH', 'DELETE'].map((method) => `${method} ${FLOW}/userAttributeAssignments/{id}`),
    `POST ${FLOW}/userAttributeAssignments/setOrder`,
    `POST ${FLOW}/userFlowIdentityProviders`,
    `DELETE ${FLOW}/userFlowIdentityProviders/{id}`,
  ],
);

/** Requests that an estate with identity providers adds. */
const IDENTITY_PROVIDERS = readAndWrite(
  ['GET /identity/identityProviders', 'GET /identity/identityProviders/{id}'],
  [
    'POST /identity/identityProviders',
    ...['PATCH', 'DELETE'].map((method) => `${method} /identity/identityProviders/{id}`),
  ],
);

const CONFIGURATION = `${FLOW}/apiConnectorConfiguration`;
const API_CONNECTORS = readAndWrite(
  ['GET /identity/apiConnectors', 'GET /identity/apiConnectors/{id}', `GET ${CONFIGURATION}`],
  [
    'POST /identity/apiConnectors',
    ...['PATCH', 'DELETE'].map((method) => `${method} /identity/apiConnectors/{id}`),
    ...CONNECTOR_STEPS.map((step) => `PUT ${CONFIGURATION}/${step}`),
  ],
);

const LISTENERS = '/identity/authenticationEventListeners';
/** The same of an estate with custom authentication extensions. */
const CUSTOM_EXTENSIONS = readAndWrite(
  [
    'GET /identity/customAuthenticationExtensions',
    'GET /identity/customAuthenticationExtensions/{id}',
    `GET ${LISTENERS}`,
    `GET ${LISTENERS}/{id}`,
    `GET ${LISTENERS}/{id}/conditions/applications/includeApplications`,
  ],
  [
    'POST /identity/customAuthenticationExtensions',
    'PATCH /identity/customAuthenticationExtensions/{id}',
    'DELETE /identity/customAuthenticationExtensions/{id}',
    `POST ${LISTENERS}`,
    `PATCH ${LISTENERS}/{id}`,
    `DELETE ${LISTENERS}/{id}`,
  ],
);

/** The same of an estate that declares attributes. */
const ATTRIBUTES = readAndWrite(
  ['GET /identity/userFlowAttributes', 'GET /identity/userFlowAttributes/{id}'],
  [
    'POST /identity/userFlowAttributes',
    ...['PATCH', 'DELETE'].map((method) => `${method} /identity/userFlowAttributes/{id}`),
  ],
);

const EVENTS_FLOW = '/identity/authenticationEventsFlows/{id}';
const PROVIDERS = `${EVENTS_FLOW}/microsoft.graph.externalUsersSelfServiceSignUpEventsFlow/onAuthenticationMethodLoadStart/microsoft.graph.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp/identityProviders`;
const INCLUDED = `${EVENTS_FLOW}/conditions/applications/includeApplications`;
const EVENTS_FLOWS = readAndWrite(
  [
    'GET /identity/userFlowAttributes',
    'GET /identity/authenticationEventsFlows',
    `GET ${EVENTS_FLOW}`,
    `GET ${PROVIDERS}`,
    `GET ${INCLUDED}`,
  ],
  [
    'POST /identity/authenticationEventsFlows',
    `PATCH ${EVENTS_FLOW}`,
    `DELETE ${EVENTS_FLOW}`,
    `POST ${PROVIDERS}/$ref`,
    `DELETE ${PROVIDERS}/{id}/$ref`,
    `POST ${INCLUDED}`,
    `DELETE ${INCLUDED}/{id}`,
  ],
);

const GROUPS = readAndWrite(
  [
    'GET /groups',
    'GET /groups/{id}',
    'GET /groups/{id}/members',
    'GET /groups/{id}/memberOf',
    'GET /groups/{id}/owners',
  ],
  [
    'POST /groups',
    'PATCH /groups/{id}',
    'DELETE /groups/{id}',
    'POST /groups/{id}/owners',
    'DELETE /groups/{id}/owners/{id}',
    'POST /groups/{id}/members',
    'DELETE /groups/{id}/members/{id}',
  ],
  ['GET /users/{id}'],
);

/** Roles of APIs that daemons have. */
const APP_ROLES = readAndWrite(
  ['GET /servicePrincipals/{id}/appRoleAssignedTo/{id}'],
  ['POST /servicePrincipals/{id}/appRoleAssignedTo', 'DELETE /servicePrincipals/{id}/appRoleAssignedTo/{id}'],
);

/** The application that reads who exists, and trusts the role of a function. */
const READER = readAndWrite(
  ['GET /applications/{id}/federatedIdentityCredentials/{id}', ...APP_ROLES.preview],
  [
    'POST /applications/{id}/federatedIdentityCredentials',
    'PATCH /applications/{id}/federatedIdentityCredentials/{id}',
    'DELETE /applications/{id}/federatedIdentityCredentials/{id}',
    ...APP_ROLES.deploy,
  ],
);

/** Applications of the gallery that sign in by SAML, and whoever is assigned. */
const SAML = readAndWrite(
  [
    'GET /servicePrincipals/{id}/appRoleAssignedTo/{id}',
    'GET /servicePrincipals/{id}/claimsMappingPolicies',
    'GET /policies/claimsMappingPolicies/{id}',
  ],
  [
    'POST /applicationTemplates/{id}/instantiate',
    'POST /servicePrincipals/{id}/addTokenSigningCertificate',
    'POST /servicePrincipals/{id}/appRoleAssignedTo',
    'DELETE /servicePrincipals/{id}/appRoleAssignedTo/{id}',
    'POST /servicePrincipals/{id}/claimsMappingPolicies',
    'DELETE /servicePrincipals/{id}/claimsMappingPolicies/{id}',
    'POST /policies/claimsMappingPolicies',
    'PATCH /policies/claimsMappingPolicies/{id}',
    'DELETE /policies/claimsMappingPolicies/{id}',
  ],
);

const JOBS = '/servicePrincipals/{id}/synchronization/jobs';
const PROVISIONING = readAndWrite(
  [`GET ${JOBS}`, `GET ${JOBS}/{id}`, `GET ${JOBS}/{id}/schema`, 'GET /servicePrincipals/{id}/synchronization/secrets'],
  [
    `POST ${JOBS}`,
    `DELETE ${JOBS}/{id}`,
    `POST ${JOBS}/{id}/start`,
    `POST ${JOBS}/{id}/pause`,
    `POST ${JOBS}/{id}/restart`,
    `POST ${JOBS}/{id}/validateCredentials`,
    `PUT ${JOBS}/{id}/schema`,
    `POST ${JOBS}/{id}/schema/parseExpression`,
    'PUT /servicePrincipals/{id}/synchronization/secrets',
  ],
);

/** Sent only where an estate names owners of groups. */
const OWNERS = readAndWrite(['GET /users', 'GET /users/{id}'], ['GET /directoryObjects/{id}']);

/** Things of an estate in a directory, by what they are called, with the requests of all that is done with them. */
export const GRAPH_RESOURCES = {
  applications: APPLICATIONS,
  'client secrets and consent': SECRETS_AND_CONSENT,
  'user flows of B2C': USER_FLOWS,
  'user flows of External ID': EVENTS_FLOWS,
  'roles of daemons': APP_ROLES,
  'identity providers': IDENTITY_PROVIDERS,
  'attributes of the directory': ATTRIBUTES,
  'API connectors': API_CONNECTORS,
  'custom authentication extensions': CUSTOM_EXTENSIONS,
  groups: GROUPS,
  'owners of groups': OWNERS,
  ...{ 'groups for roles of Entra ID': readAndWrite([], []), 'people and consents': readAndWrite([], []) },
  'SAML applications': SAML,
  "the leavers' application": READER,
  'provisioning (SCIM)': PROVISIONING,
  'Conditional Access policies': CONDITIONAL_ACCESS,
} as const satisfies Readonly<Record<string, Requests>>;

export type GraphResource = keyof typeof GRAPH_RESOURCES;
