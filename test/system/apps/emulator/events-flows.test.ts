import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { PROVIDERS } from '../../../../apps/emulator/graph/resources/events-flows/events-flows';
import { errorCode, errorMessage, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { CALM, create, register, useEmulator } from './support/use-emulator';

const { call } = useEmulator({ quirks: CALM });
const FLOWS = '/v1.0/identity/authenticationEventsFlows';
const TYPE = '#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow';
let flows = 0;

const input = (attribute: string): JsonObject => ({ attribute, label: attribute, inputType: 'text', required: true });
const page = (...attributes: readonly string[]): JsonObject => ({
  '@odata.type': '#microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp',
  attributeCollectionPage: { views: [{ inputs: attributes.map(input) }] },
});

const flowBody = (changes: JsonObject = {}): JsonObject => ({
  '@odata.type': TYPE,
  displayName: `Flow ${(flows += 1)}`,
  onInteractiveAuthFlowStart: { isSignUpAllowed: true },
  onAuthenticationMethodLoadStart: { identityProviders: [{ id: 'EmailPassword-OAUTH' }] },
  onAttributeCollection: page('email', 'displayName'),
  ...changes,
});

const newFlow = async (changes: JsonObject = {}): Promise<string> =>
  `${FLOWS}/${idOf(await create(call, FLOWS, flowBody(changes)))}`;

test('a flow is made as the documentation says, and read with its providers, attributes and applications', async () => {
  const { appId } = await register(call);
  const path = await newFlow({ conditions: { applications: { includeApplications: [{ appId }] } } });
  expect((await call(`GET ${path}`)).body).toMatchObject({
    '@odata.type': TYPE,
    conditions: { applications: { includeApplications: [{ appId }] } },
    onInteractiveAuthFlowStart: { isSignUpAllowed: true },
    onAuthenticationMethodLoadStart: { identityProviders: [{ id: 'EmailPassword-OAUTH' }] },
    onAttributeCollection: { attributes: [{ id: 'email' }, { id: 'displayName', displayName: 'Display Name' }] },
  });
});

test.each([
  ['no type', { '@odata.type': '' }, 400],
  ['no name', { displayName: '' }, 400],
  ['no identity provider', { onAuthenticationMethodLoadStart: { identityProviders: [] } }, 400],
  ['an unknown identity provider', { onAuthenticationMethodLoadStart: { identityProviders: [{ id: 'My' }] } }, 404],
  ['an unknown attribute', { onAttributeCollection: page('shoeSize') }, 400],
  ['an unknown property', { colour: 'blue' }, 400],
])('a flow with %s is refused', async (_, changes, status) => {
  expect((await call(`POST ${FLOWS}`, flowBody(changes as JsonObject))).status).toBe(status);
});

test('a display name is unique', async () => {
  await newFlow({ displayName: 'Taken' });
  const second = await call(`POST ${FLOWS}`, flowBody({ displayName: 'Taken' }));
  expect([second.status, errorCode(second)]).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue']);
});

test('a change replaces the page as a whole, and what it leaves out is gone', async () => {
  const path = await newFlow();
  const changed = await call(`PATCH ${path}`, { '@odata.type': TYPE, onAttributeCollection: page('email', 'city') });
  expect(changed.status).toBe(204);
  expect((await call(`GET ${path}`)).body).toMatchObject({
    onAttributeCollection: { attributes: [{ id: 'email' }, { id: 'city' }] },
  });
  expect((await call(`PATCH ${path}`, { displayName: 'No type' })).status).toBe(400);
});

test('an application is in one flow alone', async () => {
  const { appId } = await register(call);
  const [one, other] = [await newFlow(), await newFlow()];
  const applications = 'conditions/applications/includeApplications';
  const attached = await call(`POST ${one}/${applications}`, { appId });
  const again = await call(`POST ${other}/${applications}`, { appId });
  expect([attached.status, attached.body['appId'], again.status]).toEqual([201, appId, 400]);
  expect(valuesOf(await call(`GET ${one}/${applications}`), 'appId')).toEqual([appId]);
  expect((await call(`DELETE ${one}/${applications}/${appId}`)).status).toBe(204);
  expect((await call(`POST ${other}/${applications}`, { appId })).status).toBe(201);
});

test('a flow keeps an identity provider', async () => {
  const path = await newFlow();
  const removed = await call(`DELETE ${path}/${PROVIDERS}/EmailPassword-OAUTH/$ref`);
  expect([removed.status, errorMessage(removed)]).toEqual([400, 'A user flow needs an identity provider.']);
  expect(valuesOf(await call(`GET ${path}/${PROVIDERS}`), 'id')).toEqual(['EmailPassword-OAUTH']);
});

test('a flow is deleted', async () => {
  const path = await newFlow();
  expect((await call(`DELETE ${path}`)).status).toBe(204);
  expect((await call(`GET ${path}`)).status).toBe(404);
});
