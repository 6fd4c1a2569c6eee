import { changed, WORKFORCE } from '../../../support/entra-estate';
import {
  memoryFolder,
  organizationText,
  planOf,
  codesAndPlaces,
  SMALL_ORGANIZATION,
} from '../../../support/estate-files';
import { planEstate } from '../../../../src/estate/plan/estate-plan';

const LEAVERS = `${WORKFORCE}  alarms: { emails: [alarms@example.com] }
  leavers:
    clientId: 7a1e5c38-2d94-4b06-9f57-c3d0e8a41b62
    federation:
      issuer: https://9c3b1f02-6d5a-4e7b-8a14-2f0d7c6e5b38.tokens.sts.global.api.aws
      account: '100000000000'
    gracePeriod: P30D
    maxPerRun: 5
    breakGlassUsers: [glass@example.com]
`;

test('is sound, and reports alone unless it says otherwise', () => {
  const plan = planOf(LEAVERS);
  expect(codesAndPlaces(plan)).toEqual([]);
  expect(plan.watch?.leavers).toMatchObject({
    clientId: '7a1e5c38-2d94-4b06-9f57-c3d0e8a41b62',
    tenantId: '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11',
    identityStoreId: 'd-0123456789',
    gracePeriodDays: 30,
    deletes: false,
    maxPerRun: 5,
    maxShare: 5,
    schedule: 'daily',
  });
});

test.each([
  {
    what: 'nobody to tell',
    from: '  alarms: { emails: [alarms@example.com] }\n',
    to: '',
    expected: 'error leavers-surroundings estate.yaml:21:5 workforce.leavers',
  },
  {
    what: 'no client id yet',
    from: '    clientId: 7a1e5c38-2d94-4b06-9f57-c3d0e8a41b62\n',
    to: '',
    expected: 'warning leavers-pending estate.yaml:22:5 workforce.leavers',
  },
  {
    what: 'a client id that is not a GUID',
    from: '7a1e5c38-2d94-4b06-9f57-c3d0e8a41b62',
    to: 'aws',
    expected: 'error leavers-client-id estate.yaml:22:15 workforce.leavers.clientId',
  },
  {
    what: 'another issuer',
    from: 'https://9c3b1f02-6d5a-4e7b-8a14-2f0d7c6e5b38.tokens.sts.global.api.aws',
    to: 'https://evil.example',
    expected: 'error leavers-issuer estate.yaml:24:15 workforce.leavers.federation.issuer',
  },
  {
    what: 'another account',
    from: "'100000000000'",
    to: "'100000000001'",
    expected: 'error leavers-account estate.yaml:25:16 workforce.leavers.federation.account',
  },
  {
    what: 'a grace period of months',
    from: 'P30D',
    to: 'P1M',
    expected: 'error leavers-grace-period estate.yaml:26:18 workforce.leavers.gracePeriod',
  },
  {
    what: 'a grace period of more than a year',
    from: 'P30D',
    to: 'P366D',
    expected: 'error leavers-grace-period estate.yaml:26:18 workforce.leavers.gracePeriod',
  },
  {
    what: 'no limit',
    from: 'maxPerRun: 5',
    to: 'maxPerRun: 0',
    expected: 'error leavers-max-per-run estate.yaml:27:16 workforce.leavers.maxPerRun',
  },
  ...['0', '51', '2.5'].map((maxShare) => ({
    what: `a share of ${maxShare} %`,
    from: 'maxPerRun: 5',
    to: `maxShare: ${maxShare}`,
    expected: 'error leavers-max-share estate.yaml:27:15 workforce.leavers.maxShare',
  })),
  {
    what: 'a break-glass user twice',
    from: '[glass@example.com]',
    to: '[glass@example.com, Glass@example.com]',
    expected:
      'error duplicate-break-glass-user estate.yaml:28:42 workforce.leavers.breakGlassUsers[1] [see estate.yaml:28:23]',
  },
  {
    what: 'a break-glass user in two compositions',
    from: '[glass@example.com]',
    to: '[J\u00f6@example.com, jo\u0308@example.com]',
    expected:
      'error duplicate-break-glass-user estate.yaml:28:39 workforce.leavers.breakGlassUsers[1] [see estate.yaml:28:23]',
  },
  {
    what: 'two ways to sign in',
    from: '    gracePeriod: P30D',
    to: '    secretArn: arn:aws:secretsmanager:eu-west-1:100000000000:secret:leavers\n    gracePeriod: P30D',
    expected: 'error leavers-sign-in estate.yaml:26:16 workforce.leavers.secretArn',
  },
  {
    what: 'a secret by its name',
    from: /    federation:\n.*\n.*\n/.exec(LEAVERS)?.[0] ?? '',
    to: '    secretArn: leavers\n',
    expected: 'error leavers-sign-in estate.yaml:23:16 workforce.leavers.secretArn',
  },
  {
    what: 'nobody spared where users are removed',
    from: '    breakGlassUsers: [glass@example.com]',
    to: '    delete: true\n    breakGlassUsers: []',
    expected: 'warning no-break-glass-user estate.yaml:29:22 workforce.leavers.breakGlassUsers',
  },
  {
    what: 'no way to sign in',
    from: /    federation:\n.*\n.*\n/.exec(LEAVERS)?.[0] ?? '',
    to: '',
    expected: 'error leavers-sign-in estate.yaml:22:5 workforce.leavers.secretArn',
  },
])('what is done about leavers has a finding: $what', ({ from, to, expected }) => {
  expect(codesAndPlaces(planOf(changed(LEAVERS, from, to)))).toEqual([expected]);
});

test.each([
  { path: 'workforce.alarms.emails', from: '[alarms@example.com]', to: 'alarms@example.com' },
  { path: 'workforce.tenantId', from: 'tenantId: 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11', to: 'tenantId: 1' },
  { path: 'workforce.awsApplication.displayName', from: 'displayName: AWS', to: 'displayName: 1' },
])('what is there and faulty is not missing as well: $path', ({ path, from, to }) => {
  const { findings } = planOf(changed(LEAVERS, from, to));
  expect(findings.map((finding) => `${finding.code} ${finding.path}`)).toEqual([`invalid-value ${path}`]);
});

test('what can not be read is not deployed with an invented value', () => {
  expect(planOf(changed(LEAVERS, 'P30D', 'P1M')).watch?.leavers).toBeUndefined();
  const federation = /    federation:\n.*\n.*\n/.exec(LEAVERS)?.[0] ?? '';
  expect(planOf(changed(LEAVERS, federation, '')).watch?.leavers).toBeUndefined();
});

test('a name of an estate by which the role would be too long', () => {
  const files = { 'estate.yaml': LEAVERS, 'organization.json': organizationText(SMALL_ORGANIZATION) };
  const name = 'a'.repeat(57);
  expect(codesAndPlaces(planEstate(memoryFolder(files, name)))).toEqual([
    `error leavers-estate-name estates/${name}/estate.yaml:1:1`,
  ]);
});

test('a secret of an application of their own serves as well', () => {
  const federation = /    federation:\n.*\n.*\n/.exec(LEAVERS)?.[0] ?? '';
  const secret = '    secretArn: arn:aws:secretsmanager:eu-west-1:100000000000:secret:leavers\n';
  expect(codesAndPlaces(planOf(changed(LEAVERS, federation, secret)))).toEqual([]);
});
