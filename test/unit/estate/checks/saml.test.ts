import { changed, WORKFORCE } from '../../../support/entra-estate';
import { planOf, codesAndPlaces } from '../../../support/estate-files';

test.each([
  {
    what: 'an issuer over http',
    from: 'identifier: https',
    to: 'identifier: http',
    expected: 'error saml-url estate.yaml:7:19 workforce.awsApplication.saml.identifier',
  },
  {
    what: 'an issuer of another service',
    from: 'identifier: https://eu-west-1.signin.aws.amazon.com',
    to: 'identifier: https://eu-west-1.signin.aws.amazon.com.evil.example',
    expected: 'error saml-url estate.yaml:7:19 workforce.awsApplication.saml.identifier',
  },
  {
    what: 'the issuer as reply URL',
    from: 'replyUrl: https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e-2a7d',
    to: 'replyUrl: https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c',
    expected: 'error saml-url estate.yaml:8:17 workforce.awsApplication.saml.replyUrl',
  },
  {
    what: 'another region',
    from: 'replyUrl: https://eu-west-1',
    to: 'replyUrl: https://eu-west-2',
    expected: 'error saml-region estate.yaml:8:17 workforce.awsApplication.saml.replyUrl [see estate.yaml:7:19]',
  },
  {
    what: 'a portal over http',
    from: 'https://d-93670a1b2c.awsapps.com/start',
    to: 'http://d-93670a1b2c.awsapps.com/start',
    expected: 'error saml-url estate.yaml:9:18 workforce.awsApplication.saml.signOnUrl',
  },
  {
    what: 'a portal elsewhere',
    from: 'https://d-93670a1b2c.awsapps.com/start',
    to: 'https://awsapps.com.evil.example/start',
    expected: 'error saml-url estate.yaml:9:18 workforce.awsApplication.saml.signOnUrl',
  },
  {
    what: 'an address that is none',
    from: 'identity@example.com',
    to: 'identity',
    expected: 'error notification-email estate.yaml:10:28 workforce.awsApplication.saml.notificationEmails[0]',
  },
  {
    what: 'two addresses that differ in case',
    from: 'identity@example.com',
    to: 'a@example.com, A@example.com',
    expected:
      'warning duplicate-notification-email estate.yaml:10:43 workforce.awsApplication.saml.notificationEmails[1] [see estate.yaml:10:28]',
  },
])('single sign-on has a finding: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([expected]);
});

test.each([
  ['a portal with a name of its own', 'https://d-93670a1b2c.awsapps.com/start', 'https://insurance.awsapps.com/start'],
  [
    'a portal of the new form',
    'https://d-93670a1b2c.awsapps.com/start',
    'https://ssoins-1234.portal.eu-west-1.app.aws',
  ],
  ['nobody who is told', '[identity@example.com]', '[]'],
])('is sound: %s', (_, from, to) => {
  expect(codesAndPlaces(planOf(changed(WORKFORCE, from, to)))).toEqual([]);
});
