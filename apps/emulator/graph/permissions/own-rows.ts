/** Permissions of a request where Microsoft's table has no row for it, or one that would let through what the service refuses. */
export interface OwnRow {
  /** `GET /groups/{id}`, as `requestKey` writes it. */
  readonly requests: readonly string[];
  /** Any one is enough; `A & B` needs both. None for a request that any token is enough for. */
  readonly application: readonly string[];
  /** The same of a person who is signed in to an application. @default as `application` */
  readonly delegated?: readonly string[];
  readonly reason: string;
  /** Page that says so, or that the row is read from. */
  readonly source: string;
}

const LEARN = 'https://learn.microsoft.com/graph';
const ASSIGNMENTS = [
  '/serviceprincipals/{id}/approleassignedto',
  '/serviceprincipals/{id}/approleassignments',
  '/groups/{id}/approleassignments',
  '/users/{id}/approleassignments',
];
const CONDITIONAL_ACCESS = '/identity/conditionalaccess/policies';
const DELETED = '/directory/deleteditems';

const ASSIGN = 'AppRoleAssignment.ReadWrite.All';
const WRITE_POLICY = 'Policy.Read.All & Policy.ReadWrite.ConditionalAccess';
const READ_APPLICATIONS = ['Application.Read.All', 'Application.ReadWrite.All', 'Directory.Read.All'];

export const OWN_ROWS: readonly OwnRow[] = [
  {
    requests: ['GET /applicationtemplates', 'GET /applicationtemplates/{id}'],
    application: [],
    reason: 'The gallery is readable with any token.',
    source: `${LEARN}/api/applicationtemplate-list`,
  },
  {
    requests: ['GET /me'],
    application: [],
    delegated: ['User.Read', 'User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'],
    reason: 'An application is told that no one is signed in, whatever its permissions.',
    source: `${LEARN}/api/user-get`,
  },
  {
    requests: [...ASSIGNMENTS.map((path) => `POST ${path}`), ...ASSIGNMENTS.map((path) => `DELETE ${path}/{id}`)],
    application: READ_APPLICATIONS.map((read) => `${ASSIGN} & ${read}`),
    reason: 'The table has Application.ReadWrite.All and Directory.Read.All on their own, which give no role away.',
    source: `${LEARN}/api/serviceprincipal-post-approleassignedto`,
  },
  {
    requests: ASSIGNMENTS.map((path) => `GET ${path}/{id}`),
    application: [...READ_APPLICATIONS, 'Application.ReadWrite.OwnedBy', 'Directory.ReadWrite.All'],
    delegated: [...READ_APPLICATIONS, 'Directory.ReadWrite.All'],
    reason: 'One assignment, with the permissions of the list.',
    source: `${LEARN}/api/serviceprincipal-list-approleassignedto`,
  },
  {
    requests: ['GET /users/{id}/approleassignments'],
    application: [ASSIGN, 'Directory.Read.All', 'Directory.ReadWrite.All'],
    reason: 'As the row of groups.',
    source: `${LEARN}/api/user-list-approleassignments`,
  },
  {
    requests: ['POST /groups/{id}/members'],
    application: ['GroupMember.ReadWrite.All', 'Group.ReadWrite.All', 'Directory.ReadWrite.All'],
    reason: 'The table has the removal of a member alone.',
    source: `${LEARN}/api/group-post-members`,
  },
  {
    requests: [`POST ${CONDITIONAL_ACCESS}`, `PATCH ${CONDITIONAL_ACCESS}/{id}`, `DELETE ${CONDITIONAL_ACCESS}/{id}`],
    application: [WRITE_POLICY],
    delegated: [`Application.Read.All & ${WRITE_POLICY}`, `Application.ReadWrite.All & ${WRITE_POLICY}`],
    reason: 'The table lists the parts of what is needed together as if each were enough.',
    source: `${LEARN}/api/conditionalaccessroot-post-policies`,
  },
  {
    requests: ['POST /identity/b2cuserflows/{id}/userflowidentityproviders'],
    application: ['IdentityUserFlow.ReadWrite.All'],
    reason: 'As its removal.',
    source: `${LEARN}/api/b2cidentityuserflow-post-userflowidentityproviders`,
  },
  {
    requests: ['DELETE /identity/b2cuserflows/{id}/languages/{id}/overridespages/{id}'],
    application: ['IdentityUserFlow.ReadWrite.All'],
    reason: 'The table leaves out the page, which the example of the request has.',
    source: `${LEARN}/api/userflowlanguagepage-delete`,
  },
  {
    requests: ['postfederationsignup', 'postattributecollection', 'pretokenissuance'].map(
      (step) => `PUT /identity/b2cuserflows/{id}/apiconnectorconfiguration/${step}`,
    ),
    application: ['IdentityUserFlow.ReadWrite.All'],
    reason: 'The table has {id} in the place of the step.',
    source: `${LEARN}/api/b2cidentityuserflow-put-apiconnectorconfiguration`,
  },
  {
    requests: [
      'GET /serviceprincipals/{id}/synchronization/secrets',
      'GET /serviceprincipals/{id}/synchronization/jobs/{id}/schema/directories',
    ],
    application: ['Synchronization.Read.All', 'Synchronization.ReadWrite.All', 'Application.ReadWrite.OwnedBy'],
    delegated: ['Synchronization.Read.All', 'Synchronization.ReadWrite.All'],
    reason: "Relations of Microsoft's types without a page; as the other reads of provisioning.",
    source: `${LEARN}/permissions-reference#synchronizationreadall`,
  },
  {
    requests: ['application', 'serviceprincipal', 'group', 'user'].map(
      (type) => `GET ${DELETED}/microsoft.graph.${type}`,
    ),
    application: ['Directory.Read.All', 'Directory.ReadWrite.All', 'Application.ReadWrite.All', 'Group.ReadWrite.All'],
    reason: 'The page has a table for each type of object; these are enough for any.',
    source: `${LEARN}/api/directory-deleteditems-list`,
  },
  {
    requests: [`GET ${DELETED}/{id}`],
    application: ['Directory.Read.All', 'Directory.ReadWrite.All', 'Application.ReadWrite.All', 'Group.ReadWrite.All'],
    reason: 'The same of one object.',
    source: `${LEARN}/api/directory-deleteditems-get`,
  },
  {
    requests: [`POST ${DELETED}/{id}/restore`, `DELETE ${DELETED}/{id}`],
    application: ['Application.ReadWrite.All', 'Directory.ReadWrite.All'],
    reason: 'Of an application; the pages have a table for each type of object.',
    source: `${LEARN}/api/directory-deleteditems-restore`,
  },
];

