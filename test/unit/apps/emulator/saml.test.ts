import { createSigningCertificate, type SigningCertificate } from '../../../../apps/emulator/base/authority';
import { checkAnswer, type Reason, type Trust } from '../../../../apps/emulator/saml/check';
import { readMetadata, writeMetadata } from '../../../../apps/emulator/saml/metadata';
import { readRequest, requestUrl } from '../../../../apps/emulator/saml/request';
import { type Answer, signedResponse } from '../../../../apps/emulator/saml/response';

const NOW = new Date('2026-11-30T12:00:00.000Z');
const AUDIENCE = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c';
const REPLY_URL = 'https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/1';
const ENTITY_ID = 'https://sts.windows.net/5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11/';
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
const ANN = 'ann@insurance.example.com';

let ours: SigningCertificate;
let another: SigningCertificate;
let ending: SigningCertificate;
beforeAll(async () => {
  const make = (name: string, year: number) => createSigningCertificate(name, new Date(Date.UTC(year, 0, 1)), NOW);
  ours = await make('CN=ours', 2028);
  another = await make('CN=another', 2028);
  ending = await createSigningCertificate('CN=ending', new Date('2026-11-30T12:01:00Z'), NOW);
});

const answer = (changes: Partial<Answer> = {}, key = ours): string =>
  signedResponse(
    {
      nameId: { format: EMAIL, value: ANN },
      claims: new Map([['http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name', ANN]]),
      issuer: ENTITY_ID,
      audience: AUDIENCE,
      replyUrl: REPLY_URL,
      inResponseTo: '_request',
      now: NOW,
      ids: { response: '_response', assertion: '_assertion' },
      ...changes,
    },
    key,
  );

const check = (xml: string, changes: Partial<Trust> = {}) =>
  checkAnswer(xml, {
    ...trusting([ours]),
    audience: AUDIENCE,
    replyUrl: REPLY_URL,
    now: new Date(NOW.getTime() + 1000),
    ...changes,
  });

const reasonOf = (xml: string, changes?: Partial<Trust>) => {
  const checked = check(xml, changes);
  return checked.kind === 'refused' ? checked.reason : checked.nameId;
};

const trusting = (trusted: readonly SigningCertificate[]): Pick<Trust, 'provider'> => ({
  provider: { entityId: ENTITY_ID, certificates: trusted.map(({ certificate }) => certificate) },
});
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000);
const assertionIn = (xml: string): string => /<Assertion .*<\/Assertion>/s.exec(xml)?.[0] ?? '';

/** An assertion of somebody else's making before the signed one, which moves into the signature of the first. */
function wrapped(xml: string): string {
  const signed = assertionIn(xml);
  const [signature = ''] = /<Signature .*<\/Signature>/s.exec(signed) ?? [];
  const evil = signed.replace('_assertion"', '_evil"').replace(signature, '').replaceAll(ANN, 'eve@evil.example.com');
  const holding = signature.replace('</Signature>', `<Object>${signed.replace(signature, '')}</Object></Signature>`);
  return xml.replace(signed, evil.replace('<Subject>', `${holding}<Subject>`));
}

test('an answer of Entra is accepted, whatever certificates are beside the one that signs', () => {
  expect(check(answer(), trusting([another, ours]))).toEqual({
    kind: 'accepted',
    nameId: ANN,
    assertionId: '_assertion',
    ends: new Date('2026-11-30T13:10:00.000Z'),
  });
});

test('values keep their characters', () => {
  const value = "o'neil&co@insurance.example.com";
  expect(reasonOf(answer({ nameId: { format: EMAIL, value } }))).toBe(value);
  const claims = new Map([['role', '<a> & "b"']]);
  expect(answer({ claims })).toContain('&lt;a&gt; &amp; "b"');
});

/** A case: what is refused, why, the answer, and what the service provider has instead of the usual. */
type Case = readonly [string, Reason, () => string, (() => Partial<Trust>)?];

