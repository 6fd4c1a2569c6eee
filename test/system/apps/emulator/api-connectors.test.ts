import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { errorMessage, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { create, useEmulator } from './support/use-emulator';

const { emulator, call } = useEmulator();
const PATH = '/v1.0/identity/apiConnectors';
const FLOWS = '/beta/identity/b2cUserFlows';

const BASIC = { '@odata.type': '#microsoft.graph.basicAuthentication', username: 'claims', password: 'very-secret' };
const connector = (changes: JsonObject = {}): JsonObject => ({
  displayName: 'Invitations',
  targetUrl: 'https://api.example.com/invitations',
  authenticationConfiguration: BASIC,
  ...changes,
});

test('a connector keeps its password to itself, and two may have one name', async () => {
  const made = await create(call, PATH, connector());
  const second = await create(call, PATH, connector());
  expect(made.body).toMatchObject({ authenticationConfiguration: { username: 'claims', password: '******' } });
  expect(valuesOf(await call(`GET ${PATH}`), 'id')).toEqual([idOf(made), idOf(second)]);
  expect(JSON.stringify(emulator().store.state())).not.toContain('very-secret');
});

test.each<[JsonObject, string]>([
  [{ displayName: '' }, "A value is required for property 'displayName' of resource 'IdentityApiConnector'."],
  [{ targetUrl: 'http://api.example.com' }, "Invalid value for 'targetUrl'."],
  [
    { authenticationConfiguration: null },
    "A value is required for property 'authenticationConfiguration' of resource 'IdentityApiConnector'.",
  ],
  [
    { authenticationConfiguration: { '@odata.type': '#microsoft.graph.basicAuthentication', username: 'claims' } },
    "A value is required for 'username' and 'password'.",
  ],
  [
    {
      authenticationConfiguration: {
        '@odata.type': '#microsoft.graph.pkcs12Certificate',
        pkcs12Value: 'AAAA',
        password: '',
      },
    },
    "Invalid value for 'pkcs12Value'.",
  ],
  [
    { authenticationConfiguration: { '@odata.type': '#microsoft.graph.pkcs12Certificate', pkcs12Value: 'MAAA' } },
    "A value is required for 'password'.",
  ],
  [{ colour: 'blue' }, "Invalid property 'colour'."],
])('refuses a connector with %j', async (changes, message) => {
  const answer = await call(`POST ${PATH}`, connector(changes));
  expect([answer.status, errorMessage(answer)]).toEqual([400, message]);
});

test('a certificate takes the place of the password, and is told by its thumbprint alone', async () => {
  const path = `${PATH}/${idOf(await create(call, PATH, connector()))}`;
  const authenticationConfiguration = {
    '@odata.type': '#microsoft.graph.pkcs12Certificate',
    pkcs12Value: 'MAAA',
    password: 'open',
  };
  const half = await call(`PATCH ${path}`, { authenticationConfiguration: { ...BASIC, password: '' } });
  const changed = await call(`PATCH ${path}`, { authenticationConfiguration });
  expect([half.status, changed.status]).toEqual([400, 204]);
  expect((await call(`GET ${path}`)).body['authenticationConfiguration']).toEqual({
    '@odata.type': '#microsoft.graph.clientCertificateAuthentication',
    certificateList: [expect.objectContaining({ isActive: true })],
  });
});

test('a flow calls a connector at a step until an empty body takes it away; only then it can be deleted', async () => {
  const id = idOf(await create(call, PATH, connector()));
  const flow = `${FLOWS}/${idOf(await create(call, FLOWS, { id: 'calls', userFlowType: 'signIn', userFlowTypeVersion: 3 }))}`;
  const configuration = `${flow}/apiConnectorConfiguration`;
  const referTo = (key: string, version = 'beta') => ({
    '@odata.id': `https://graph.microsoft.com/${version}${PATH.slice(5)}/${key}`,
  });
  const set = await call(`PUT ${configuration}/postAttributeCollection/$ref`, referTo(id));
  const other = await call(`PUT ${configuration}/preTokenIssuance/$ref`, referTo(id, 'v1.0'));
  const foreign = await call(`PUT ${configuration}/postSignIn/$ref`, referTo(id));
  const unknown = await call(`PUT ${configuration}/preTokenIssuance/$ref`, referTo('none'));
  const shown = await call(`GET ${configuration}?$expand=postAttributeCollection,preTokenIssuance`);
  const plain = await call(`GET ${configuration}`);
  const refused = await call(`DELETE ${PATH}/${id}`);
  const taken = await call(`PUT ${configuration}/postAttributeCollection/$ref`, {});
  const deleted = await call(`DELETE ${PATH}/${id}`);
  expect([set, other, foreign, unknown, refused, taken, deleted].map(({ status }) => status)).toEqual([
    204, 400, 501, 404, 400, 204, 204,
  ]);
  expect(shown.body).toMatchObject({ postAttributeCollection: { id }, preTokenIssuance: null });
  expect(plain.body).not.toHaveProperty('postAttributeCollection');
  expect((await call(`GET ${configuration}?$expand=postSignIn`)).status).toBe(400);
});