/**
 * Reads for which the documentation asks for more than a preview may have, with the permissions that it has. A tenant may well
 * allow them, and none has shown it: they are refused unless the quirk `undocumentedReads` allows them.
 */
export const UNDOCUMENTED_READS: readonly OwnRow[] = [
  {
    requests: [
      'GET /oauth2permissiongrants',
      'GET /oauth2permissiongrants/{id}',
      'GET /serviceprincipals/{id}/oauth2permissiongrants',
    ],
    application: ['DelegatedPermissionGrant.Read.All'],
    reason:
      "The table does not know this permission, which is Microsoft's own to read exactly this. The least that it knows, " +
      'Directory.Read.All, would let a preview read every customer.',
    source: `${LEARN}/permissions-reference#delegatedpermissiongrantreadall`,
  },
  {
    requests: ['GET /serviceprincipals/{id}/claimsmappingpolicies'],
    application: ['Application.Read.All & Policy.Read.All'],
    reason: 'The table asks for Application.ReadWrite.All beside Policy.Read.All, and a preview must not write.',
    source: `${LEARN}/api/serviceprincipal-list-claimsmappingpolicies`,
  },
  {
    requests: ['GET /applications/{id}/federatedidentitycredentials/{id}'],
    application: ['Application.Read.All'],
    reason:
      'The list of them is readable with it, but one of them takes a permission that writes, which a preview must not have.',
    source: `${LEARN}/api/federatedidentitycredential-get`,
  },
  {
    requests: ['GET /identity/apiconnectors', 'GET /identity/apiconnectors/{id}'],
    application: ['APIConnectors.Read.All'],
    reason:
      "The table does not know this permission, which is Microsoft's own to read exactly this, and a preview must not write.",
    source: `${LEARN}/permissions-reference#apiconnectorsreadall`,
  },
  {
    requests: ['GET /identity/b2cuserflows/{id}/apiconnectorconfiguration'],
    application: ['IdentityUserFlow.Read.All'],
    reason: 'The table asks for the permission to change flows, and a preview must not write.',
    source: `${LEARN}/api/b2cidentityuserflow-get-apiconnectorconfiguration`,
  },
];
