import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { DEFAULT_QUIRKS } from '../../../../apps/emulator/graph/quirks';
import { portalSettingsOf, setInPortal } from '../../../../apps/emulator/graph/resources/user-flows/portal';
import { errorCode, errorMessage, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { CALM, create, useEmulator } from './support/use-emulator';

const { emulator, call } = useEmulator({ quirks: CALM });
const FLOWS = '/beta/identity/b2cUserFlows';
let flows = 0;

afterEach(() => {
  Object.assign(emulator().quirks, DEFAULT_QUIRKS);
});

async function newFlow(changes: JsonObject = {}): Promise<string> {
  flows += 1;
  const body = { id: `B2C_1_flow${flows}`, userFlowType: 'signUpOrSignIn', userFlowTypeVersion: 3, ...changes };
  return `${FLOWS}/${idOf(await create(call, FLOWS, body))}`;
}

const attribute = (id: string, changes: JsonObject = {}): JsonObject => ({
  isOptional: false,
  requiresVerification: false,
  userInputType: 'textBox',
  displayName: id,
  userAttributeValues: [],
  userAttribute: { id },
  ...changes,
});

test('a flow gets the prefix unless it has it, once', async () => {
  const body = { userFlowType: 'signIn', userFlowTypeVersion: 3 };
  const made = await create(call, FLOWS, { ...body, id: 'prefixed' });
  const second = await call(`POST ${FLOWS}`, { ...body, id: 'B2C_1_prefixed' });
  expect(idOf(made)).toBe('B2C_1_prefixed');
  expect(made.headers.get('location')).toBe(`${emulator().graphUrl}${FLOWS}/B2C_1_prefixed`);
  expect([second.status, errorCode(second)]).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue']);
});

test.each([
  [{ id: '' }, 400],
  [{ id: 'a b' }, 400],
  [{ userFlowType: 'signOut' }, 400],
  [{ userFlowTypeVersion: 4 }, 400],
  [{ colour: 'blue' }, 400],
  [{ identityProviders: [] }, 501],
])('refuses a flow with %j', async (changes, status) => {
  const answer = await call(`POST ${FLOWS}`, { id: 'x', userFlowType: 'signIn', userFlowTypeVersion: 3, ...changes });
  expect(answer.status).toBe(status);
});

const SECOND_FACTOR = { multifactorAuthenticationConfiguration: { multifactorAuthenticationState: 'on' } };

test("what Microsoft's types don't have is refused, in any object of a body", async () => {
  const flow = await newFlow();
  const answers = [
    await call(`PATCH ${flow}`, SECOND_FACTOR),
    await call('POST /v1.0/applications', { displayName: 'app', api: { tokenVersion: 2 } }),
  ];
  expect(answers.map((answer) => [answer.status, errorMessage(answer)])).toEqual([
    [400, "Invalid property 'multifactorAuthenticationConfiguration'."],
    [400, "Invalid property 'api.tokenVersion'."],
  ]);
});

test('a quirk keeps it in user flows, as the service did in 2022', async () => {
  const flow = await newFlow();
  emulator().quirks.undocumentedProperties = 'kept';
  const patched = await call(`PATCH ${flow}`, SECOND_FACTOR);
  expect([patched.status, (await call(`GET ${flow}`)).body]).toEqual([204, expect.objectContaining(SECOND_FACTOR)]);
  emulator().quirks.undocumentedProperties = 'refused';
  expect((await call(`GET ${flow}`)).body).not.toHaveProperty('multifactorAuthenticationConfiguration');
});

test.each(['id', 'userFlowType', 'userFlowTypeVersion'])('%s is fixed', async (property) => {
  const flow = await newFlow();
  const answer = await call(`PATCH ${flow}`, { [property]: property === 'userFlowTypeVersion' ? 1 : 'signIn' });
  expect([answer.status, errorMessage(answer)]).toEqual([
    400,
    `Property '${property}' of resource 'b2cIdentityUserFlow' is read-only and cannot be set.`,
  ]);
});

test.each([
  { multifactorAuthenticationConfiguration: { multifactorAuthenticationState: 'on' } },
  { applicationClaims: ['emails'] },
  { tokenLifetimeConfiguration: { refreshTokenLifetimeInDays: 7 } },
  { singleSignOnSessionConfiguration: { sessionScope: 'policy' } },
  { isJavaScriptEnabled: true },
])("refuses %j, which Microsoft's types do not know", async (body) => {
  const flow = await newFlow();
  const [name = ''] = Object.keys(body);
  const answer = await call(`PATCH ${flow}`, body);
  expect([answer.status, errorMessage(answer)]).toEqual([400, expect.stringContaining(name)]);
  expect((await call(`GET ${flow}`)).body).not.toHaveProperty(name);
});

test('what a person sets in the portal shows in no answer', async () => {
  const flow = await newFlow();
  const id = flow.slice(FLOWS.length + 1);
  const before = await call(`GET ${flow}`);
  setInPortal(emulator().directory, id, { multifactor: 'on', claims: ['emails'] });
  expect((await call(`GET ${flow}`)).body).toEqual(before.body);
  expect(portalSettingsOf(emulator().directory.get('userFlows', id))).toEqual({
    multifactor: 'on',
    multifactorMethod: 'phone',
    claims: ['emails'],
  });
});

test('PATCH answers with or without the flow', async () => {
  const flow = await newFlow();
  const empty = await call(`PATCH ${flow}`, { defaultLanguageTag: 'en' });
  emulator().quirks.userFlowPatch = 200;
  const full = await call(`PATCH ${flow}`, { defaultLanguageTag: 'fr' });
  expect([empty.status, empty.text, full.status, full.body['defaultLanguageTag']]).toEqual([204, '', 200, 'fr']);
});

test('attributes are assigned, expanded, changed, ordered and removed', async () => {
  const flow = await newFlow();
  const path = `${flow}/userAttributeAssignments`;
  for (const id of ['displayName', 'GivenName']) await create(call, path, attribute(id));
  await create(call, path, attribute('email', { requiresVerification: true, userInputType: 'EmailBox' }));
  const expanded = await call(`GET ${path}?$expand=userAttribute`);
  const one = await call(`GET ${path}/givenname`);
  const changed = await call(`PATCH ${path}/givenName`, { isOptional: true, displayName: 'First name' });
  const order = { newAssignmentOrder: { order: ['email', 'givenname', 'displayName'] } };
  const ordered = await call(`POST ${path}/setOrder`, order);
  const removed = await call(`DELETE ${path}/displayName`);
  const [listed, now] = [await call(`GET ${path}`), await call(`GET ${path}/getOrder`)];
  expect(
    (expanded.body['value'] as JsonObject[]).map(({ userAttribute }) => (userAttribute as JsonObject)['id']),
  ).toEqual(['displayName', 'givenName', 'email']);
  expect(one.body).not.toHaveProperty('userAttribute');
  expect([changed.status, ordered.status, removed.status]).toEqual([204, 204, 204]);
  expect(valuesOf(listed, 'displayName')).toEqual(['email', 'First name']);
  expect(now.body['order']).toEqual(['email', 'givenName']);
});

test.each([
  ['an unknown attribute', attribute('shoeSize'), 400, "The user flow attribute 'shoeSize' does not exist."],
  ['one that is assigned', attribute('city'), 409, 'already assigned'],
  ['verification of a name', attribute('surname', { requiresVerification: true }), 400, "'requiresVerification'"],
  ['an unknown input', attribute('surname', { userInputType: 'slider' }), 400, "'userInputType'"],
  ['no label', attribute('surname', { displayName: '' }), 400, "'displayName'"],
  ['an unknown property', attribute('surname', { colour: 'x' }), 400, "Invalid property 'colour'."],
])('refuses to assign %s', async (...[, body, status, message]) => {
  const path = `${await newFlow()}/userAttributeAssignments`;
  await create(call, path, attribute('city'));
  const answer = await call(`POST ${path}`, body);
  expect(answer.status).toBe(status);
  expect(errorMessage(answer)).toContain(message);
});

test.each([[['city']], [['city', 'city']], [['city', 'state', 'surname']], [['city', 'surname']], [[]]])(
  'refuses the order %j of city and state',
  async (order) => {
    const path = `${await newFlow()}/userAttributeAssignments`;
    for (const id of ['city', 'state']) await create(call, path, attribute(id));
    const answer = await call(`POST ${path}/setOrder`, { newAssignmentOrder: { order } });
    expect(errorMessage(answer)).toBe("'newAssignmentOrder' must name each assigned attribute once.");
  },
);

test('identity providers are added and removed by reference', async () => {
  const flow = await newFlow();
  const path = `${flow}/userFlowIdentityProviders`;
  const reference = (id: string) => ({
    '@odata.id': `https://graph.microsoft.com/beta/identity/identityProviders/${id}`,
  });
  const answers = [
    await call(`POST ${path}/$ref`, reference('EmailPassword-OAUTH')),
    await call(`POST ${path}/$ref`, reference('EmailPassword-OAUTH')),
    await call(`POST ${path}/$ref`, reference('Nobody-OAUTH')),
    await call(`POST ${path}/$ref`, {}),
  ];
  const listed = await call(`GET ${path}`);
  const removed = await call(`DELETE ${path}/EmailPassword-OAUTH/$ref`);
  const again = await call(`DELETE ${path}/EmailPassword-OAUTH/$ref`);
  expect(answers.map(({ status }) => status)).toEqual([204, 400, 404, 400]);
  expect(valuesOf(listed, 'identityProviderType')).toEqual(['EmailPassword']);
  expect([removed.status, again.status]).toEqual([204, 404]);
});

test('social providers keep their secret to themselves', async () => {
  const path = '/v1.0/identity/identityProviders';
  const google = {
    '@odata.type': '#microsoft.graph.socialIdentityProvider',
    displayName: 'Google',
    identityProviderType: 'Google',
    clientId: 'id',
    clientSecret: 'very-secret',
  };
  const made = await create(call, path, google);
  const second = await call(`POST ${path}`, google);
  const saml = await call(`POST ${path}`, { '@odata.type': '#microsoft.graph.samlOrWsFedProvider' });
  const untyped = await call(`PATCH ${path}/Google-OAUTH`, { clientId: 'other' });
  const { '@odata.type': type } = google;
  const change = { '@odata.type': type, clientId: 'other', clientSecret: 'new-secret' };
  const changed = await call(`PATCH ${path}/Google-OAUTH`, change);
  const read = await call(`GET ${path}/Google-OAUTH`);
  expect([made.body['clientSecret'], read.body['clientSecret'], read.body['clientId']]).toEqual([
    '******',
    '******',
    'other',
  ]);
  expect([second.status, saml.status, untyped.status, changed.status]).toEqual([409, 501, 400, 204]);
  expect(JSON.stringify(emulator().store.state())).not.toMatch(/very-secret|new-secret/);
});

test('languages need customization; a new one is 201, a known one 204', async () => {
  const flow = await newFlow();
  const early = await call(`PUT ${flow}/languages/es-ES`, {});
  await call(`PATCH ${flow}`, { isLanguageCustomizationEnabled: true });
  const made = await call(`PUT ${flow}/languages/es-ES`, { id: 'es-ES' });
  const changed = await call(`PUT ${flow}/languages/es-ES`, { isEnabled: false });
  const other = await call(`PUT ${flow}/languages/es-ES`, { id: 'fr' });
  const bad = await call(`PUT ${flow}/languages/not_a_tag`, {});
  const read = await call(`GET ${flow}/languages/es-ES`);
  const deleted = await call(`DELETE ${flow}/languages/es-ES`);
  expect([early, made, changed, other, bad, deleted].map(({ status }) => status)).toEqual([
    400, 201, 204, 400, 400, 204,
  ]);
  expect(made.body).toMatchObject({ id: 'es-ES', isEnabled: true, displayName: 'European Spanish' });
  expect(read.body['isEnabled']).toBe(false);
});

test('a flow shows its parts where they are asked for, and nothing of the emulator', async () => {
  const flow = await newFlow();
  await create(call, `${flow}/userAttributeAssignments`, attribute('city'));
  const { body } = await call(`GET ${flow}?$expand=userAttributeAssignments,userFlowIdentityProviders,languages`);
  expect(body).toMatchObject({
    userAttributeAssignments: [{ id: 'city' }],
    userFlowIdentityProviders: [],
    languages: [],
  });
  expect(Object.keys(body).filter((name) => name.startsWith('_'))).toEqual([]);
});

test('a deleted flow is gone, and its name is free', async () => {
  const flow = await newFlow({ id: 'B2C_1_again' });
  const deleted = await call(`DELETE ${flow}`);
  const gone = await call(`GET ${flow}`);
  expect([deleted.status, gone.status]).toEqual([204, 404]);
  await newFlow({ id: 'B2C_1_again' });
});

test('custom attributes are made, found without regard to case, and deleted; built-in ones stay', async () => {
  const path = '/v1.0/identity/userFlowAttributes';
  const made = await create(call, path, { displayName: 'Loyalty Number', description: 'x', dataType: 'string' });
  const second = await call(`POST ${path}`, { displayName: 'Loyalty Number', dataType: 'string' });
  const found = await call(`GET ${path}/${idOf(made).toUpperCase()}`);
  const renamed = await call(`PATCH ${path}/${idOf(made)}`, { description: 'y' });
  const builtIn = await call(`DELETE ${path}/city`);
  const deleted = await call(`DELETE ${path}/${idOf(made)}`);
  expect(idOf(made)).toMatch(/^extension_[0-9a-f]{32}_LoyaltyNumber$/);
  expect([second, found, renamed, builtIn, deleted].map(({ status }) => status)).toEqual([409, 200, 204, 400, 204]);
});
