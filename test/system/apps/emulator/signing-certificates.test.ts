import { X509Certificate } from 'node:crypto';
import { objectsOf, textOf } from '../../../../apps/emulator/graph/json';
import { errorMessage } from '../../../support/apps/emulator/support/client';
import { CALM, instantiate, useEmulator } from './support/use-emulator';

const { call } = useEmulator({ quirks: CALM, now: () => new Date('2026-11-25T12:00:00Z') });

const ask = { displayName: 'CN=contoso-aws', endDateTime: '2028-01-01T00:00:00Z' };
const add = (id: string, body: object = ask) =>
  call(`POST /v1.0/servicePrincipals/${id}/addTokenSigningCertificate`, body);

test('makes a real certificate, with the name and end that were asked for', async () => {
  const { principalId } = await instantiate(call);
  const { status, body } = await add(principalId);
  const certificate = new X509Certificate(Buffer.from(textOf(body, 'key'), 'base64'));
  expect(status).toBe(200);
  expect(body).toMatchObject({ ...ask, type: 'AsymmetricX509Cert', usage: 'Verify' });
  expect(certificate.subject).toBe('CN=contoso-aws');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(new Date(certificate.validTo)).toEqual(new Date('2028-01-01T00:00:00Z'));
  expect(certificate.fingerprint.replaceAll(':', '')).toBe(body['thumbprint']);
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
});

test('each has a key of its own', async () => {
  const { principalId } = await instantiate(call);
  const [one, other] = [await add(principalId), await add(principalId)].map(
    ({ body }) => new X509Certificate(Buffer.from(textOf(body, 'key'), 'base64')).publicKey,
  );
  expect(other?.equals(one ?? other)).toBe(false);
});

test('keeps two keys and a password of it; the certificate is shown to $select alone', async () => {
  const { principalId } = await instantiate(call);
  const { body } = await add(principalId);
  const whole = await call(`GET /v1.0/servicePrincipals/${principalId}`);
  const chosen = await call(`GET /v1.0/servicePrincipals/${principalId}?$select=keyCredentials`);
  const keys = objectsOf(chosen.body, 'keyCredentials');
  expect(keys.map(({ usage, keyId, key }) => [usage, keyId === body['keyId'], key])).toEqual([
    ['Sign', true, null],
    ['Verify', false, body['key']],
  ]);
  expect(objectsOf(whole.body, 'keyCredentials').map(({ key }) => key)).toEqual([null, null]);
  expect(objectsOf(whole.body, 'passwordCredentials')).toHaveLength(1);
});

test.each([
  [{ ...ask, displayName: 'contoso' }, 'displayName'],
  [{ ...ask, displayName: 'CN=a,O=b' }, 'displayName'],
  [{ ...ask, endDateTime: '2026-11-25T11:59:59Z' }, 'endDateTime'],
  [{ ...ask, endDateTime: '2029-11-27T12:00:00Z' }, 'endDateTime'],
  [{ ...ask, endDateTime: 'soon' }, 'endDateTime'],
])('refuses %j', async (body, property) => {
  const { principalId } = await instantiate(call);
  const answer = await add(principalId, body);
  expect(answer.status).toBe(400);
  expect(errorMessage(answer)).toContain(`Property ${property} is invalid`);
});

test('rotates: a second certificate beside the first, active by its thumbprint, then the first goes', async () => {
  const { principalId } = await instantiate(call);
  const path = `/v1.0/servicePrincipals/${principalId}`;
  const first = await add(principalId);
  const second = await add(principalId, { ...ask, displayName: 'CN=contoso-aws-2' });
  const activate = (thumbprint: string) => call(`PATCH ${path}`, { preferredTokenSigningKeyThumbprint: thumbprint });
  const unknown = await activate('0'.repeat(40));
  const activated = await activate(textOf(second.body, 'thumbprint'));
  const read = await call(`GET ${path}`);
  const kept = (list: string) =>
    objectsOf(read.body, list).filter(
      ({ customKeyIdentifier }) => customKeyIdentifier === second.body['customKeyIdentifier'],
    );
  const removed = await call(`PATCH ${path}`, {
    keyCredentials: kept('keyCredentials'),
    passwordCredentials: kept('passwordCredentials'),
  });
  const after = await call(`GET ${path}?$select=keyCredentials,preferredTokenSigningKeyThumbprint`);
  expect(first.body['thumbprint']).not.toBe(second.body['thumbprint']);
  expect([unknown.status, activated.status, removed.status]).toEqual([400, 204, 204]);
  // The keys were sent without their certificates, as azuread does: that does not erase them.
  expect(objectsOf(after.body, 'keyCredentials').map(({ key }) => key)).toEqual([null, second.body['key']]);
  expect(after.body['preferredTokenSigningKeyThumbprint']).toBe(second.body['thumbprint']);
});

test('does not pretend to add a key by PATCH', async () => {
  const { principalId } = await instantiate(call);
  const answer = await call(`PATCH /v1.0/servicePrincipals/${principalId}`, { keyCredentials: [{ keyId: 'x' }] });
  expect([answer.status, errorMessage(answer)]).toEqual([
    501,
    "The emulator does not implement adding to 'keyCredentials' by PATCH.",
  ]);
});
