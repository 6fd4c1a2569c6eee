import { changed, WORKFORCE } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

test.each([
  {
    what: 'a name with CN=',
    from: 'name: first',
    to: 'name: CN=first',
    expected: 'error certificate-name estate.yaml:12:19 workforce.awsApplication.saml.signingCertificates[0].name',
  },
  {
    what: 'a name of 65 characters',
    from: 'name: first',
    to: 'name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn',
    expected: 'error certificate-name estate.yaml:12:19 workforce.awsApplication.saml.signingCertificates[0].name',
  },
  {
    what: 'an emoji',
    from: 'name: first',
    to: 'name: 😀',
    expected: 'error certificate-name estate.yaml:12:19 workforce.awsApplication.saml.signingCertificates[0].name',
  },
  {
    what: 'names that differ in case',
    from: 'name: first',
    to: 'name: Second',
    expected:
      'error duplicate-certificate estate.yaml:13:19 workforce.awsApplication.saml.signingCertificates[1].name [see estate.yaml:12:19]',
  },
  {
    what: '29 February of a common year',
    from: 'activeFrom: 2026-01-01',
    to: 'activeFrom: 2026-02-29',
    expected: 'error certificate-day estate.yaml:12:38 workforce.awsApplication.saml.signingCertificates[0].activeFrom',
  },
  {
    what: 'an end that is no day',
    from: 'expires: 2027-01-31',
    to: 'expires: soon',
    expected: 'error certificate-day estate.yaml:12:59 workforce.awsApplication.saml.signingCertificates[0].expires',
  },
  {
    what: 'an end before the beginning',
    from: 'expires: 2027-01-31',
    to: 'expires: 2025-12-31',
    expected: 'error certificate-life estate.yaml:12:59 workforce.awsApplication.saml.signingCertificates[0].expires',
  },
  {
    what: 'an end on the first day',
    from: 'expires: 2027-01-31',
    to: 'expires: 2026-01-01',
    expected: 'error certificate-life estate.yaml:12:59 workforce.awsApplication.saml.signingCertificates[0].expires',
  },
  {
    what: 'a life of three years and a day',
    from: 'expires: 2027-01-31',
    to: 'expires: 2029-01-02',
    expected: 'error certificate-life estate.yaml:12:59 workforce.awsApplication.saml.signingCertificates[0].expires',
  },
  {
    what: 'days between two certificates',
    from: 'activeFrom: 2027-01-01',
    to: 'activeFrom: 2027-02-01',
    expected:
      'error certificate-gap estate.yaml:13:39 workforce.awsApplication.saml.signingCertificates[1].activeFrom [see estate.yaml:12:59]',
  },
  {
    what: 'a successor that begins as the other one ends',
    from: 'activeFrom: 2027-01-01',
    to: 'activeFrom: 2027-01-31',
    expected:
      'error certificate-gap estate.yaml:13:39 workforce.awsApplication.saml.signingCertificates[1].activeFrom [see estate.yaml:12:59]',
  },
  {
    what: 'two that begin on one day',
    from: 'activeFrom: 2027-01-01',
    to: 'activeFrom: 2026-01-01',
    expected:
      'error certificate-activation estate.yaml:13:39 workforce.awsApplication.saml.signingCertificates[1].activeFrom [see estate.yaml:12:59]',
  },
  {
    what: 'none at all',
    from: 'signingCertificates:\n        - { name: first, activeFrom: 2026-01-01, expires: 2027-01-31 }\n        - { name: second, activeFrom: 2027-01-01, expires: 2028-01-31 }\n',
    to: 'signingCertificates: []\n',
    expected: 'error no-certificate estate.yaml:11:28 workforce.awsApplication.saml.signingCertificates',
  },
])('certificates are refused: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([expected]);
});

test.each([
  ['a name of 64 characters', 'name: first', 'name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn'],
  ['a life of three years', 'expires: 2027-01-31', 'expires: 2029-01-01'],
  ['a successor on the last day', 'activeFrom: 2027-01-01', 'activeFrom: 2027-01-30'],
])('is sound: %s', (_, from, to) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([]);
});

test('the order in the file means nothing', () => {
  const first = '        - { name: first, activeFrom: 2026-01-01, expires: 2027-01-31 }\n';
  const second = '        - { name: second, activeFrom: 2027-01-01, expires: 2028-01-31 }\n';
  expect(codesAndPlaces(planOf(changed(WORKFORCE, first + second, second + first)))).toEqual([]);
});

test('a year later than 29 February is 1 March', () => {
  const leap = changed(
    WORKFORCE,
    'activeFrom: 2026-01-01, expires: 2027-01-31',
    'activeFrom: 2024-02-29, expires: 2027-03-01',
  );
  expect(codesAndPlaces(planOf(leap))).toEqual([]);
  expect(codesAndPlaces(planOf(changed(leap, 'expires: 2027-03-01', 'expires: 2027-03-02')))).toHaveLength(1);
});

test('the day of an import is a day of the calendar', () => {
  const withRecord = (day: string): string =>
    changed(WORKFORCE, 'expires: 2028-01-31 }', `expires: 2028-01-31, importedAtAws: { day: ${day}, by: Ada } }`);
  expect(codesAndPlaces(planOf(withRecord('2026-12-01')))).toEqual([]);
  expect(codesAndPlaces(planOf(withRecord('soon')))).toEqual([
    expect.stringMatching(/^error certificate-day estate.yaml:13:\d+ .*signingCertificates\[1\].importedAtAws.day$/),
  ]);
});
