// Requests of the programs to Graph, as azuread 6.9 and entragraph send them: recorded with azuread's plug-in, and read in
// provider/. Paths are those of Microsoft's table of permissions: without the version, and mostly without /$ref. Owners of an
// application are bound when it is made; no program changes them later.

/** Requests by what an identity does: it previews a pull request, or deploys. */
interface Requests {
  readonly preview: readonly string[];
  readonly deploy: readonly string[];
}

const readAndWrite = (reads: readonly string[], writes: readonly string[]): Requests => ({
  preview: reads,
  deploy: [...reads, ...writes],
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

/** Applications with secrets and consent: every directory of customers. */
const CUSTOMERS = join(
  APPLICATIONS,
  readAndWrite(
    ['GET /oauth2PermissionGrants/{id}'],
    [
      'POST /applications/{id}/addPassword',
      'POST /applications/{id}/removePassword',
      'POST /oauth2PermissionGrants',
      'PATCH /oauth2PermissionGrants/{id}',
      'DELETE /oauth2PermissionGrants/{id}',
    ],
  ),
);

const FLOW = '/identity/b2cUserFlows/{id}';
const USER_FLOWS = readAndWrite(
  [
    'GET /identity/userFlowAttributes',
    'GET /identity/b2cUserFlows',
    `GET ${FLOW}`,
    `GET ${FLOW}/languages`,
    `GET ${FLOW}/userAttributeAssignments`,
    `GET ${FLOW}/userAttributeAssignments/getOrder`,
  ],
  [
    'POST /identity/b2cUserFlows',
    `PATCH ${FLOW}`,
    `DELETE ${FLOW}`,
    `PUT ${FLOW}/languages/{id}`,
    `POST ${FLOW}/userAttributeAssignments`,
    `PATCH ${FLOW}/userAttributeAssignments/{id}`,
    `DELETE ${FLOW}/userAttributeAssignments/{id}`,
    `POST ${FLOW}/userAttributeAssignments/setOrder`,
    `POST ${FLOW}/userFlowIdentityProviders`,
    `DELETE ${FLOW}/userFlowIdentityProviders/{id}`,
  ],
);

/** What an estate that declares identity providers sends besides. */
const IDENTITY_PROVIDERS = readAndWrite(
  ['GET /identity/identityProviders', 'GET /identity/identityProviders/{id}'],
  [
    'POST /identity/identityProviders',
    'PATCH /identity/identityProviders/{id}',
    'DELETE /identity/identityProviders/{id}',
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
);

/** Applications of the gallery that sign in by SAML, whoever is assigned, and the one that reads who exists. */
const SAML = readAndWrite(
  [
    'GET /applications/{id}/federatedIdentityCredentials/{id}',
    'GET /servicePrincipals/{id}/appRoleAssignedTo/{id}',
    'GET /servicePrincipals/{id}/claimsMappingPolicies',
    'GET /policies/claimsMappingPolicies/{id}',
  ],
  [
    'POST /applicationTemplates/{id}/instantiate',
    'POST /applications/{id}/federatedIdentityCredentials',
    'PATCH /applications/{id}/federatedIdentityCredentials/{id}',
    'DELETE /applications/{id}/federatedIdentityCredentials/{id}',
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
const OWNERS = readAndWrite(['GET /users', 'GET /users/{id}'], []);

/** Requests by program; of `customers`, by the kind of its directory. The last two are sent by some estates alone. */
export const REQUESTS = {
  customers: join(CUSTOMERS, USER_FLOWS),
  'external-id': join(CUSTOMERS, EVENTS_FLOWS, CONDITIONAL_ACCESS),
  workforce: join(APPLICATIONS, GROUPS, SAML, PROVISIONING, CONDITIONAL_ACCESS),
  owners: OWNERS,
  identityProviders: IDENTITY_PROVIDERS,
} as const satisfies Readonly<Record<string, Requests>>;

function join(...parts: readonly Requests[]): Requests {
  const all = (duty: keyof Requests): readonly string[] => [...new Set(parts.flatMap((part) => part[duty]))];
  return { preview: all('preview'), deploy: all('deploy') };
}
