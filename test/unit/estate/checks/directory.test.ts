import { changed, AZURE, CUSTOMERS } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

test.each([
  {
    what: 'a whole domain',
    from: 'directory: contosoclaims',
    to: 'directory: contosoclaims.onmicrosoft.com',
    expected:
      'error directory-name estate.yaml:2:14 customers.directory: "contosoclaims.onmicrosoft.com" is the whole domain (its first label: contosoclaims)',
  },
  {
    what: 'a hyphen',
    from: 'directory: contosoclaims',
    to: 'directory: contoso-claims',
    expected:
      'error directory-name estate.yaml:2:14 customers.directory: "contoso-claims" is not a valid first label of an onmicrosoft.com domain (1 to 27 lower-case letters and digits)',
  },
  {
    what: '28 characters',
    from: 'directory: contosoclaims',
    to: 'directory: cccccccccccccccccccccccccccc',
    expected:
      'error directory-name estate.yaml:2:14 customers.directory: "cccccccccccccccccccccccccccc" is not a valid first label of an onmicrosoft.com domain (1 to 27 lower-case letters and digits)',
  },
  {
    what: 'capital letters',
    from: 'directory: contosoclaims',
    to: 'directory: Contoso',
    expected:
      'error directory-name estate.yaml:2:14 customers.directory: "Contoso" is not a valid first label of an onmicrosoft.com domain (1 to 27 lower-case letters and digits)',
  },
  {
    what: 'a country in small letters',
    from: 'directory: contosoclaims',
    to: 'directory: contosoclaims\n  countryCode: de',
    expected:
      'error country-code estate.yaml:3:16 customers.countryCode: "de" is not a valid country code (two capital letters of ISO 3166, such as DE)',
  },
  {
    what: 'a name of a country',
    from: 'directory: contosoclaims',
    to: 'directory: contosoclaims\n  countryCode: Germany',
    expected:
      'error country-code estate.yaml:3:16 customers.countryCode: "Germany" is not a valid country code (two capital letters of ISO 3166, such as DE)',
  },
])('a name is refused: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([expected]);
});

test.each([
  ['27 characters', 'directory: contosoclaims', 'directory: ccccccccccccccccccccccccccc'],
  ['digits first', 'directory: contosoclaims', 'directory: 365claims'],
  ['a country', 'directory: contosoclaims', 'directory: contosoclaims\n  countryCode: DE'],
])('is sound: %s', (_, from, to) => {
  expect(report(planOf(changed(CUSTOMERS, from, to)))).toEqual([]);
});

test.each([
  ['neither', '', 'location and countryCode'],
  ['a country alone', '\n  countryCode: DE', 'location'],
  ['a location alone', '\n  location: Europe', 'countryCode'],
])('a directory that the estate deploys needs a place: %s', (_, rest, missing) => {
  const customers = changed(CUSTOMERS, 'directory: contosoclaims', `directory: contosoclaims${rest}`);
  expect(report(planOf(customers + AZURE))).toEqual([
    `warning directory-location estate.yaml:1:1 customers: the azure section can't create the directory without ${missing} (location and countryCode; neither can be changed later)`,
  ]);
});
