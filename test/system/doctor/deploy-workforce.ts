import { CreateGroupMembershipCommand, CreateUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import { type JsonObject, objectOf, objectsOf, textOf } from '../../../apps/emulator/graph/json';
import { openDirectory } from '../../../src/clouds/graph/directory';
import type { OrganizationFile } from '../../../src/estate/source/organization';
import type { Workforce } from '../../../src/estate/sections/workforce/workforce';
import { samlSigningCertificate } from '../../../provider/saml/saml-signing-certificate';
import { synchronizationSchema } from '../../../provider/synchronization/synchronization-schema';
import { type Call, idOf } from '../../support/apps/emulator/support/client';
import { create, group, instantiate, makeOwner, type Registered, user } from '../apps/emulator/support/use-emulator';
import type { Moto } from '../../support/moto';
import { policyBody } from '../../support/doctor/sign-in-policy';

/** People of the directory: every group has two of them. */
export const PEOPLE = ['ada', 'berta', 'carl'] as const;
export const DOMAIN = 'insurance.example.com';

export const NAME_ID = {
  ClaimsMappingPolicy: {
    Version: 1,
    IncludeBasicClaimSet: 'true',
    ClaimsSchema: [
      {
        Source: 'user',
        ID: 'userprincipalname',
        SamlClaimType: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
        SamlNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
      },
    ],
  },
};

export interface DeployedWorkforce extends Registered {
  /** `/v1.0/servicePrincipals/…` */
  readonly principal: string;
  readonly job: string;
  readonly role: string;
  readonly claimsPolicy: string;
  readonly signInPolicy: string;
  /** The policy as it was sent. */
  readonly policy: JsonObject;
  /** Entra object ids, by name. */
  readonly groups: ReadonlyMap<string, string>;
  readonly people: ReadonlyMap<string, string>;
}

/** Makes in Entra's stand-in what the workforce program registers, and people in the groups. */
export async function deployWorkforce(
  { emulator, call }: { readonly emulator: GraphEmulator; readonly call: Call },
  { awsApplication, groups: declared, tenantId = '' }: Workforce,
): Promise<DeployedWorkforce> {
  if (awsApplication?.scim === undefined || awsApplication.conditionalAccess === undefined) {
    throw new Error('the estate has no AWS application with provisioning and a policy');
  }
  const { saml, displayName, scim, assignedGroups, conditionalAccess } = awsApplication;
  const registered = await instantiate(call, displayName);
  await makeOwner(call, registered, emulator);
  const principal = `/v1.0/servicePrincipals/${registered.principalId}`;
  await call(`PATCH ${principal}`, {
    preferredSingleSignOnMode: 'saml',
    loginUrl: saml.signOnUrl,
    appRoleAssignmentRequired: true,
  });
  await call(`PATCH /v1.0/applications/${registered.applicationId}`, {
    identifierUris: [saml.identifier],
    web: { redirectUris: [saml.replyUrl, ...saml.additionalReplyUrls] },
  });
  const directory = openDirectory('workforce', tenantId, emulator.env);
  const [certificate] = saml.signingCertificates;
  const signing = {
    servicePrincipalId: registered.principalId,
    displayName: `CN=${certificate?.name ?? ''}`,
    endDateTime: `${certificate?.expires ?? ''}T00:00:00Z`,
    active: true,
  };
  await samlSigningCertificate.create(signing, directory.context);
  const claimsPolicy = await createClaimsPolicy(call, principal);

  const people = new Map<string, string>();
  for (const name of PEOPLE) {
    const made = await create(call, '/v1.0/users', user(name, { userPrincipalName: `${name}@${DOMAIN}` }));
    people.set(name, idOf(made));
  }
  const groups = new Map<string, string>();
  const role = objectsOf((await call(`GET ${principal}`)).body, 'appRoles').find(
    (one) => one['displayName'] === 'User',
  );
  const appRoleId = textOf(role ?? {}, 'id');
  const isAssigned = (declaredName: string): boolean => assignedGroups.some(({ name }) => name === declaredName);
  // Whoever is not assigned is not provisioned: such a group is there, and no part of what the doctor looks at.
  const others = new Map<string, string>();
  for (const { name } of declared) {
    if (!isAssigned(name)) others.set(name, idOf(await create(call, '/v1.0/groups', group(name))));
  }
  for (const [index, { name }] of declared.filter((one) => isAssigned(one.name)).entries()) {
    const id = idOf(await create(call, '/v1.0/groups', group(name)));
    groups.set(name, id);
    for (const person of membersOf(index)) await addMember(call, id, people.get(person) ?? '');
    const assignment = { appRoleId, principalId: id, resourceId: registered.principalId };
    await create(call, `${principal}/appRoleAssignedTo`, assignment);
  }

  const secrets = { BaseAddress: scim.endpoint, SecretToken: 'a-token', SyncAll: 'false' };
  await call(`PUT ${principal}/synchronization/secrets`, {
    value: Object.entries(secrets).map(([key, value]) => ({ key, value })),
  });
  const jobId = idOf(await create(call, `${principal}/synchronization/jobs`, { templateId: 'aWSSingleSignon' }));
  const attributeMappings = scim.attributeMappings.map(({ target, source }) => ({
    objectName: 'User',
    remove: false,
    targetAttribute: target,
    sourceAttribute: source,
  }));
  const schema = { servicePrincipalId: registered.principalId, jobId, attributeMappings };
  await synchronizationSchema.create(schema, directory.context);
  directory.close();
  const job = `${principal}/synchronization/jobs/${jobId}`;
  await call(`POST ${job}/start`);
  await finishCycle(emulator, call, job);
  const excluded = conditionalAccess.excludedGroups.map(({ name }) => others.get(name) ?? '');
  const policy = policyBody(conditionalAccess, registered.appId, excluded);
  const signInPolicy = idOf(await create(call, '/v1.0/identity/conditionalAccess/policies', policy));
  return { ...registered, policy, principal, job, role: appRoleId, claimsPolicy, signInPolicy, groups, people };
}

/** Two of the people, in turn. */
function membersOf(index: number): readonly string[] {
  return PEOPLE.filter((_, person) => person !== index % PEOPLE.length);
}

export async function addMember(call: Call, groupId: string, id: string): Promise<void> {
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` };
  const { status, text } = await call(`POST /v1.0/groups/${groupId}/members/$ref`, reference);
  if (status !== 204) throw new Error(text);
}

/** Lets the running cycle of a job succeed. */
export async function finishCycle({ quirks }: GraphEmulator, call: Call, job: string): Promise<void> {
  quirks.readsUntilProvisioned = 1;
  const { body } = await call(`GET ${job}`);
  quirks.readsUntilProvisioned = 0;
  if (objectOf(body, 'status')['code'] !== 'Active') throw new Error(`the job is not active: ${JSON.stringify(body)}`);
}

async function createClaimsPolicy(call: Call, principal: string): Promise<string> {
  const policy = await create(call, '/v1.0/policies/claimsMappingPolicies', {
    displayName: 'NameID',
    isOrganizationDefault: false,
    definition: [JSON.stringify(NAME_ID)],
  });
  const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/policies/claimsMappingPolicies/${idOf(policy)}` };
  await call(`POST ${principal}/claimsMappingPolicies/$ref`, reference);
  return `/v1.0/policies/claimsMappingPolicies/${idOf(policy)}`;
}

