import { changed, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

test.each([
  {
    what: 'an id of a scope that the directory can not have',
    from: 'value: Accounts.Read,',
    to: 'value: Accounts.Read, id: read,',
    expected: 'error scope-id estate.yaml:7:37 customers.apiApplication.scopes[0].id',
  },
  {
    what: 'a name of 91 characters',
    from: 'displayName: Claims API',
    to: 'displayName: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn',
    expected: 'error display-name estate.yaml:5:18 customers.apiApplication.displayName',
  },
  {
    what: 'an identifier URI with the application id',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: api://claims\n',
    expected: 'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri',
  },
  {
    what: 'one of another domain',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://api.example.com/claims\n',
    expected: 'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri',
  },
  {
    what: 'one of a domain that begins alike',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com.evil.example/api\n',
    expected: 'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri',
  },
  {
    what: 'one without a path',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/\n',
    expected: 'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri',
  },
  {
    what: 'one with a slash at the end',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/api/\n',
    expected: 'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri',
  },
  {
    what: 'one with a query',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/api?x=1\n',
    expected: 'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri',
  },
  {
    what: 'one of 121 characters',
    from: 'displayName: Claims API\n',
    to: 'displayName: Claims API\n    identifierUri: https://contosoclaims.onmicrosoft.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n',
    expected: 'error identifier-uri estate.yaml:6:20 customers.apiApplication.identifierUri',
  },
  {
    what: 'a scope of 41 characters',
    from: 'value: Accounts.Read',
    to: 'value: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    expected: 'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value',
  },
  {
    what: 'a scope that begins with a dot',
    from: 'value: Accounts.Read',
    to: 'value: .Read',
    expected: 'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value',
  },
  {
    what: 'a scope with a space',
    from: 'value: Accounts.Read',
    to: 'value: Read accounts',
    expected: 'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value',
  },
  {
    what: 'an emoji',
    from: 'value: Accounts.Read',
    to: 'value: 😀',
    expected: 'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value',
  },
  {
    what: 'a scope that OpenID Connect has',
    from: 'value: Accounts.Read',
    to: 'value: OpenID',
    expected: 'error scope-value estate.yaml:7:18 customers.apiApplication.scopes[0].value',
  },
  {
    what: 'two scopes of one value',
    from: 'value: Accounts.Read',
    to: 'value: Accounts.Write',
    expected: 'error duplicate-scope estate.yaml:8:18 customers.apiApplication.scopes[1].value [see estate.yaml:7:18]',
  },
])('the application has a finding: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
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
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
});

test('a name holds no control character', () => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, 'displayName: Claims API', 'displayName: "😀\\tAPI"')))).toEqual([
    'error display-name estate.yaml:5:18 customers.apiApplication.displayName',
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
  expect(codesAndPlaces(planOf(withScopes(30)))).toEqual([]);
  expect(codesAndPlaces(planOf(withScopes(31)))).toEqual([
    'error too-many-scopes estate.yaml:7:7 customers.apiApplication.scopes',
  ]);
});
