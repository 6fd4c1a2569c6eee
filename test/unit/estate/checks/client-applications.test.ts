import { changed, CUSTOMERS, EXTERNAL } from '../../../support/entra-estate';
import { codesAndPlaces, planOf } from '../../../support/estate-files';

/** A company's applications of every kind, with an API that none of them is. */
const COMPANY = `  apis:
    - name: payments
      displayName: Payments API
      scopes: [{ value: Payments.Read, displayName: Read, description: Reads. }]
      roles: [{ value: Payments.Settle, displayName: Settle, description: Settles. }]
  applications:
    - name: backOffice
      kind: web
      displayName: Back office
      redirectUris: [https://office.example.com/in]
      calls: [{ api: payments, scopes: [Payments.Read], roles: [Payments.Settle] }]
      clientSecret: { start: 2026-01-01, period: P180D }
    - name: portal
      kind: singlePage
      displayName: Portal
      redirectUris: [https://portal.example.com/, http://localhost:3000/]
      calls: [{ api: api, scopes: [Accounts.Read, Accounts.Write] }]
    - name: phone
      kind: native
      displayName: Phone
      redirectUris: [com.example.claims://auth, http://localhost]
    - name: nightly
      kind: daemon
      displayName: Nightly
      calls: [{ api: payments, roles: [Payments.Settle] }]
      clientSecret: { start: 2026-01-01, period: P180D }
`;

const findings = (from: string, to: string, section = CUSTOMERS): readonly string[] =>
  codesAndPlaces(planOf(section + changed(COMPANY, from, to))).map((line) =>
    line.replace(/estate\.yaml:\d+:\d+ /g, ''),
  );

test.each([
  ['B2C', CUSTOMERS],
  ['External ID', EXTERNAL],
])('applications of every kind are sound in %s', (_, section) => {
  expect(codesAndPlaces(planOf(section + COMPANY))).toEqual([]);
});

const at = 'customers.applications';
test.each([
  ['a name with a hyphen', 'name: portal', 'name: the-portal', `error application-name ${at}[1].name`],
  ['the name of the hosted one', 'name: portal', 'name: web', `error application-name ${at}[1].name`],
  [
    'the name of an API',
    'name: portal',
    'name: payments',
    `error application-name ${at}[1].name [see estate.yaml:26:13]`,
  ],
  [
    'the displayed name of a hosted application',
    'displayName: Portal',
    'displayName: Claims',
    `error duplicate-application-name ${at}[1].displayName [see estate.yaml:10:18]`,
  ],
  [
    'the identifier URI of the hosted API',
    'displayName: Payments API',
    'displayName: Payments API\n      identifierUri: https://contosoclaims.onmicrosoft.com/api',
    'error duplicate-identifier-uri customers.apis[0].identifierUri [see estate.yaml:5:5]',
  ],
  [
    'an identifier URI of another domain',
    'displayName: Payments API',
    'displayName: Payments API\n      identifierUri: https://example.com/api',
    'error identifier-uri customers.apis[0].identifierUri',
  ],
  [
    'a role of the value of a scope',
    'value: Payments.Settle,',
    'value: Payments.Read,',
    'error duplicate-scope customers.apis[0].roles[0].value [see estate.yaml:28:25]',
  ],
  [
    'a redirect URI by http',
    'https://portal.example.com/',
    'http://portal.example.com/',
    `error application-redirect-uri ${at}[1].redirectUris[0]`,
  ],
  [
    'a scheme of its own in a browser',
    'https://portal.example.com/',
    'portal://in',
    `error application-redirect-uri ${at}[1].redirectUris[0]`,
  ],
  [
    'a wildcard',
    'https://portal.example.com/',
    'https://*.example.com/',
    `error application-redirect-uri ${at}[1].redirectUris[0]`,
  ],
  [
    'a scheme that a browser runs',
    'com.example.claims://auth',
    'javascript:alert(1)',
    `error application-redirect-uri ${at}[2].redirectUris[0]`,
  ],
  ['an unknown API', 'api: api', 'api: claims', `error application-call ${at}[1].calls[0].api`],
  [
    'an unknown scope',
    '[Accounts.Read, Accounts.Write]',
    '[Payments.Read]',
    `error application-call ${at}[1].calls[0].scopes[0]`,
  ],
  [
    'an unknown role',
    'roles: [Payments.Settle] }]\n      clientSecret: { start: 2026-01-01, period: P180D }\n    - name: portal',
    'roles: [Payments.Pay] }]\n      clientSecret: { start: 2026-01-01, period: P180D }\n    - name: portal',
    `error application-call ${at}[0].calls[0].roles[0]`,
  ],
  [
    'a call that asks for nothing',
    'scopes: [Accounts.Read, Accounts.Write]',
    'scopes: []',
    `error application-call ${at}[1].calls[0]`,
  ],
])('an application has a finding: %s', (...[, from, to, expected]) => {
  expect(findings(from, to)).toContain(expected);
});

test.each([
  ['kind: web', 'kind: singlePage', ['[0].calls[0].roles', '[0].clientSecret']],
  ['kind: web', 'kind: native', ['[0].calls[0].roles', '[0].clientSecret']],
  ['kind: web', 'kind: daemon', ['[0].calls[0].scopes', '[0].redirectUris']],
  ['kind: singlePage', 'kind: web', ['[1]']],
  ['kind: native', 'kind: daemon', ['[2]', '[2].redirectUris']],
  ['kind: singlePage', 'kind: singlePage\n      implicitGrant: true', ['[1].implicitGrant']],
])('a kind keeps no secret and no role that everybody could read: %s, %s', (from, to, places) => {
  const found = findings(from, to).filter((line) => line.includes('application-key'));
  expect(found.toSorted()).toEqual(places.map((place) => `error application-key ${at}${place}`).toSorted());
});

test('a front-channel sign-out is for pages of External ID', () => {
  const [from, to] = [
    'kind: singlePage',
    'kind: singlePage\n      frontChannelSignOut: https://portal.example.com/out',
  ];
  expect(findings(from, to)).toEqual([`error front-channel-directory ${at}[1].frontChannelSignOut`]);
  expect(findings(from, to, EXTERNAL)).toEqual([]);
});

test('nothing is said of the APIs that applications call where one of them could not be read', () => {
  expect(findings('displayName: Payments API', 'displayname: Payments API').join()).not.toContain('application-call');
});
