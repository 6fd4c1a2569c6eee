import type { GraphEmulator } from '../../../apps/emulator/graph';
import { type JsonObject, objectsOf, textOf } from '../../../apps/emulator/graph/json';
import { roleDefinition } from '../../../constructs/entra/saml-claims';
import { openDirectory } from '../../../src/clouds/graph/directory';
import { AWS_ENTITY_ID } from '../../../src/estate/sections/emergency/emergency';
import { samlProviderArn, signInRoleArn } from '../../../src/estate/sections/emergency/emergency-plan';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { certificatesOf, getSigner } from '../../../provider/saml/credentials';
import { samlSigningCertificate } from '../../../provider/saml/saml-signing-certificate';
import { type Call, idOf } from '../../support/apps/emulator/support/client';
import { create, group, instantiate, makeOwner, type Registered, user } from '../apps/emulator/support/use-emulator';
import { emergencyPlanOf } from '../../support/emergency';
import { addMember, DOMAIN } from './deploy-workforce';
import { policyBody } from '../../support/doctor/sign-in-policy';

export interface DeployedEmergency extends Registered {
  /** `/v1.0/servicePrincipals/…` */
  readonly principal: string;
  readonly role: string;
  readonly claimsPolicy: string;
  readonly signInPolicy: string;
  /** The policy as it was sent. */
  readonly policy: JsonObject;
  readonly group: string;
  /** Object ids of the group's two people, and of somebody else. */
  readonly people: Readonly<Record<'ada' | 'berta' | 'carl', string>>;
  /** DER in base64. */
  readonly certificate: string;
}

/** Makes in Entra's stand-in what the workforce program registers for emergencies, and people in the group. */
export async function deployEmergencyApplication(
  { emulator, call }: { readonly emulator: GraphEmulator; readonly call: Call },
  estatePlan: EstatePlan,
): Promise<DeployedEmergency> {
  const plan = emergencyPlanOf(estatePlan);
  const { application: declared } = estatePlan.estate.emergency ?? {};
  if (declared?.conditionalAccess === undefined) throw new Error('the estate has no application for emergencies');
  const registered = await instantiate(call, declared.displayName);
  await makeOwner(call, registered, emulator);
  const principal = `/v1.0/servicePrincipals/${registered.principalId}`;
  await call(`PATCH ${principal}`, { preferredSingleSignOnMode: 'saml', appRoleAssignmentRequired: true });
  await call(`PATCH /v1.0/applications/${registered.applicationId}`, {
    identifierUris: [AWS_ENTITY_ID],
    web: { redirectUris: plan.signInUrls },
  });
  const claimsPolicy = await createClaims(call, principal, {
    roleArn: signInRoleArn(plan),
    providerArn: samlProviderArn(plan),
    sessionSeconds: plan.sessionSeconds,
  });
  const people = await createPeople(call);
  const groupId = idOf(await create(call, '/v1.0/groups', group(declared.group.text)));
  for (const id of [people.ada, people.berta]) await addMember(call, groupId, id);
  const roles = objectsOf((await call(`GET ${principal}`)).body, 'appRoles');
  const role = textOf(roles.find((one) => one['displayName'] === 'User') ?? {}, 'id');
  const assignment = { appRoleId: role, principalId: groupId, resourceId: registered.principalId };
  await create(call, `${principal}/appRoleAssignedTo`, assignment);
  const excluded = idOf(await create(call, '/v1.0/groups', group('Emergency Access')));
  const policy = policyBody(declared.conditionalAccess, registered.appId, [excluded]);
  const signInPolicy = idOf(await create(call, '/v1.0/identity/conditionalAccess/policies', policy));
  const certificate = await createCertificate(emulator, registered, estatePlan);
  return { ...registered, principal, role, claimsPolicy, signInPolicy, policy, group: groupId, people, certificate };
}

async function createClaims(
  call: Call,
  principal: string,
  claims: Parameters<typeof roleDefinition>[0],
): Promise<string> {
  const definition = [roleDefinition(claims)];
  const policy = await create(call, '/v1.0/policies/claimsMappingPolicies', { displayName: 'role in AWS', definition });
  const path = `/v1.0/policies/claimsMappingPolicies/${idOf(policy)}`;
  await call(`POST ${principal}/claimsMappingPolicies/$ref`, { '@odata.id': `https://graph.microsoft.com${path}` });
  return path;
}

async function createPeople(call: Call): Promise<DeployedEmergency['people']> {
  const make = async (name: string): Promise<string> =>
    idOf(await create(call, '/v1.0/users', user(name, { userPrincipalName: `${name}@${DOMAIN}` })));
  return { ada: await make('ada'), berta: await make('berta'), carl: await make('carl') };
}

async function createCertificate(
  emulator: GraphEmulator,
  { principalId }: Registered,
  { estate }: EstatePlan,
): Promise<string> {
  const directory = openDirectory('workforce', estate.workforce?.tenantId ?? '', emulator.env);
  const [first] = estate.emergency?.application?.signingCertificates ?? [];
  const displayName = `CN=${first?.name ?? ''}`;
  const endDateTime = `${first?.expires ?? ''}T00:00:00Z`;
  const signing = { servicePrincipalId: principalId, displayName, endDateTime, active: true };
  await samlSigningCertificate.create(signing, directory.context);
  const [made] = certificatesOf(await getSigner(directory.context, principalId));
  directory.close();
  if (made === undefined) throw new Error('there is no certificate');
  return made.certificate;
}
