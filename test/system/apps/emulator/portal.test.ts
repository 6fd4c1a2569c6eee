import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { objectsOf, textOf } from '../../../../apps/emulator/graph/json';
import { startWorkforce, type WorkforceEmulator } from '../../../../apps/emulator/workforce/start';
import { diskFolder } from '../../../../src/estate/load/estate-folder';
import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { workforcePlanOf } from '../../../../src/local/workforce';
import { type AgentPage, B2cAgent, plainText } from '../../../support/b2c-agent';
import { REPOSITORY } from '../../../support/repository';
import { planFiles, sandboxFiles } from '../../../support/sandbox';
import { temporaryFolder } from '../../../support/templates';

const GRACE = 'grace@staff.example.com';
const folder = temporaryFolder();

let running: WorkforceEmulator;
const start = async (): Promise<void> => {
  running = await startWorkforce(workforcePlanOf(planFiles(sandboxFiles())), { data: `${folder}/state` });
};
beforeAll(start);
afterAll(() => running.stop());

const at = (path: string): string => `${running.url}${path}`;

/** Signs in from the portal. @returns the page that AWS shows then */
async function signIn(agent: B2cAgent, person = GRACE, where = running): Promise<AgentPage> {
  const people = await agent.open(`${where.url}/start`);
  const [entry] = objectsOf({ people: where.emulator.directory.all('users') }, 'people').filter(
    (user) => textOf(user, 'userPrincipalName') === person,
  );
  const sent = await agent.press(people, textOf(entry ?? {}, 'displayName'), { person });
  return agent.press(sent, 'Continue');
}

const rolesOn = ({ html }: AgentPage): readonly string[] =>
  [...html.matchAll(/id="\/console\?([^"]*)"/g)].map(([, query = '']) => {
    const parameters = new URLSearchParams(query.replaceAll('&amp;', '&'));
    return `${parameters.get('account_id')} ${parameters.get('role_name')}`;
  });

async function change(action: 'join' | 'leave', groupName: string): Promise<void> {
  const { directory } = running.emulator;
  const idOf = (collection: 'groups' | 'users', name: string, value: string) =>
    directory.all(collection).find((one) => one[name] === value)?.id ?? '';
  const user = idOf('users', 'userPrincipalName', GRACE);
  const group = idOf('groups', 'displayName', groupName);
  await fetch(at('/membership'), { method: 'POST', body: new URLSearchParams({ action, group, user }) });
  await fetch(at('/cycle'), { method: 'POST' });
}

test('staff sign in by SAML, see what the estate gives their groups, and lose it with the group', async () => {
  const agent = new B2cAgent();
  const portal = await signIn(agent);
  expect(portal.url).toBe(at('/start'));
  const roles = rolesOn(portal);
  expect(roles.length).toBeGreaterThan(0);
  expect(roles.every((role) => role.endsWith(' NetworkOperator'))).toBe(true);
  await change('join', 'Security Auditors');
  const gained = await agent.open(at('/start'));
  expect(rolesOn(gained).length).toBeGreaterThan(roles.length);
  expect(plainText(gained.html)).toMatch(/SecurityAudit\w* new/);
  await change('leave', 'Security Auditors');
  const lost = await agent.open(at('/start'));
  expect(rolesOn(lost)).toEqual(roles);
  expect(plainText(lost.html)).toContain('No longer there: SecurityAudit in insurance-management');
});

test('of each of the four groups of the posts somebody signs in and sees her accounts', async () => {
  const plan = planEstate(diskFolder(join(REPOSITORY, 'estates'), 'blog'));
  const posts = await startWorkforce(workforcePlanOf(plan), { data: `${folder}/posts` });
  try {
    const seen = ['grace', 'katherine', 'dorothy', 'alan'].map(async (person) =>
      rolesOn(await signIn(new B2cAgent(), `${person}@staff.example.com`, posts)).toSorted(),
    );
    const [network, workloads] = ['210000000102', '210000000103'];
    expect(await Promise.all(seen)).toEqual([
      [`${network} NetworkOperator`, `${workloads} NetworkOperator`],
      [`${network} SecurityAdmin`, `${workloads} SecurityAdmin`],
      [`${network} SecurityAuditor`, `${workloads} SecurityAuditor`],
      [`${workloads} SystemsOperator`],
    ]);
  } finally {
    await posts.stop();
  }
});

