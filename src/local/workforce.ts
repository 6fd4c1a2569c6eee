import type { WorkforcePlan } from '../../apps/emulator/workforce/plan';
import type { EstatePlan } from '../estate/plan/planner';
import type { Assignment } from '../estate/sections/access/plan/expand';
import type { AttributeMapping, AwsApplication, Workforce } from '../estate/sections/workforce/workforce';

/** Domain of the people on this machine. */
const DOMAIN = 'staff.example.com';

/** People who are there from the start, each in another group. Passwords are not secret: the emulator is for this machine alone. */
const PEOPLE = [
  ['Grace', 'Hopper', 'Compiler-1952'],
  ['Katherine', 'Johnson', 'Trajectory-1962'],
  ['Dorothy', 'Vaughan', 'Fortran-1961'],
  ['Alan', 'Turing', 'Bombe-1939'],
] as const;

/** What an estate has for staff, for the emulators of Entra ID and IAM Identity Center. @throws Error without provisioning */
export function workforcePlanOf({ estate, access }: Pick<EstatePlan, 'estate' | 'access'>): WorkforcePlan {
  const { workforce } = estate;
  const application = workforce?.awsApplication;
  if (workforce === undefined || application?.scim === undefined) {
    throw new Error(
      "the estate has no workforce.awsApplication.scim, so nobody is provisioned; add it, or start 'customers'",
    );
  }
  const { scim, assignedGroups } = application;
  const assigned = assignedGroups.map(({ name }) => name);
  return {
    tenantId: tenantOf(workforce),
    domain: DOMAIN,
    groups: workforce.groups.map(({ name }) => name),
    assignedGroups: assigned,
    people: PEOPLE.flatMap(([givenName, surname, password], index) => {
      const group = assigned[index];
      const userPrincipalName = `${givenName.toLowerCase()}@${DOMAIN}`;
      return group === undefined ? [] : [{ givenName, surname, password, userPrincipalName, group }];
    }),
    application: applicationOf(application),
    mappings: scim.attributeMappings.map((mapping) => ({ target: mapping.target, expression: expressionOf(mapping) })),
    safeguards: scim.safeguards,
    groupIds: new Map([...(access?.organization.groupByName ?? [])].map(([name, { id }]) => [name, id])),
    grants: deployedGrants(access?.expansion.assignments ?? []),
  };
}

function applicationOf({ displayName, saml }: AwsApplication): WorkforcePlan['application'] {
  const [certificate] = saml.signingCertificates;
  return {
    displayName,
    identifier: saml.identifier,
    replyUrls: [saml.replyUrl, ...saml.additionalReplyUrls],
    signOnUrl: saml.signOnUrl,
    nameId: saml.nameId === 'mail' ? 'mail' : 'userprincipalname',
    certificate: certificate?.name ?? displayName,
  };
}

/** Without an id of the Identity Store a group waits for its first synchronization, and its access for the deployment after. */
function deployedGrants(assignments: readonly Assignment[]): WorkforcePlan['grants'] {
  return assignments.flatMap(({ holder, account: { id, name }, permissionSet, principalId }) =>
    principalId === undefined ? [] : [{ holder, account: { id, name }, permissionSet }],
  );
}

/** Of a tenant that an estate does not name yet. */
const NO_TENANT = '5a3e1c2b-7d46-4f08-9b1a-2c6d8e0f4a71';

function tenantOf({ tenantId = NO_TENANT }: Workforce): string {
  return tenantId;
}

/** As the portal writes it. */
function expressionOf({ source, constant, expression }: AttributeMapping): string | undefined {
  if (source !== undefined) return `[${source}]`;
  return constant === undefined ? expression : `"${constant}"`;
}