/** Identity Store ids of the people, by name. */
export type StoreIds = ReadonlyMap<string, string>;

/** Writes to the Identity Store's stand-in what a provisioning cycle would. */
export async function provision(
  moto: Moto,
  { groups, people }: DeployedWorkforce,
  { identityCenter, groups: stored }: OrganizationFile,
): Promise<StoreIds> {
  const client = new IdentitystoreClient(moto.client);
  const IdentityStoreId = identityCenter.identityStoreId;
  const ids = new Map<string, string>();
  const provisioned: Record<string, { externalId: string }> = {};
  for (const [name, externalId] of people) {
    const Name = { GivenName: name, FamilyName: name };
    const input = { IdentityStoreId, UserName: `${name}@${DOMAIN}`, DisplayName: name, Name };
    const { UserId = '' } = await client.send(new CreateUserCommand(input));
    ids.set(name, UserId);
    provisioned[UserId] = { externalId };
  }
  for (const [index, [name, externalId]] of [...groups].entries()) {
    const GroupId = stored.find(({ displayName }) => displayName === name)?.id ?? '';
    provisioned[GroupId] = { externalId };
    for (const person of membersOf(index)) {
      const MemberId = { UserId: ids.get(person) ?? '' };
      await client.send(new CreateGroupMembershipCommand({ IdentityStoreId, GroupId, MemberId }));
    }
  }
  await moto.changeIdentities({ provisioned });
  client.destroy();
  return ids;
}
