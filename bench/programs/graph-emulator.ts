import { startGraphEmulator } from '../../apps/emulator/graph';
import type { Step } from '../load';
import { serveUntilTold } from '../served';

/** Objects of each kind that the directory holds from the start: more than the sandbox has. */
const GROUPS = 200;
const APPLICATIONS = 50;

/** Entra's Graph on a laptop with a directory of some size, and the mix of requests that a deployment sends. */
async function main(): Promise<void> {
  const groups = Array.from({ length: GROUPS }, (_, index) => `Group ${index}`);
  const emulator = await startGraphEmulator({
    groups,
    quirks: { lag: 'none', throttling: 'none', instantiateOwner: 'caller' },
  });
  const token = emulator.token();
  const send = async (method: string, path: string, body?: object): Promise<Record<string, string>> => {
    const response = await fetch(`${emulator.graphUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? {} : ((await response.json()) as Record<string, string>);
  };
  for (let index = 1; index < APPLICATIONS; index += 1) await send('POST', '/v1.0/applications', application(index));
  const made = await send('POST', '/v1.0/applications', application(0));
  await send('POST', '/v1.0/servicePrincipals', { appId: made['appId'] });
  const flow = { id: 'B2C_1_signupsignin1', userFlowType: 'signUpOrSignIn', userFlowTypeVersion: 3 };
  await send('POST', '/beta/identity/b2cUserFlows', flow);
  const assignments = `/beta/identity/b2cUserFlows/${flow.id}/userAttributeAssignments`;
  const attribute = { isOptional: false, requiresVerification: false, userInputType: 'textBox', displayName: 'City' };
  await send('POST', assignments, { ...attribute, userAttribute: { id: 'city' } });
  serveUntilTold({
    url: emulator.graphUrl,
    token,
    steps: mix(made, { flow: `/beta/identity/b2cUserFlows/${flow.id}`, assignments }),
  });
}

const application = (index: number): object => ({
  displayName: `Application ${index}`,
  signInAudience: 'AzureADandPersonalMicrosoftAccount',
  api: { requestedAccessTokenVersion: 2 },
  web: { redirectUris: [`https://app-${index}.example/callback`] },
});

function mix(
  { id = '', appId = '' }: Readonly<Record<string, string>>,
  { flow, assignments }: { readonly flow: string; readonly assignments: string },
): readonly Step[] {
  const group = { displayName: 'created', mailNickname: 'created', mailEnabled: false, securityEnabled: true };
  return [
    { method: 'GET', path: `/v1.0/applications/${id}` },
    { method: 'GET', path: `/v1.0/servicePrincipals?%24filter=appId+eq+%27${appId}%27` },
    { method: 'POST', path: '/v1.0/groups', body: group },
    { method: 'GET', path: flow },
    { method: 'GET', path: '/beta/groups?%24filter=displayName+eq+%27Group+100%27' },
    { method: 'PATCH', path: `/v1.0/applications/${id}`, body: { web: { homePageUrl: 'https://app.example/' } } },
    { method: 'GET', path: `${assignments}?%24expand=userAttribute` },
    { method: 'DELETE', path: '/v1.0/groups/{created}' },
  ];
}

void main();
