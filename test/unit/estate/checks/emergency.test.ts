import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { METADATA_FILE, metadataOf } from '../../../support/emergency';
import { WORKFORCE } from '../../../support/entra-estate';
import type { OrganizationSpec } from '../../../support/estate-files';
import {
  MANAGEMENT,
  memoryFolder,
  organizationText,
  placeIn,
  planOf,
  codesAndPlaces,
} from '../../../support/estate-files';

const ORGANIZATION: OrganizationSpec = {
  accounts: [
    MANAGEMENT,
    { id: '100000000001', name: 'app' },
    { id: '100000000002', name: 'emergency' },
    { id: '100000000003', name: 'gone', state: 'SUSPENDED' },
    { id: '100000000004', name: 'twin' },
    { id: '100000000005', name: 'twin' },
  ],
};

const EMERGENCY = `emergency:
  account: emergency
  signInRegions: [us-east-1, eu-central-1]
  sessionDuration: PT30M
  application:
    displayName: AWS emergency
    group: Auditors
    notificationEmails: [identity@example.com]
    signingCertificates: [{ name: first, activeFrom: 2026-01-01, expires: 2028-12-31 }]
    conditionalAccess: { require: mfa }
  roles:
    - name: EmergencyReadOnly
      description: Look.
      accounts: [app, management]
      managedPolicies: [ReadOnlyAccess]
  alarms: { emails: [alarms@example.com] }
`;

const ESTATE = `${WORKFORCE}${EMERGENCY}`;
const METADATA = { [METADATA_FILE]: metadataOf() };

const found = (estate: string, files: Parameters<typeof planOf>[2] = METADATA): readonly string[] =>
  codesAndPlaces(planOf(estate, ORGANIZATION, files));

test('is sound, and knows its accounts by name and by id', () => {
  const plan = planOf(ESTATE.replace('[app, management]', "['100000000001', management]"), ORGANIZATION, METADATA);
  expect(codesAndPlaces(plan)).toEqual([]);
  expect(plan.emergency).toMatchObject({
    account: { id: '100000000002' },
    name: 'demo-emergency',
    signInUrls: ['https://signin.aws.amazon.com/saml', 'https://eu-central-1.signin.aws.amazon.com/saml'],
    sessionSeconds: 1800,
    alarmRegions: ['eu-central-1'],
    members: 'standing',
    targets: [{ account: { id: '100000000000' } }, { account: { id: '100000000001' } }],
  });
});

test('is off where the estate has none', () => {
  expect(planOf(WORKFORCE, ORGANIZATION, METADATA).emergency).toBeUndefined();
});

