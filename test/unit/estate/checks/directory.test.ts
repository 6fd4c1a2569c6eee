import { changed, AZURE, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

test.each([
  {
    what: 'a whole domain',
    from: 'directory: contosoclaims',
    to: 'directory: contosoclaims.onmicrosoft.com',
    expected: 'error directory-name estate.yaml:2:14 customers.directory',
  },
  {
    what: 'a hyphen',
    from: 'directory: contosoclaims',
    to: 'directory: contoso-claims',
    expected: 'error directory-name estate.yaml:2:14 customers.directory',
  },
  {
    what: '28 characters',
    from: 'directory: contosoclaims',
    to: 'directory: cccccccccccccccccccccccccccc',
    expected: 'error directory-name estate.yaml:2:14 customers.directory',
  },
  {
    what: 'capital letters',
    from: 'directory: contosoclaims',
    to: 'directory: Contoso',
    expected: 'error directory-name estate.yaml:2:14 customers.directory',
  },
  {
    what: 'a country in small letters',
    from: 'directory: contosoclaims',
    to: 'directory: contosoclaims\n  countryCode: de',
    expected: 'error country-code estate.yaml:3:16 customers.countryCode',
  },
  {
    what: 'a name of a country',
    from: 'directory: contosoclaims',
    to: 'directory: contosoclaims\n  countryCode: Germany',
    expected: 'error country-code estate.yaml:3:16 customers.countryCode',
  },
])('a name is refused: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test('a name that no host can have is refused where an identity provider is told of the host, too', () => {
  const provider =
    'identityProviders: [{ name: google, type: google, clientId: a, secret: { config: googleSecret, version: v1 } }]';
  const named = changed(CUSTOMERS, 'directory: contosoclaims', `directory: contoso claims\n  ${provider}`);
  expect(codesAndPlaces(planOf(named))).toEqual(['error directory-name estate.yaml:2:14 customers.directory']);
});

test.each([
  ['27 characters', 'directory: contosoclaims', 'directory: ccccccccccccccccccccccccccc'],
  ['digits first', 'directory: contosoclaims', 'directory: 365claims'],
  ['a country', 'directory: contosoclaims', 'directory: contosoclaims\n  countryCode: DE'],
])('is sound: %s', (_, from, to) => {
  expect(codesAndPlaces(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
});

test.each([
  ['neither', ''],
  ['a country alone', '\n  countryCode: DE'],
  ['a location alone', '\n  location: Europe'],
])('a directory that the estate deploys needs a place: %s', (_, rest) => {
  const customers = changed(CUSTOMERS, 'directory: contosoclaims', `directory: contosoclaims${rest}`);
  expect(codesAndPlaces(planOf(customers + AZURE))).toEqual(['warning directory-location estate.yaml:1:1 customers']);
});
