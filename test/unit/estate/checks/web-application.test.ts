import { changed, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

test.each([
  {
    what: 'plain http',
    from: 'https://claims.example.com',
    to: 'http://claims.example.com',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "http://claims.example.com" is not https (an https origin such as https://claims.example.com, or http://localhost with a port)',
  },
  {
    what: 'a name that begins like localhost',
    from: 'https://claims.example.com',
    to: 'http://localhost.evil.example',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "http://localhost.evil.example" is not https (an https origin such as https://claims.example.com, or http://localhost with a port)',
  },
  {
    what: 'a slash at the end',
    from: 'https://claims.example.com',
    to: 'https://claims.example.com/',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "https://claims.example.com/" must be a plain origin (did you mean \'https://claims.example.com\'?)',
  },
  {
    what: 'a path',
    from: 'https://claims.example.com',
    to: 'https://claims.example.com/app',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "https://claims.example.com/app" must be a plain origin (did you mean \'https://claims.example.com\'?)',
  },
  {
    what: 'a query',
    from: 'https://claims.example.com',
    to: '"https://claims.example.com?x=1"',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "https://claims.example.com?x=1" must be a plain origin (did you mean \'https://claims.example.com\'?)',
  },
  {
    what: 'a fragment',
    from: 'https://claims.example.com',
    to: '"https://claims.example.com#x"',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "https://claims.example.com#x" must be a plain origin (did you mean \'https://claims.example.com\'?)',
  },
  {
    what: 'a wildcard',
    from: 'https://claims.example.com',
    to: '"https://*.example.com"',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "https://*.example.com" contains a wildcard (every host by its own name)',
  },
  {
    what: 'no scheme',
    from: 'https://claims.example.com',
    to: 'claims.example.com',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "claims.example.com" is not a valid origin (an https origin such as https://claims.example.com, or http://localhost with a port)',
  },
  {
    what: 'a script',
    from: 'https://claims.example.com',
    to: '"javascript:alert(1)"',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "javascript:alert(1)" is not a valid origin (an https origin such as https://claims.example.com, or http://localhost with a port)',
  },
  {
    what: 'capital letters',
    from: 'https://claims.example.com',
    to: 'https://Claims.example.com',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "https://Claims.example.com" must be a plain origin (did you mean \'https://claims.example.com\'?)',
  },
  {
    what: 'the port that is meant anyway',
    from: 'https://claims.example.com',
    to: 'https://claims.example.com:443',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "https://claims.example.com:443" must be a plain origin (did you mean \'https://claims.example.com\'?)',
  },
  {
    what: 'letters beyond ASCII',
    from: 'https://claims.example.com',
    to: 'https://größe.example',
    expected:
      'error host estate.yaml:11:36 customers.webApplication.hosts[1]: "https://größe.example" must be a plain origin (did you mean \'https://xn--gre-6ka8i.example\'?)',
  },
  {
    what: 'a host listed twice',
    from: 'https://claims.example.com',
    to: 'http://localhost:5000',
    expected:
      'error duplicate-host estate.yaml:11:36 customers.webApplication.hosts[1]: "http://localhost:5000" is listed twice (each host once) [see estate.yaml:11:13]',
  },
  {
    what: 'a name of 91 characters',
    from: 'displayName: Claims\n',
    to: 'displayName: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\n',
    expected:
      'error display-name estate.yaml:10:18 customers.webApplication.displayName: "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn… is 91 characters long (at most 90 characters)',
  },
])('a host is refused: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each([
  ['the own machine by address', 'https://claims.example.com', 'http://127.0.0.1:5000'],
  ['https on the own machine', 'https://claims.example.com', 'https://localhost'],
  ['a port', 'https://claims.example.com', 'https://claims.example.com:8443'],
])('is sound: %s', (_, from, to) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
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
    expected:
      'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn: "auth" is not a valid redirect URI path (a path such as /auth/callback: segments of letters, digits and ._~-)',
  },
  {
    what: 'the root',
    from: '    clientSecret',
    to: '    callbacks: { signIn: / }\n    clientSecret',
    expected:
      'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn: "/" is not a valid redirect URI path (a path such as /auth/callback: segments of letters, digits and ._~-)',
  },
  {
    what: 'another host',
    from: '    clientSecret',
    to: '    callbacks: { signIn: //evil.example/x }\n    clientSecret',
    expected:
      'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn: "//evil.example/x" is not a valid redirect URI path (a path such as /auth/callback: segments of letters, digits and ._~-)',
  },
  {
    what: 'a way up',
    from: '    clientSecret',
    to: '    callbacks: { signIn: /a/../b }\n    clientSecret',
    expected:
      'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn: "/a/../b" is not a valid redirect URI path (a path such as /auth/callback: segments of letters, digits and ._~-)',
  },
  {
    what: 'a slash at the end',
    from: '    clientSecret',
    to: '    callbacks: { signIn: /a/ }\n    clientSecret',
    expected:
      'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn: "/a/" is not a valid redirect URI path (a path such as /auth/callback: segments of letters, digits and ._~-)',
  },
  {
    what: 'a query',
    from: '    clientSecret',
    to: '    callbacks: { stepUp: "/a?b=c" }\n    clientSecret',
    expected:
      'error callback estate.yaml:12:26 customers.webApplication.callbacks.stepUp: "/a?b=c" is not a valid redirect URI path (a path such as /auth/callback: segments of letters, digits and ._~-)',
  },
  {
    what: 'a character that Entra refuses',
    from: '    clientSecret',
    to: '    callbacks: { stepUp: "/a(b)" }\n    clientSecret',
    expected:
      'error callback estate.yaml:12:26 customers.webApplication.callbacks.stepUp: "/a(b)" is not a valid redirect URI path (a path such as /auth/callback: segments of letters, digits and ._~-)',
  },
  {
    what: 'a page of the web',
    from: '    clientSecret',
    to: '    callbacks: { signIn: /Login, stepUp: /healthz }\n    clientSecret',
    expected:
      'error callback estate.yaml:12:26 customers.webApplication.callbacks.signIn: "/Login" is a page of the web application (a path that the web has no page at, such as /auth/callback)',
    also: [
      'error callback estate.yaml:12:42 customers.webApplication.callbacks.stepUp: "/healthz" is a page of the web application (a path that the web has no page at, such as /auth/callback)',
    ],
  },
  {
    what: 'the same path twice',
    from: '    clientSecret',
    to: '    callbacks: { stepUp: /auth/callback }\n    clientSecret',
    expected:
      'error duplicate-callback estate.yaml:12:26 customers.webApplication.callbacks.stepUp: "/auth/callback" is also the callback of the sign-in (a different path: the two tell the flows apart)',
  },
])('callbacks are refused: $what', ({ from, to, expected, also = [] }) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected, ...also]);
});

test.each([
  {
    what: 'a day that no year has',
    from: 'start: 2026-01-01',
    to: 'start: 2026-02-30',
    expected:
      'error secret-rotation estate.yaml:12:28 customers.webApplication.clientSecret.start: "2026-02-30" is not a valid date (YYYY-MM-DD, such as 2026-01-01)',
  },
  {
    what: 'a day in another form',
    from: 'start: 2026-01-01',
    to: 'start: 2026-1-1',
    expected:
      'error secret-rotation estate.yaml:12:28 customers.webApplication.clientSecret.start: "2026-1-1" is not a valid date (YYYY-MM-DD, such as 2026-01-01)',
  },
  {
    what: '29 days',
    from: 'P180D',
    to: 'P29D',
    expected:
      'error secret-rotation estate.yaml:12:48 customers.webApplication.clientSecret.period: "P29D" is shorter than 30 days (P30D to P365D)',
  },
  {
    what: '366 days',
    from: 'P180D',
    to: 'P366D',
    expected:
      'error secret-rotation estate.yaml:12:48 customers.webApplication.clientSecret.period: "P366D" is longer than 365 days (P30D to P365D)',
  },
  {
    what: 'months',
    from: 'P180D',
    to: 'P6M',
    expected:
      'error invalid-value estate.yaml:12:48 customers.webApplication.clientSecret.period: "P6M" is not a valid number of days (ISO 8601 days, from P30D to P365D)',
  },
  {
    what: 'a number',
    from: 'P180D',
    to: '180',
    expected:
      'error invalid-value estate.yaml:12:48 customers.webApplication.clientSecret.period: 180 has the wrong form (a text such as P180D)',
  },
])('the rotation is refused: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each(['P30D', 'P365D'])('a secret can rotate every %s', (period) => {
  expect(report(planOf(changed(CUSTOMERS, 'P180D', period)))).toEqual([]);
});

/** That many hosts, two of them as before. */
function hosts(count: number): string {
  const more = Array.from({ length: count - 2 }, (_, index) => `https://h${String(index)}.example, `).join('');
  return changed(CUSTOMERS, 'hosts: [', `hosts: [${more}`);
}

test('fifty hosts make as many redirect URIs as Entra takes', () => {
  expect(report(planOf(hosts(50)))).toEqual([]);
  expect(report(planOf(hosts(51)))).toEqual([
    'error too-many-redirect-uris estate.yaml:11:12 customers.webApplication.hosts: make 102 redirect URIs, two for each (at most 100)',
  ]);
});

test('a redirect URI has 256 characters at most', () => {
  const host = (last: number): string =>
    `https://${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(last)}`;
  const withHost = (last: number): string => changed(CUSTOMERS, 'https://claims.example.com', host(last));
  expect(report(planOf(withHost(38)))).toEqual([]);
  expect(report(planOf(withHost(39)))).toEqual([
    `error redirect-uri-length estate.yaml:11:12 customers.webApplication.hosts: "https://${'a'.repeat(63)}.${'b'.repeat(7)}… makes a redirect URI of 257 characters (at most 256)`,
  ]);
});
