import type { JsonObject } from '../../../../apps/emulator/graph/json';
import { objectsOf, textOf } from '../../../../apps/emulator/graph/json';
import { clientCertificate, type ClientCertificate } from './support/certificate';
import { errorCode, idOf, valuesOf } from '../../../support/apps/emulator/support/client';
import { CALM, create, instantiate, NO_SUCH_ID, register, useEmulator } from './support/use-emulator';

const NOW = new Date('2026-11-25T12:00:00Z');
const { emulator, call } = useEmulator({ quirks: CALM, now: () => NOW });

let certificate: ClientCertificate;
let application: string;

beforeAll(async () => {
  certificate = await clientCertificate(NOW);
});

beforeEach(async () => {
  application = `/v1.0/applications/${(await register(call)).applicationId}`;
});

describe('certificates of an application', () => {
  const key = (changes: JsonObject = {}): JsonObject => ({
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    key: certificate.der.toString('base64'),
    ...changes,
  });
  const patch = (...keyCredentials: readonly JsonObject[]) => call(`PATCH ${application}`, { keyCredentials });
  const keys = async (query = '') => objectsOf((await call(`GET ${application}${query}`)).body, 'keyCredentials');

  test('are shown without the certificate, unless they are selected', async () => {
    const dates = { startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2027-01-01T00:00:00Z' };
    const answer = await patch(key({ ...dates, keyId: '0B0B0B0B-0000-4000-8000-000000000001' }));
    const shown = { ...dates, keyId: '0b0b0b0b-0000-4000-8000-000000000001', displayName: 'CN=deploys from the tests' };
    const thumbprint = Buffer.from(certificate.x5t, 'base64url').toString('hex').toUpperCase();
    expect(answer.status).toBe(204);
    expect(await keys()).toEqual([
      { ...shown, customKeyIdentifier: thumbprint, type: 'AsymmetricX509Cert', usage: 'Verify', key: null },
    ]);
    expect(await keys('?$select=keyCredentials')).toMatchObject([
      { ...shown, key: certificate.der.toString('base64') },
    ]);
  });

  test('are taken with the id of the application in the body, as azuread sends them, and with no other', async () => {
    const id = application.split('/').at(-1) ?? '';
    const own = await call(`PATCH ${application}`, { id, keyCredentials: [key()] });
    const other = await call(`PATCH ${application}`, { id: NO_SUCH_ID, keyCredentials: [] });
    expect([own.status, other.status, (await keys()).length]).toEqual([204, 400, 1]);
  });

  test('may be sent as PEM, and end with the certificate where nothing else is said', async () => {
    await patch(key({ key: Buffer.from(certificate.pem).toString('base64') }));
    expect(await keys('?$select=keyCredentials')).toMatchObject([
      { endDateTime: '2028-11-25T12:00:00.000Z', key: certificate.der.toString('base64') },
    ]);
  });

  test('stay where a PATCH sends back what it read, and go where it does not name them', async () => {
    await patch(key());
    const read = await keys();
    await patch(...read, key({ displayName: 'second' }));
    expect((await keys('?$select=keyCredentials')).map((item) => typeof item['key'])).toEqual(['string', 'string']);
    await patch(...(await keys()).slice(1));
    expect((await keys()).map((item) => item['displayName'])).toEqual(['second']);
    await patch();
    expect(await keys()).toEqual([]);
  });

  test.each<[string, JsonObject, string]>([
    ['that is none', { key: 'c2VjcmV0' }, 'KeyCredentialsInvalidKey'],
    ['without one', { key: null }, 'KeyCredentialsInvalidKey'],
    ['that has ended', { endDateTime: '2026-11-01T00:00:00Z' }, 'KeyCredentialsInvalidEndDate'],
    ['beyond its end', { endDateTime: '2031-01-01T00:00:00Z' }, 'KeyCredentialsInvalidEndDate'],
    ['that signs', { usage: 'Sign' }, 'NotImplementedByEmulator'],
  ])('refuses a certificate %s', async (_what, changes, code) => {
    const answer = await patch(key(changes));
    expect(errorCode(answer)).toBe(code);
  });
});

describe('federated identity credentials', () => {
  const credential = (changes: JsonObject = {}): JsonObject => ({
    name: 'production',
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'repo:acme/identity:environment:production',
    audiences: ['api://AzureADTokenExchange'],
    ...changes,
  });
  const path = (): string => `${application}/federatedIdentityCredentials`;

  test('are created, read by id and by name, changed and deleted', async () => {
    const made = await create(call, path(), credential());
    const one = `${path()}/${idOf(made)}`;
    expect(made.body).toMatchObject({ ...credential(), description: null });
    expect((await call(`GET ${path()}/production`)).body).toMatchObject(credential());
    expect((await call(`PATCH ${one}`, { description: 'deploys', subject: 'repo:acme/other' })).status).toBe(204);
    expect((await call(`GET ${one}`)).body).toMatchObject({ description: 'deploys', subject: 'repo:acme/other' });
    const expanded = await call(`GET ${application}?$expand=federatedIdentityCredentials`);
    expect(objectsOf(expanded.body, 'federatedIdentityCredentials').map(({ name }) => name)).toEqual(['production']);
    expect((await call(`DELETE ${one}`)).status).toBe(204);
    expect([(await call(`GET ${one}`)).status, (await call(`DELETE ${one}`)).status]).toEqual([404, 404]);
    expect(valuesOf(await call(`GET ${path()}`), 'name')).toEqual([]);
  });

  test.each<[JsonObject, number]>([
    [{ name: 'ab' }, 400],
    [{ name: 'a name' }, 400],
    [{ issuer: 'github' }, 400],
    [{ subject: '' }, 400],
    [{ audiences: [] }, 400],
    [{ audiences: ['a', 'b'] }, 400],
    [{ subject: 'x'.repeat(601) }, 400],
    [{ colour: 'blue' }, 400],
    [{ subject: 'another' }, 409],
    [{ name: 'another' }, 409],
  ])('refuses a second one with %j', async (changes, status) => {
    await create(call, path(), credential());
    expect((await call(`POST ${path()}`, credential(changes))).status).toBe(status);
  });

  test('keeps the name, and takes no more than twenty', async () => {
    for (let index = 0; index < 20; index += 1) {
      await create(call, path(), credential({ name: `name-${index}`, subject: `subject-${index}` }));
    }
    const more = await call(`POST ${path()}`, credential());
    const renamed = await call(`PATCH ${path()}/name-1`, { name: 'another-name' });
    expect([more.status, renamed.status]).toEqual([400, 400]);
  });

  test('come back with an application that is restored', async () => {
    await create(call, path(), credential());
    const id = application.split('/').at(-1) ?? '';
    await call(`DELETE ${application}`);
    await call(`POST /v1.0/directory/deletedItems/${id}/restore`);
    expect(valuesOf(await call(`GET ${path()}`), 'name')).toEqual(['production']);
  });
});

test('the certificates of a service principal do not grow by PATCH', async () => {
  const { principalId } = await instantiate(call);
  const keyCredentials = [{ type: 'AsymmetricX509Cert', usage: 'Verify', key: certificate.der.toString('base64') }];
  const answer = await call(`PATCH /v1.0/servicePrincipals/${principalId}`, { keyCredentials });
  expect(answer.status).toBe(501);
  expect(textOf(emulator().directory.get('servicePrincipals', principalId), 'id')).toBe(principalId);
});
