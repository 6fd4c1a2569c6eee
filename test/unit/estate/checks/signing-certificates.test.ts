import { changed, WORKFORCE } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

test.each([
  {
    what: 'a name with CN=',
    from: 'name: first',
    to: 'name: CN=first',
    expected:
      'error certificate-name estate.yaml:12:19 workforce.awsApplication.saml.signingCertificates[0].name: "CN=first" is not a valid certificate name (1 to 64 letters, digits, spaces, dots, _ and -, without CN=)',
  },
  {
    what: 'a name of 65 characters',
    from: 'name: first',
    to: 'name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn',
    expected:
      'error certificate-name estate.yaml:12:19 workforce.awsApplication.saml.signingCertificates[0].name: "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" is not a valid certificate name (1 to 64 letters, digits, spaces, dots, _ and -, without CN=)',
  },
  {
    what: 'an emoji',
    from: 'name: first',
    to: 'name: 😀',
    expected:
      'error certificate-name estate.yaml:12:19 workforce.awsApplication.saml.signingCertificates[0].name: "😀" is not a valid certificate name (1 to 64 letters, digits, spaces, dots, _ and -, without CN=)',
  },
  {
    what: 'names that differ in case',
    from: 'name: first',
    to: 'name: Second',
    expected:
      'error duplicate-certificate estate.yaml:13:19 workforce.awsApplication.saml.signingCertificates[1].name: "second" is the name of two certificates (each name once, in whatever case) [see estate.yaml:12:19]',
  },
  {
    what: '29 February of a common year',
    from: 'activeFrom: 2026-01-01',
    to: 'activeFrom: 2026-02-29',
    expected:
      'error certificate-day estate.yaml:12:38 workforce.awsApplication.saml.signingCertificates[0].activeFrom: "2026-02-29" is not a valid date (YYYY-MM-DD, such as 2026-01-01)',
  },
  {
    what: 'an end that is no day',
    from: 'expires: 2027-01-31',
    to: 'expires: soon',
    expected:
      'error certificate-day estate.yaml:12:59 workforce.awsApplication.saml.signingCertificates[0].expires: "soon" is not a valid date (YYYY-MM-DD, such as 2026-01-01)',
  },
  {
    what: 'an end before the beginning',
    from: 'expires: 2027-01-31',
    to: 'expires: 2025-12-31',
    expected:
      'error certificate-life estate.yaml:12:59 workforce.awsApplication.saml.signingCertificates[0].expires: "2025-12-31" is before the certificate is activated (a day after 2026-01-01)',
  },
  {
    what: 'an end on the first day',
    from: 'expires: 2027-01-31',
    to: 'expires: 2026-01-01',
    expected:
      'error certificate-life estate.yaml:12:59 workforce.awsApplication.saml.signingCertificates[0].expires: "2026-01-01" is the day on which it is activated (a day after 2026-01-01)',
  },
  {
    what: 'a life of three years and a day',
    from: 'expires: 2027-01-31',
    to: 'expires: 2029-01-02',
    expected:
      'error certificate-life estate.yaml:12:59 workforce.awsApplication.saml.signingCertificates[0].expires: "2029-01-02" is more than 3 years after 2026-01-01 (at most 2029-01-01)',
  },
  {
    what: 'days between two certificates',
    from: 'activeFrom: 2027-01-01',
    to: 'activeFrom: 2027-02-01',
    expected:
      'error certificate-gap estate.yaml:13:39 workforce.awsApplication.saml.signingCertificates[1].activeFrom: "2027-02-01" leaves a time without a certificate: \'first\' ends when 2027-01-31 begins (earlier than 2027-01-31) [see estate.yaml:12:59]',
  },
  {
    what: 'a successor that begins as the other one ends',
    from: 'activeFrom: 2027-01-01',
    to: 'activeFrom: 2027-01-31',
    expected:
      'error certificate-gap estate.yaml:13:39 workforce.awsApplication.saml.signingCertificates[1].activeFrom: "2027-01-31" leaves a time without a certificate: \'first\' ends when 2027-01-31 begins (earlier than 2027-01-31) [see estate.yaml:12:59]',
  },
  {
    what: 'two that begin on one day',
    from: 'activeFrom: 2027-01-01',
    to: 'activeFrom: 2026-01-01',
    expected:
      'error certificate-activation estate.yaml:13:39 workforce.awsApplication.saml.signingCertificates[1].activeFrom: "2026-01-01" is also the day on which \'first\' begins to sign (a day for each certificate) [see estate.yaml:12:59]',
  },
  {
    what: 'none at all',
    from: 'signingCertificates:\n        - { name: first, activeFrom: 2026-01-01, expires: 2027-01-31 }\n        - { name: second, activeFrom: 2027-01-01, expires: 2028-01-31 }\n',
    to: 'signingCertificates: []\n',
    expected:
      'error no-certificate estate.yaml:11:28 workforce.awsApplication.saml.signingCertificates: AWS trusts no sign-in without a certificate (at least one, with name, activeFrom and expires)',
  },
])('certificates are refused: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(WORKFORCE, from, to)))).toEqual([expected]);
});

test.each([
  ['a name of 64 characters', 'name: first', 'name: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn'],
  ['a life of three years', 'expires: 2027-01-31', 'expires: 2029-01-01'],
  ['a successor on the last day', 'activeFrom: 2027-01-01', 'activeFrom: 2027-01-30'],
])('is sound: %s', (_, from, to) => {
  expect(report(planOf(changed(WORKFORCE, from, to)))).toEqual([]);
});

test('the order in the file means nothing', () => {
  const first = '        - { name: first, activeFrom: 2026-01-01, expires: 2027-01-31 }\n';
  const second = '        - { name: second, activeFrom: 2027-01-01, expires: 2028-01-31 }\n';
  expect(report(planOf(changed(WORKFORCE, first + second, second + first)))).toEqual([]);
});

test('a year later than 29 February is 1 March', () => {
  const leap = changed(
    WORKFORCE,
    'activeFrom: 2026-01-01, expires: 2027-01-31',
    'activeFrom: 2024-02-29, expires: 2027-03-01',
  );
  expect(report(planOf(leap))).toEqual([]);
  expect(report(planOf(changed(leap, 'expires: 2027-03-01', 'expires: 2027-03-02')))).toHaveLength(1);
});

test('the day of an import is a day of the calendar', () => {
  const withRecord = (day: string): string =>
    changed(WORKFORCE, 'expires: 2028-01-31 }', `expires: 2028-01-31, importedAtAws: { day: ${day}, by: Ada } }`);
  expect(report(planOf(withRecord('2026-12-01')))).toEqual([]);
  expect(report(planOf(withRecord('soon')))).toEqual([
    expect.stringMatching(
      /^error certificate-day estate.yaml:13:\d+ .*signingCertificates\[1\].importedAtAws.day: "soon"/,
    ),
  ]);
});
