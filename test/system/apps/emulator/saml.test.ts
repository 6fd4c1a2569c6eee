import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { deflateRawSync } from 'node:zlib';
import { textOf } from '../../../../apps/emulator/graph/json';
import { CALM, instantiate, useEmulator } from './support/use-emulator';

const { emulator, call } = useEmulator({ quirks: CALM, now: () => new Date('2026-11-25T12:00:00Z') });
const IDENTIFIER = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c';
const REPLY_URL = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/1';

const page = (path: string): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    const { tlsUrl, caFile, tenant } = emulator();
    get(`${tlsUrl}/${tenant.id}${path}`, { ca: readFileSync(caFile) }, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body });
      }, reject);
    }).on('error', reject);
  });

const metadata = (appId: string) => page(`/federationmetadata/2007-06/federationmetadata.xml?appid=${appId}`);

const signIn = (issuer: string, replyUrl: string) => {
  const request = `<AuthnRequest AssertionConsumerServiceURL="${replyUrl}"><Issuer>${issuer}</Issuer></AuthnRequest>`;
  return page(`/saml2?${new URLSearchParams({ SAMLRequest: deflateRawSync(request).toString('base64') }).toString()}`);
};

test('federation metadata has the certificate that signs, and no other', async () => {
  const { principalId, appId } = await instantiate(call);
  const path = `/v1.0/servicePrincipals/${principalId}`;
  const add = (name: string) =>
    call(`POST ${path}/addTokenSigningCertificate`, { displayName: name, endDateTime: '2028-01-01T00:00:00Z' });
  await add('CN=one');
  const two = await add('CN=two');
  expect((await metadata(appId)).body).not.toContain('X509Certificate');
  await call(`PATCH ${path}`, { preferredTokenSigningKeyThumbprint: textOf(two.body, 'thumbprint') });
  const { status, body } = await metadata(appId);
  const certificates = [...body.matchAll(/<X509Certificate>([^<]*)</g)].map(
    ([, base64 = '']) => new X509Certificate(Buffer.from(base64, 'base64')).subject,
  );
  expect({ status, certificates }).toEqual({ status: 200, certificates: ['CN=two'] });
  expect(body).toContain(`entityID="https://sts.windows.net/${emulator().tenant.id}/"`);
});

test('the sign-in page knows applications by identifier and reply URL', async () => {
  const { applicationId } = await instantiate(call, 'Signs <in>');
  await call(`PATCH /v1.0/applications/${applicationId}`, {
    identifierUris: [IDENTIFIER],
    web: { redirectUris: [REPLY_URL] },
  });
  const pages = [
    await signIn(IDENTIFIER, REPLY_URL),
    await signIn(IDENTIFIER, 'https://elsewhere.example.com/'),
    await signIn('https://unknown.example.com/', REPLY_URL),
    await page('/saml2'),
  ];
  expect(pages.map(({ status, body }) => `${status} ${/AADSTS\d+/.exec(body)?.[0] ?? body}`)).toEqual([
    '200 <!doctype html><title>Sign in to Signs &#60;in&#62;</title>',
    '400 AADSTS50011',
    '400 AADSTS700016',
    '400 AADSTS750054',
  ]);
});

test('metadata of an unknown application', async () => {
  expect(await metadata('x')).toMatchObject({ status: 400 });
});