test.each([
  {
    what: 'an account that nobody knows',
    from: 'account: emergency\n',
    to: 'account: emergnecy\n',
    lines: ['error unknown-emergency-account estate.yaml:21:12 emergency.account'],
  },
  {
    what: 'a name that two accounts have',
    from: 'account: emergency\n',
    to: 'account: twin\n',
    lines: ['error ambiguous-emergency-account estate.yaml:21:12 emergency.account'],
  },
  {
    what: 'an account that is suspended',
    from: 'account: emergency\n',
    to: 'account: gone\n',
    lines: ['error inactive-emergency-account estate.yaml:21:12 emergency.account'],
  },
  {
    what: 'the management account',
    from: 'account: emergency\n',
    to: 'account: management\n',
    lines: [
      'warning emergency-in-management estate.yaml:21:12 emergency.account',
      'error emergency-role-at-home estate.yaml:33:23 emergency.roles[0].accounts[1]',
    ],
  },
  {
    what: 'what is no Region',
    from: 'signInRegions: [us-east-1,',
    to: 'signInRegions: [frankfurt,',
    lines: ['error emergency-region estate.yaml:22:19 emergency.signInRegions[0]'],
  },
  {
    what: 'a Region twice',
    from: 'signInRegions: [us-east-1,',
    to: 'signInRegions: [eu-central-1,',
    lines: [
      'warning one-sign-in-region estate.yaml:22:19 emergency.signInRegions[0]',
      'warning duplicate-emergency-region estate.yaml:22:33 emergency.signInRegions[1] [see estate.yaml:22:19]',
    ],
  },
  {
    what: 'one Region alone',
    from: 'signInRegions: [us-east-1, eu-central-1]',
    to: 'signInRegions: [us-east-1]',
    lines: ['warning one-sign-in-region estate.yaml:22:19 emergency.signInRegions[0]'],
  },
  {
    what: 'the Region of IAM Identity Center first',
    from: 'signInRegions: [us-east-1,',
    to: 'signInRegions: [eu-west-1,',
    lines: ['warning sign-in-region estate.yaml:22:19 emergency.signInRegions[0]'],
  },
  {
    what: 'a session that is too long',
    from: 'PT30M',
    to: 'PT2H',
    lines: ['error emergency-session estate.yaml:23:20 emergency.sessionDuration'],
  },
  {
    what: 'a session that is too short',
    from: 'PT30M',
    to: 'PT10M',
    lines: ['error emergency-session estate.yaml:23:20 emergency.sessionDuration'],
  },
  {
    what: 'no session',
    from: 'PT30M',
    to: 'half an hour',
    lines: ['error emergency-session estate.yaml:23:20 emergency.sessionDuration'],
  },
  {
    what: 'no tenant',
    from: '  tenantId: 5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11\n',
    to: "  tenantId: ''\n",
    lines: [
      'error invalid-value estate.yaml:2:13 workforce.tenantId',
      'error emergency-tenant estate.yaml:25:5 emergency.application',
    ],
  },
  {
    what: 'the name of the other application',
    from: 'displayName: AWS emergency',
    to: 'displayName: AWS',
    lines: [
      'error emergency-application-name estate.yaml:25:18 emergency.application.displayName [see estate.yaml:5:18]',
    ],
  },
  {
    what: 'a group that nobody knows',
    from: 'group: Auditors\n',
    to: 'group: Auditor\n',
    lines: ['error unknown-emergency-group estate.yaml:26:12 emergency.application.group'],
  },
  {
    what: 'a certificate that lives for too long',
    from: 'expires: 2028-12-31',
    to: 'expires: 2036-12-31',
    lines: ['error certificate-life estate.yaml:28:75 emergency.application.signingCertificates[0].expires'],
  },
  {
    what: 'a device and a network that a bad day may not have',
    from: '{ require: mfa }',
    to: '{ require: mfa, device: compliant, block: { outside: [trusted] } }',
    lines: [
      'error emergency-condition estate.yaml:29:48 emergency.application.conditionalAccess.device',
      'error emergency-condition estate.yaml:29:66 emergency.application.conditionalAccess.block',
    ],
  },
  {
    what: 'no second factor',
    from: '    conditionalAccess: { require: mfa }\n',
    to: '',
    lines: ['warning no-conditional-access estate.yaml:25:5 emergency.application'],
  },
  {
    what: 'no role',
    from: '  roles:\n    - name: EmergencyReadOnly\n      description: Look.\n      accounts: [app, management]\n      managedPolicies: [ReadOnlyAccess]\n',
    to: '  roles: []\n',
    lines: ['error no-emergency-role estate.yaml:30:10 emergency.roles'],
  },
  {
    what: 'a name that is none of a role',
    from: 'name: EmergencyReadOnly',
    to: 'name: Emergency Read',
    lines: ['error emergency-role-name estate.yaml:31:13 emergency.roles[0].name'],
  },
  {
    what: 'a description that is too long',
    from: 'Look.',
    to: 'a'.repeat(1001),
    lines: ['error emergency-role-description estate.yaml:32:20 emergency.roles[0].description'],
  },
  {
    what: 'a role twice, in another case',
    from: '  alarms:',
    to: '    - { name: emergencyreadonly, accounts: [app], managedPolicies: [ReadOnlyAccess] }\n  alarms:',
    lines: ['error duplicate-emergency-role estate.yaml:35:15 emergency.roles[1].name [see estate.yaml:31:13]'],
  },
  {
    what: 'a role in an account that nobody knows',
    from: '[app, management]',
    to: '[ap, management]',
    lines: ['error unknown-emergency-account estate.yaml:33:18 emergency.roles[0].accounts[0]'],
  },
  {
    what: 'a role in an account that is suspended',
    from: '[app, management]',
    to: '[gone]',
    lines: ['error inactive-emergency-account estate.yaml:33:18 emergency.roles[0].accounts[0]'],
  },
  {
    what: 'a role where people sign in',
    from: '[app, management]',
    to: '[emergency]',
    lines: ['error emergency-role-at-home estate.yaml:33:18 emergency.roles[0].accounts[0]'],
  },
  {
    what: 'an account twice, by name and by id',
    from: '[app, management]',
    to: "[app, '100000000001']",
    lines: [
      'error duplicate-emergency-account estate.yaml:33:23 emergency.roles[0].accounts[1] [see estate.yaml:33:18]',
    ],
  },
  {
    what: 'too many roles',
    from: '[app, management]',
    to: `[${'app, '.repeat(101)}]`,
    lines: ['error too-many-emergency-roles estate.yaml:31:5 emergency.roles'],
  },
  {
    what: 'a role without a policy',
    from: '      managedPolicies: [ReadOnlyAccess]\n',
    to: '',
    lines: ['error emergency-role-without-policy estate.yaml:31:7 emergency.roles[0]'],
  },
  {
    what: 'power over IAM without a boundary',
    from: '[ReadOnlyAccess]',
    to: '[AdministratorAccess]',
    lines: ['warning emergency-without-boundary estate.yaml:34:25 emergency.roles[0].managedPolicies[0]'],
  },
  {
    what: 'a policy of another partition',
    from: '[ReadOnlyAccess]',
    to: "['arn:aws-cn:iam::aws:policy/ReadOnlyAccess']",
    lines: ['error managed-policy estate.yaml:34:25 emergency.roles[0].managedPolicies[0]'],
  },
  {
    what: 'what is no Region of a role',
    from: '[ReadOnlyAccess]\n',
    to: '[ReadOnlyAccess]\n      regions: [europe]\n',
    lines: ['error emergency-region estate.yaml:35:17 emergency.roles[0].regions[0]'],
  },
  {
    what: 'nobody to tell',
    from: 'emails: [alarms@example.com]',
    to: 'emails: []',
    lines: ['error no-emergency-alarm estate.yaml:35:21 emergency.alarms.emails'],
  },
  {
    what: 'what is no address',
    from: 'emails: [alarms@example.com]',
    to: 'emails: [alarms]',
    lines: ['error alarm-email estate.yaml:35:22 emergency.alarms.emails[0]'],
  },
  {
    what: 'metadata outside of the folder',
    from: '  roles:',
    to: '  metadataFile: ../metadata.xml\n  roles:',
    lines: ['error emergency-metadata estate.yaml:30:17 emergency.metadataFile'],
  },
  {
    what: 'a key that there is not',
    from: 'sessionDuration:',
    to: 'sessionDuraton:',
    lines: ['error unknown-key estate.yaml:23:3 emergency.sessionDuraton'],
  },
])('$what', ({ from, to, lines }) => {
  expect(ESTATE).toContain(from);
  const reported = found(ESTATE.replace(from, to));
  // Many roles need many accounts, or the same one many times, of which more is said.
  expect(from === '[app, management]' ? reported.slice(0, lines.length) : reported).toEqual(lines);
});

