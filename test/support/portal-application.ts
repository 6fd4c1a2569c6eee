import { textOf } from '../../apps/emulator/graph/json';
import { create, group, instantiate, type Registered } from '../system/apps/emulator/support/use-emulator';
import type { Call } from './apps/emulator/support/client';

export const ISSUER = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c';
const ACS = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e-2a7d';

/** The application for AWS as somebody sets it up in the portal: its certificate ends at some time of a day, and its claims are the portal's. */
export async function makeByHand(call: Call): Promise<Registered> {
  const registered = await instantiate(call, 'AWS');
  const { principalId, applicationId } = registered;
  const principal = `/v1.0/servicePrincipals/${principalId}`;
  await call(`PATCH ${principal}`, {
    preferredSingleSignOnMode: 'saml',
    loginUrl: 'https://d-93670a1b2c.awsapps.com/start',
    appRoleAssignmentRequired: true,
  });
  await call(`PATCH /v1.0/applications/${applicationId}`, { identifierUris: [ISSUER], web: { redirectUris: [ACS] } });
  const { body } = await call(`POST ${principal}/addTokenSigningCertificate`, {
    displayName: 'CN=Microsoft Azure Federated SSO Certificate',
    endDateTime: `${new Date(Date.now() + 300 * 86_400_000).toISOString().slice(0, 10)}T14:33:12Z`,
  });
  await call(`PATCH ${principal}`, { preferredTokenSigningKeyThumbprint: body['thumbprint'] });
  const roles = (await call(`GET ${principal}`)).body['appRoles'] as readonly { id: string; displayName: string }[];
  const appRoleId = roles.find(({ displayName }) => displayName === 'User')?.id;
  for (const [name, onPremisesSyncEnabled] of [
    ['Developers', null],
    ['Synced', true],
  ] as const) {
    const { body: made } = await create(call, '/v1.0/groups', group(name, { onPremisesSyncEnabled }));
    const assignment = { principalId: textOf(made, 'id'), resourceId: principalId, appRoleId };
    await call(`POST ${principal}/appRoleAssignedTo`, assignment);
  }
  const job = await create(call, `${principal}/synchronization/jobs`, { templateId: 'aWSSingleSignon' });
  const value = [
    { key: 'BaseAddress', value: 'https://scim.eu-west-1.amazonaws.com/e2b1c4d7/scim/v2' },
    { key: 'SecretToken', value: 'the-token-of-the-portal' },
    { key: 'SyncAll', value: 'false' },
  ];
  await call(`PUT ${principal}/synchronization/secrets`, { value });
  await call(`POST ${principal}/synchronization/jobs/${textOf(job.body, 'id')}/start`);
  return registered;
}
