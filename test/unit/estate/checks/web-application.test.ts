import { changed, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, codesAndPlaces, report } from '../../../support/estate-files';

test.each([
  {
    what: 'plain http',
    from: 'https://claims.example.com',
    to: 'http://claims.example.com',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'a name that begins like localhost',
    from: 'https://claims.example.com',
    to: 'http://localhost.evil.example',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'a slash at the end',
    from: 'https://claims.example.com',
    to: 'https://claims.example.com/',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'a path',
    from: 'https://claims.example.com',
    to: 'https://claims.example.com/app',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'a query',
    from: 'https://claims.example.com',
    to: '"https://claims.example.com?x=1"',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'a fragment',
    from: 'https://claims.example.com',
    to: '"https://claims.example.com#x"',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'a wildcard',
    from: 'https://claims.example.com',
    to: '"https://*.example.com"',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'no scheme',
    from: 'https://claims.example.com',
    to: 'claims.example.com',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'a script',
    from: 'https://claims.example.com',
    to: '"javascript:alert(1)"',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'capital letters',
    from: 'https://claims.example.com',
    to: 'https://Claims.example.com',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'the port that is meant anyway',
    from: 'https://claims.example.com',
    to: 'https://claims.example.com:443',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'letters beyond ASCII',
    from: 'https://claims.example.com',
    to: 'https://größe.example',
    expected: 'error host estate.yaml:11:36 customers.webApplication.hosts[1]',
  },
  {
    what: 'a host listed twice',
    from: 'https://claims.example.com',
    to: 'http://localhost:5000',
    expected: 'error duplicate-host estate.yaml:11:36 customers.webApplication.hosts[1] [see estate.yaml:11:13]',
  },
  {
    what: 'a name of 91 characters',
    from: 'displayName: Claims\n',
    to: 'displayName: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\n',
    expected: 'error display-name estate.yaml:10:18 customers.webApplication.displayName',
  },
])('a host is refused: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each([
  ['the own machine by address', 'https://claims.example.com', 'http://127.0.0.1:5000'],
  ['https on the own machine', 'https://claims.example.com', 'https://localhost'],
  ['a port', 'https://claims.example.com', 'https://claims.example.com:8443'],
])('is sound: %s', (_, from, to) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
});

test('a password in a host is not repeated', () => {
  const [finding = ''] = report(
    planOf(changed(CUSTOMERS, 'https://claims.example.com', 'https://user:pass-word@claims.example.com')),
  );
  expect(finding).toContain('"https://…@claims.example.com" must be a plain origin');
  expect(finding).not.toContain('pass-word');
});

test.each([
  {
    what: 'no slash',
    from: '    clientSecret',
    to: '    callbacks: { signIn: auth }\n    clientSecret',
    expected: 'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn',
  },
  {
    what: 'the root',
    from: '    clientSecret',
    to: '    callbacks: { signIn: / }\n    clientSecret',
    expected: 'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn',
  },
  {
    what: 'another host',
    from: '    clientSecret',
    to: '    callbacks: { signIn: //evil.example/x }\n    clientSecret',
    expected: 'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn',
  },
  {
    what: 'a way up',
    from: '    clientSecret',
    to: '    callbacks: { signIn: /a/../b }\n    clientSecret',
    expected: 'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn',
  },
  {
    what: 'a slash at the end',
    from: '    clientSecret',
    to: '    callbacks: { signIn: /a/ }\n    clientSecret',
    expected: 'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn',
  },
  {
    what: 'a query',
    from: '    clientSecret',
    to: '    callbacks: { stepUp: "/a?b=c" }\n    clientSecret',
    expected: 'error callback estate.yaml:12:26 customers.webApplication.callbacks.stepUp',
  },
  {
    what: 'a character that Entra refuses',
    from: '    clientSecret',
    to: '    callbacks: { stepUp: "/a(b)" }\n    clientSecret',
    expected: 'error callback estate.yaml:12:26 customers.webApplication.callbacks.stepUp',
  },
  {
    what: 'a page of the web',
    from: '    clientSecret',
    to: '    callbacks: { signIn: /Login, stepUp: /healthz }\n    clientSecret',
    expected: 'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn',
    also: ['error callback estate.yaml:12:42 customers.webApplication.callbacks.stepUp'],
  },
  {
    what: 'the same path twice',
    from: '    clientSecret',
    to: '    callbacks: { stepUp: /auth/callback }\n    clientSecret',
    expected: 'error duplicate-callback estate.yaml:12:26 customers.webApplication.callbacks.stepUp',
  },
  {
    what: 'the path of the sign-in for the sign-out',
    from: '    clientSecret',
    to: '    callbacks: { signOut: /auth/callback }\n    clientSecret',
    expected: 'error duplicate-callback estate.yaml:12:27 customers.webApplication.callbacks.signOut',
  },
])('callbacks are refused: $what', ({ from, to, expected, also = [] }) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected, ...also]);
});

test.each([
  {
    what: 'a day that no year has',
    from: 'start: 2026-01-01',
    to: 'start: 2026-02-30',
    expected: 'error secret-rotation estate.yaml:12:28 customers.webApplication.clientSecret.start',
  },
  {
    what: 'a day in another form',
    from: 'start: 2026-01-01',
    to: 'start: 2026-1-1',
    expected: 'error secret-rotation estate.yaml:12:28 customers.webApplication.clientSecret.start',
  },
  {
    what: '29 days',
    from: 'P180D',
    to: 'P29D',
    expected: 'error secret-rotation estate.yaml:12:48 customers.webApplication.clientSecret.period',
  },
  {
    what: '366 days',
    from: 'P180D',
    to: 'P366D',
    expected: 'error secret-rotation estate.yaml:12:48 customers.webApplication.clientSecret.period',
  },
  {
    what: 'months',
    from: 'P180D',
    to: 'P6M',
    expected: 'error invalid-value estate.yaml:12:48 customers.webApplication.clientSecret.period',
  },
  {
    what: 'a number',
    from: 'P180D',
    to: '180',
    expected: 'error invalid-value estate.yaml:12:48 customers.webApplication.clientSecret.period',
  },
])('the rotation is refused: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each(['P30D', 'P365D'])('a secret can rotate every %s', (period) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, 'P180D', period)))).toEqual([]);
});

/** That many hosts, two of them as before. */
function hosts(count: number): string {
  const more = Array.from({ length: count - 2 }, (_, index) => `https://h${String(index)}.example, `).join('');
  return changed(CUSTOMERS, 'hosts: [', `hosts: [${more}`);
}

test('fifty hosts make as many redirect URIs as Entra takes', () => {
  expect(codesAndPlaces(planOf(hosts(50)))).toEqual([]);
  expect(codesAndPlaces(planOf(hosts(51)))).toEqual([
    'error too-many-redirect-uris estate.yaml:11:12 customers.webApplication.hosts',
  ]);
});

test('a redirect URI has 256 characters at most', () => {
  const host = (last: number): string =>
    `https://${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(last)}`;
  const withHost = (last: number): string => changed(CUSTOMERS, 'https://claims.example.com', host(last));
  expect(codesAndPlaces(planOf(withHost(38)))).toEqual([]);
  expect(codesAndPlaces(planOf(withHost(39)))).toEqual([
    'error redirect-uri-length estate.yaml:11:12 customers.webApplication.hosts',
  ]);
});