describe('the metadata of the identity provider', () => {
  const at = (estate: string): string => placeIn(estate, 'account: emergency\n');

  test('is asked for where it is not there, and nothing is deployed until then', () => {
    expect(found(ESTATE, {})).toEqual([`warning emergency-pending estate.yaml:${at(ESTATE)} emergency.metadataFile`]);
  });

  test('is asked of whoever made another identity provider', () => {
    const other = ESTATE.replace(/ {2}application:\n(?: {4}.*\n)+/, '');
    expect(found(other, {})).toEqual([`warning emergency-pending estate.yaml:${at(other)} emergency.metadataFile`]);
    expect(found(other, { [METADATA_FILE]: metadataOf(undefined, 'elsewhere') })).toEqual([]);
  });

  test.each([
    ['a page of a portal', '<html><body>Sign in</body></html>'],
    ['metadata without a certificate', metadataOf([])],
    ['metadata of another tenant', metadataOf(undefined, 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73')],
    ['metadata that no template holds', metadataOf().padEnd(500_001)],
  ])('%s is refused', (_what, text) => {
    expect(found(ESTATE, { [METADATA_FILE]: text })).toEqual([
      `error emergency-metadata estate.yaml:${at(ESTATE)} emergency.metadataFile`,
    ]);
  });

  test('that can not be read is refused', () => {
    const refused = { kind: 'refused', problem: 'is not a regular file', allowed: 'a file' } as const;
    expect(found(ESTATE, { [METADATA_FILE]: refused })).toEqual([
      `error emergency-metadata estate.yaml:${at(ESTATE)} emergency.metadataFile`,
    ]);
  });
});

test('other partitions sign in elsewhere', () => {
  const files = { ...METADATA, 'organization.json': organizationText(ORGANIZATION).replace('arn:aws:', 'arn:aws-cn:') };
  expect(found(ESTATE, files)).toContain('error emergency-partition estate.yaml:21:12 emergency.account');
});

test('the name of the estate leaves room for the name of the role', () => {
  const name = 'a'.repeat(55);
  const files = { 'estate.yaml': ESTATE, 'organization.json': organizationText(ORGANIZATION), ...METADATA };
  const lines = codesAndPlaces(planEstate(memoryFolder(files, name))).map((line) =>
    line.replace(`estates/${name}/`, ''),
  );
  expect(lines).toEqual(['error emergency-estate-name estate.yaml:1:1']);
});

describe('a grant of much power', () => {
  const granting = (set: string, accounts: string): string => `${ESTATE}access:
  permissionSets: [${set}]
  grants:
    - { group: Auditors, permissionSets: [Set], accounts: ${accounts} }
`;
  const ADMINISTRATOR = '{ name: Set, managedPolicies: [AdministratorAccess] }';
  const reached = (set: string, accounts: string): readonly string[] =>
    found(granting(set, accounts)).filter((line) => line.includes('emergency-account-reached'));

  test.each(['all: true', 'ou: /', 'name: emer*'])('is told of where it reaches the account by %s', (selector) => {
    const [line, ...others] = reached(ADMINISTRATOR, `{ include: [{ ${selector} }, { name: app }] }`);
    expect(others).toEqual([]);
    expect(line).toMatch(
      /^warning emergency-account-reached estate\.yaml:\d+:\d+ access\.grants\[0\]\.accounts\.include\[0\]$/,
    );
  });

  test('a policy of its own that allows everything is one', () => {
    const set =
      '{ name: Set, inlinePolicy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "*", Resource: "*" }] } }';
    expect(reached(set, '{ include: [{ all: true }] }')).toHaveLength(1);
  });

  test.each([
    ['it is named', ADMINISTRATOR, '{ include: [{ name: emergency }, { id: "100000000002" }] }'],
    ['it is excluded', ADMINISTRATOR, '{ include: [{ all: true }], exclude: [{ name: emergency }] }'],
    ['the set has less power', '{ name: Set, managedPolicies: [ReadOnlyAccess] }', '{ include: [{ all: true }] }'],
  ])('is no finding where %s', (_what, set, accounts) => {
    expect(reached(set, accounts)).toEqual([]);
  });
});
