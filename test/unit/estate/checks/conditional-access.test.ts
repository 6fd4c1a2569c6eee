import { parseSignInFrequency } from '../../../../src/estate/sections/workforce/conditional-access-schema';
import { planOf, report } from '../../../support/estate-files';

const APPLICATION = `workforce:
  tenantId: 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11
  groups:
    - name: Developers
    - name: Auditors
    - name: Emergency
  awsApplication:
    displayName: AWS
    saml:
      identifier: https://eu-west-1.signin.aws.amazon.com/platform/saml/d-93670a1b2c
      replyUrl: https://eu-west-1.signin.aws.amazon.com/platform/saml/acs/4f0b6c1e
      signOnUrl: https://d-93670a1b2c.awsapps.com/start
      notificationEmails: [identity@example.com]
      signingCertificates:
        - name: aws-2026
          activeFrom: 2026-01-01
          expires: 2028-12-31
    assignedGroups: [Developers, Auditors]
`;

const withPolicy = (policy: string): string =>
  `${APPLICATION}    conditionalAccess:\n${policy.replace(/^/gm, '      ')}\n`;
const findings = (estate: string): readonly string[] =>
  report(planOf(estate)).filter((line) => /conditional|exclu|awsApplication /i.test(line));

test('an application without a policy is a warning', () => {
  expect(findings(APPLICATION)).toEqual([
    'warning no-conditional-access estate.yaml:8:5 workforce.awsApplication: no policy of the estate asks for a second ' +
      'factor, and AWS leaves it to Entra ID (conditionalAccess, with managedElsewhere where another policy of the ' +
      'tenant covers the application)',
  ]);
});

test.each([
  ['a policy that only reports', 'state: reportOnly'],
  ['a policy that is enforced, with an emergency group', 'state: enabled\nexcludedGroups: [Emergency]'],
  ['a device', 'device: compliant'],
  [
    'sign-ins that are blocked',
    'block:\n  signInRisk: medium\n  userRisk: high\n  outside: [trusted, 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e12]',
  ],
  ['a strength of the tenant', 'require: 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e12'],
  ['a policy outside of the estate', 'managedElsewhere: The policy "MFA for all" covers every application.'],
])('finds nothing in %s', (_, policy) => {
  expect(findings(withPolicy(policy))).toEqual([]);
});

test.each([
  [
    'an unknown group',
    'excludedGroups: [Emergence]',
    /unknown-excluded-group .*"Emergence" is not a group in workforce\.groups \(did you mean 'Emergency'\?/,
  ],
  [
    'a group twice',
    'excludedGroups: [Emergency, Emergency]',
    /duplicate-excluded-group .*"Emergency" is excluded twice/,
  ],
  ['nothing to block', 'block: {}', /block: blocks nothing/],
  ['a location by its name', 'block: { outside: [Office] }', /block\.outside\[0\]: .*location/],
  [
    'a name that is too long with its end',
    `displayName: ${'N'.repeat(250)}\nblock: { userRisk: high }`,
    /display-name/,
  ],
  [
    'no emergency group',
    'state: enabled',
    /warning no-emergency-exclusion .*no one can sign in to AWS while the second factor fails for everyone/,
  ],
  [
    'a policy that covers nobody',
    'excludedGroups: [Developers, Auditors]',
    /error conditional-access-covers-nobody .*excludes every group that is assigned/,
  ],
  [
    'a frequency out of range',
    'signInFrequency: PT24H',
    /"PT24H" is not a valid sign-in frequency: PT1H to PT23H, P1D to P365D, or everyTime/,
  ],
  [
    'an unknown requirement',
    'require: sms',
    /"sms" is not a valid requirement: mfa, a built-in authentication strength/,
  ],
  [
    'both',
    'state: enabled\nmanagedElsewhere: Another policy covers it.',
    /mixes a policy of the estate with managedElsewhere/,
  ],
])('finds %s', (_, policy, finding) => {
  expect(findings(withPolicy(policy)).join('\n')).toMatch(finding);
});

test.each([
  ['PT8H', { kind: 'period', value: 8, unit: 'hours' }],
  ['P30D', { kind: 'period', value: 30, unit: 'days' }],
  ['everyTime', { kind: 'every-time' }],
  ['PT0H', undefined],
  ['P366D', undefined],
  ['8h', undefined],
])('reads the sign-in frequency %s', (text, frequency) => {
  expect(parseSignInFrequency(text)).toEqual(frequency);
});