test('a certificate that is rolled over too early keeps everybody out, after a restart too, until its metadata is uploaded', async () => {
  const { body: before } = await fetch(at('/certificate'), { method: 'POST' });
  await before?.cancel();
  await running.stop();
  await start();
  const refused = await signIn(new B2cAgent());
  expect(refused.status).toBe(403);
  expect(plainText(refused.html)).toContain("It's not you, it's us");
  expect(plainText(refused.html)).toContain('signed by CN=certificate 2');
  expect(plainText(refused.html)).toContain('(signed-by-another)');
  const metadata = await (await fetch(at('/metadata.xml'))).text();
  const uploaded = await new B2cAgent().press(await new B2cAgent().open(at('/identity-provider')), 'Upload', {
    metadata,
  });
  expect(plainText(uploaded.html)).toContain('CN=certificate 2');
  expect((await signIn(new B2cAgent())).url).toBe(at('/start'));
});

test('a start that was killed before the certificate and the upload is caught up by the next', async () => {
  const { directory } = running.emulator;
  const [principal] = directory.all('servicePrincipals').filter((one) => one['preferredSingleSignOnMode'] === 'saml');
  if (principal === undefined) throw new Error('no application');
  directory.put('servicePrincipals', {
    ...principal,
    ...{ keyCredentials: [], preferredTokenSigningKeyThumbprint: null },
  });
  directory.setLinks(principal.id, 'claimsMappingPolicies', []);
  await running.stop();
  rmSync(`${folder}/state/identity-center/identity-provider.json`);
  await start();
  expect((await signIn(new B2cAgent())).url).toBe(at('/start'));
});

test('who is not assigned is refused by Entra; who was deleted at AWS alone, by AWS', async () => {
  const graph = running.emulator;
  const token = graph.token();
  await fetch(`${graph.graphUrl}/v1.0/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ accountEnabled: true, displayName: 'Outside', mailNickname: 'outside' },
      ...{ userPrincipalName: 'outside@staff.example.com', passwordProfile: { password: 'Outside-1952' } },
    }),
  });
  const people = await new B2cAgent().open(at('/start'));
  const outside = await new B2cAgent().press(people, 'Outside', { person: 'outside@staff.example.com' });
  expect(plainText(outside.html)).toContain('AADSTS50105');
  running.store.removeUser(running.store.users.findByName(GRACE)?.id ?? '');
  const refused = await signIn(new B2cAgent());
  expect(plainText(refused.html)).toContain('An unexpected error has occurred');
  expect(plainText(refused.html)).toContain('(unknown-user)');
});

test('forms of other sites and names of other machines are refused', async () => {
  const upload = { method: 'POST', body: new URLSearchParams({ metadata: '<a/>' }) };
  const statusOf = async (path: string, init: RequestInit) => (await fetch(at(path), init)).status;
  expect(await statusOf('/identity-provider', upload)).toBe(400);
  expect(await statusOf('/identity-provider', { ...upload, headers: { 'sec-fetch-site': 'cross-site' } })).toBe(403);
  expect(await statusOf('/sign-out', { method: 'POST', headers: { 'sec-fetch-site': 'same-site' } })).toBe(403);
  expect((await fetch(at('/acs/0'), { method: 'POST' })).status).toBe(403);
  const tooLarge = await fetch(at('/acs/0'), {
    method: 'POST',
    body: new URLSearchParams({ x: 'x'.repeat(2_000_000) }),
  });
  expect([tooLarge.status, await tooLarge.text()]).toEqual([413, expect.not.stringContaining('node_modules')]);
});
