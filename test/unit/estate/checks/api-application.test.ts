import { changed, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

test.each([
  {
    what: 'an id of a scope that the directory can not have',
    from: 'value: Accounts.Read,',
    to: 'value: Accounts.Read, id: read,',
    expected:
      'error scope-id estate.yaml:7:37 customers.apiApplication.scopes[0].id: "read" is not a valid id (a GUID)',
  },
  {
    what: 'a name of 91 characters',
    from: 'displayName: Claims API',
    to: 'displayName: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn',
    expected:
      'error display-name estate.yaml:5:18 customers.apiApplication.displayName: "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn… is 91 characters long (at most 90 characters)',
  },
  {
    what: 'an identifier URI with the application id',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: api://claims\n',
    expected:
      'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri: "api://claims" would contain the application id, which is unknown until the application exists (https://contosoclaims.onmicrosoft.com/<path>, 120 characters at most)',
  },
  {
    what: 'one of another domain',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://api.example.com/claims\n',
    expected:
      'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri: "https://api.example.com/claims" is not in the domain of the directory (https://contosoclaims.onmicrosoft.com/<path>, 120 characters at most)',
  },
  {
    what: 'one of a domain that begins alike',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com.evil.example/api\n',
    expected:
      'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri: "https://contosoclaims.onmicrosoft.com.evil.example/api" must end in a path of letters, digits and ._~- (https://contosoclaims.onmicrosoft.com/<path>, 120 characters at most)',
  },
  {
    what: 'one without a path',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/\n',
    expected:
      'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri: "https://contosoclaims.onmicrosoft.com/" must end in a path of letters, digits and ._~- (https://contosoclaims.onmicrosoft.com/<path>, 120 characters at most)',
  },
  {
    what: 'one with a slash at the end',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/api/\n',
    expected:
      'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri: "https://contosoclaims.onmicrosoft.com/api/" must end in a path of letters, digits and ._~- (https://contosoclaims.onmicrosoft.com/<path>, 120 characters at most)',
  },
  {
    what: 'one with a query',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/api?x=1\n',
    expected:
      'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri: "https://contosoclaims.onmicrosoft.com/api?x=1" must end in a path of letters, digits and ._~- (https://contosoclaims.onmicrosoft.com/<path>, 120 characters at most)',
  },
  {
    what: 'one of 121 characters',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n',
    expected:
      'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri: "https://contosoclaims.onmicrosoft.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa… is 121 characters long (https://contosoclaims.onmicrosoft.com/<path>, 120 characters at most)',
  },
  {
    what: 'a scope of 41 characters',
    from: 'value: Accounts.Read',
    to: 'value: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    expected:
      'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is 41 characters long (at most 40 letters, digits and punctuation marks, not beginning with a dot: Accounts.Read)',
  },
  {
    what: 'a scope that begins with a dot',
    from: 'value: Accounts.Read',
    to: 'value: .Read',
    expected:
      'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value: ".Read" begins with a dot (at most 40 letters, digits and punctuation marks, not beginning with a dot: Accounts.Read)',
  },
  {
    what: 'a scope with a space',
    from: 'value: Accounts.Read',
    to: 'value: Read accounts',
    expected:
      'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value: "Read accounts" contains " ", which is not allowed in a scope (at most 40 letters, digits and punctuation marks, not beginning with a dot: Accounts.Read)',
  },
  {
    what: 'an emoji',
    from: 'value: Accounts.Read',
    to: 'value: 😀',
    expected:
      'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value: "😀" contains "😀", which is not allowed in a scope (at most 40 letters, digits and punctuation marks, not beginning with a dot: Accounts.Read)',
  },
  {
    what: 'a scope that OpenID Connect has',
    from: 'value: Accounts.Read',
    to: 'value: OpenID',
    expected:
      'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value: "OpenID" is a scope of OpenID Connect (at most 40 letters, digits and punctuation marks, not beginning with a dot: Accounts.Read)',
  },
  {
    what: 'two scopes of one value',
    from: 'value: Accounts.Read',
    to: 'value: Accounts.Write',
    expected:
      'error duplicate-scope estate.yaml:8:18 customers.apiApplication.scopes[1].value: "Accounts.Write" is the value of two scopes (each value once) [see estate.yaml:7:18]',
  },
])('the application has a finding: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each([
  [
    'a name of 90 characters',
    'displayName: Claims API',
    'displayName: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn',
  ],
  [
    'a URI of 120 characters',
    'displayName: Claims API\n',
    'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n',
  ],
  [
    'a path of two segments',
    'displayName: Claims API\n',
    'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/claims/v1\n',
  ],
  ['a scope of 40 characters', 'value: Accounts.Read', 'value: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
  ['every character that Graph allows', 'value: Accounts.Read', 'value: "Az09!#$%&\'()*+,-./:;=?@[]^_{}~"'],
  ['scopes that differ in case', 'value: Accounts.Read', 'value: accounts.write'],
])('is sound: %s', (_, from, to) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
});

test('a name holds no control character', () => {
  expect(report(planOf(changed(CUSTOMERS, 'displayName: Claims API', 'displayName: "😀\\tAPI"')))).toEqual([
    'error display-name estate.yaml:5:18 customers.apiApplication.displayName: "😀\\tAPI" contains a control character (at most 90 characters)',
  ]);
});

test('the web application can ask for thirty scopes, and no more', () => {
  const scopes = (count: number): string =>
    Array.from(
      { length: count },
      (_, index) => `      - { value: S${String(index)}, displayName: D, description: D }\n`,
    ).join('');
  const withScopes = (count: number): string =>
    changed(CUSTOMERS, '    scopes:\n', `    scopes:\n${scopes(count - 2)}`);
  expect(report(planOf(withScopes(30)))).toEqual([]);
  expect(report(planOf(withScopes(31)))).toEqual([
    'error too-many-scopes estate.yaml:7:7 customers.apiApplication.scopes: 31 scopes, and the web application asks for all of them (at most 30)',
  ]);
});