const CASES: readonly Case[] = [
  ['no XML', 'unreadable', () => 'hello'],
  ['a DOCTYPE', 'unreadable', () => `<!DOCTYPE x [<!ENTITY a "b">]>${answer()}`],
  ['a failure', 'failed-at-provider', () => answer().replace('status:Success', 'status:Requester')],
  ['another destination', 'wrong-destination', () => answer().replace(/(Destination="[^"]*)/, '$10')],
  ['another audience', 'wrong-audience', () => answer({ audience: `${AUDIENCE}0` })],
  [
    'another recipient',
    'wrong-recipient',
    () => answer({ replyUrl: `${REPLY_URL}0` }).replace(/ Destination="[^"]*"/, ''),
  ],
  ['another issuer', 'wrong-issuer', () => answer({ issuer: 'https://sts.windows.net/another/' })],
  ['an answer of an hour ago', 'expired', () => answer(), () => ({ now: minutes(70) })],
  ['an answer that was handed in late', 'expired', () => answer(), () => ({ now: minutes(5) })],
  ['a clock that is behind', 'not-yet-valid', () => answer(), () => ({ now: minutes(-1) })],
  ['no signature', 'not-signed', () => answer().replace(/<Signature .*<\/Signature>/s, '')],
  ['a certificate that nobody uploaded', 'signed-by-another', () => answer({}, another)],
  ['an answer before any upload', 'signed-by-another', () => answer(), () => trusting([])],
  [
    'a certificate that ended',
    'expired-certificate',
    () => answer({ now: minutes(2) }, ending),
    () => ({ now: minutes(3), ...trusting([ending]) }),
  ],
  ['another name', 'altered', () => answer().replaceAll(ANN, 'eve@evil.example.com')],
  ['a wrapped signature', 'not-one-assertion', () => wrapped(answer())],
  ['a second assertion', 'not-one-assertion', () => answer().replace(assertionIn(answer()), (one) => one + one)],
  ['an encrypted assertion', 'not-one-assertion', () => answer().replaceAll('Assertion', 'EncryptedAssertion')],
  ['no NameID', 'wrong-name-id', () => answer({ nameId: undefined })],
  ['another format', 'wrong-name-id', () => answer({ nameId: { format: UNSPECIFIED, value: ANN } })],
  ['a name that is no address', 'wrong-name-id', () => answer({ nameId: { format: EMAIL, value: 'ann' } })],
];

test.each(CASES.map(([what, reason, xml, trust = () => ({})]) => [what, { reason, xml, trust }] as const))(
  'refuses %s',
  (_what, { reason, xml, trust }) => {
    expect(reasonOf(xml(), trust())).toBe(reason);
  },
);

test('the certificate that an answer brings is not believed', () => {
  const forged = answer({}, another).replace(another.certificate, ours.certificate);
  expect(reasonOf(forged)).toBe('altered');
});

test('a comment in the NameID cuts nothing off', () => {
  const longer = `${ANN}.evil.example`;
  const xml = answer({ nameId: { format: EMAIL, value: longer } });
  expect(reasonOf(xml.replaceAll(longer, `${ANN}<!-- -->.evil.example`))).toBe(longer);
});

test('a roll-over says which certificate signed, and which was uploaded', () => {
  const checked = check(answer({}, another));
  expect(checked).toMatchObject({
    detail: expect.stringContaining(`CN=another (SHA-1 ${another.thumbprint})`) as unknown,
  });
  expect(checked).toMatchObject({ detail: expect.stringContaining(`CN=ours (SHA-1 ${ours.thumbprint})`) as unknown });
});

test('metadata and requests are read as they were written', () => {
  const metadata = { entityId: ENTITY_ID, signOnUrl: 'https://localhost:1/saml2', certificates: [ours.certificate] };
  expect(readMetadata(writeMetadata(metadata))).toEqual(metadata);
  expect(readMetadata('<html></html>')).toBeUndefined();
  const request = { id: '_1', issuer: AUDIENCE, replyUrl: REPLY_URL };
  const url = new URL(requestUrl(metadata.signOnUrl, { ...request, now: NOW }));
  expect(readRequest(url.searchParams.get('SAMLRequest') ?? '')).toEqual(request);
  expect(readRequest('x')).toBeUndefined();
});
