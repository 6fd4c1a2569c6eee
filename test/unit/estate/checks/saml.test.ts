import { changed, WORKFORCE } from '../../../support/entra-estate';
import { planOf, report } from '../../../support/estate-files';

test.each([
  {
    what: 'an issuer over http',
    from: 'identifier: https',
    to: 'identifier: http',
    expected:
      'error saml-url estate.yaml:7:19 workforce.awsApplication.saml.identifier: "http://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c" is not an issuer URL of Identity Center (https://<region>.signin.aws.amazon.com/platform/saml/d-…: IAM Identity Center, Settings, Identity source, Manage authentication)',
  },
  {
    what: 'an issuer of another service',
    from: 'identifier: https://eu-west-1.signin.aws.amazon.com',
    to: 'identifier: https://eu-west-1.signin.aws.amazon.com.evil.example',
    expected:
      'error saml-url estate.yaml:7:19 workforce.awsApplication.saml.identifier: "https://eu-west-1.signin.aws.amazon.com.evil.example/platform/saml/d-93670a1b2c… is not an issuer URL of Identity Center (https://<region>.signin.aws.amazon.com/platform/saml/d-…: IAM Identity Center, Settings, Identity source, Manage authentication)',
  },
  {
    what: 'the issuer as reply URL',
    from: 'replyUrl: https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e-2a7d',
    to: 'replyUrl: https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c',
    expected:
      'error saml-url estate.yaml:8:17 workforce.awsApplication.saml.replyUrl: "https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c" is not an ACS URL of Identity Center (https://<region>.signin.aws.amazon.com/platform/saml/acs/…: IAM Identity Center, Settings, Identity source, Manage authentication)',
  },
  {
    what: 'another region',
    from: 'replyUrl: https://eu-west-1',
    to: 'replyUrl: https://eu-west-2',
    expected:
      'error saml-region estate.yaml:8:17 workforce.awsApplication.saml.replyUrl: "https://eu-west-2.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e-2a7d" is in eu-west-2, but the identifier is in eu-west-1 (both from the same instance) [see estate.yaml:7:19]',
  },
  {
    what: 'a portal over http',
    from: 'https://d-93670a1b2c.awsapps.com/start',
    to: 'http://d-93670a1b2c.awsapps.com/start',
    expected:
      'error saml-url estate.yaml:9:18 workforce.awsApplication.saml.signOnUrl: "http://d-93670a1b2c.awsapps.com/start" is not the address of an AWS access portal (https://d-1234567890.awsapps.com/start, or https://<name>.awsapps.com/start)',
  },
  {
    what: 'a portal elsewhere',
    from: 'https://d-93670a1b2c.awsapps.com/start',
    to: 'https://awsapps.com.evil.example/start',
    expected:
      'error saml-url estate.yaml:9:18 workforce.awsApplication.saml.signOnUrl: "https://awsapps.com.evil.example/start" is not the address of an AWS access portal (https://d-1234567890.awsapps.com/start, or https://<name>.awsapps.com/start)',
  },
  {
    what: 'an address that is none',
    from: 'identity@example.com',
    to: 'identity',
    expected:
      'error notification-email estate.yaml:10:28 workforce.awsApplication.saml.notificationEmails[0]: "identity" is not a valid e-mail address (name@example.com)',
  },
  {
    what: 'two addresses that differ in case',
    from: 'identity@example.com',
    to: 'a@example.com, A@example.com',
    expected:
      'warning duplicate-notification-email estate.yaml:10:43 workforce.awsApplication.saml.notificationEmails[1]: "A@example.com" is listed twice (each address once) [see estate.yaml:10:28]',
  },
])('single sign-on has a finding: $what', ({ from, to, expected }) => {
  expect(report(planOf(changed(WORKFORCE, from, to)))).toEqual([expected]);
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
  expect(report(planOf(changed(WORKFORCE, from, to)))).toEqual([]);
});
