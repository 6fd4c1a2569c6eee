import { changed, HOSTED_CUSTOMERS, HOSTING } from '../../../support/entra-estate';
import type { OrganizationSpec } from '../../../support/estate-files';
import {
  MANAGEMENT,
  organizationText,
  planOf,
  codesAndPlaces,
  SMALL_ORGANIZATION,
} from '../../../support/estate-files';
import { ORGANIZATION_FILE } from '../../../../src/estate/source/estate-folder';
import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { memoryFolder } from '../../../support/estate-files';

/** Of every hosting on App Runner. */
const CLOSED = expect.stringMatching(/^warning app-runner-closed estate\.yaml:\d+:\d+ hosting\.platform$/) as string;

const reportOf = (hosting: string, customers = HOSTED_CUSTOMERS): readonly string[] =>
  codesAndPlaces(planOf(hosting + customers)).filter((line) => !line.includes('app-runner-closed'));

test('warns of App Runner, with the source', () => {
  expect(codesAndPlaces(planOf(HOSTING + HOSTED_CUSTOMERS))).toEqual([
    'warning app-runner-closed estate.yaml:5:13 hosting.platform',
  ]);
});

/** The same without a private API on ECS Express Mode, in subnets of its own. */
const EXPRESS = changed(
  changed(HOSTING, 'platform: app-runner', 'platform: ecs-express'),
  /  privateApi: .*\n/.exec(HOSTING)?.[0] ?? '',
  '  network: { vpcId: vpc-0a1b2c3d, subnets: [subnet-2a1b2c3d, subnet-3a1b2c3d], securityGroups: [sg-0a1b2c3d] }\n',
);

test('ECS Express Mode in subnets of its own needs no warning', () => {
  expect(codesAndPlaces(planOf(EXPRESS + HOSTED_CUSTOMERS))).toEqual([]);
});

test('a private API on ECS Express Mode is in private subnets of the VPC of the web', () => {
  const privateApi = /  privateApi: .*\n/.exec(HOSTING)?.[0] ?? '';
  expect(codesAndPlaces(planOf(EXPRESS + privateApi + HOSTED_CUSTOMERS))).toEqual([]);
});

test.each<{ readonly what: string; readonly from: string; readonly to: string; readonly expected: readonly string[] }>([
  {
    what: 'no network',
    from: /  network: .*\n/.exec(EXPRESS)?.[0] ?? '',
    to: '',
    expected: ['warning default-vpc estate.yaml:5:13 hosting.platform'],
  },
  {
    what: 'a network on App Runner',
    from: 'platform: ecs-express',
    to: 'platform: app-runner',
    expected: ['error network-platform estate.yaml:9:3 hosting.network'],
  },
  {
    what: 'a VPC, a subnet and a group by their names',
    from: 'vpc-0a1b2c3d, subnets: [subnet-2a1b2c3d, subnet-3a1b2c3d], securityGroups: [sg-0a1b2c3d]',
    to: 'main, subnets: [public, subnet-3a1b2c3d], securityGroups: [web]',
    expected: [
      'error vpc-id estate.yaml:9:21 hosting.network.vpcId',
      'error subnet-id estate.yaml:9:37 hosting.network.subnets[0]',
      'error security-group-id estate.yaml:9:80 hosting.network.securityGroups[0]',
    ],
  },
  {
    what: 'one subnet, and a group twice',
    from: ', subnet-3a1b2c3d], securityGroups: [sg-0a1b2c3d]',
    to: '], securityGroups: [sg-0a1b2c3d, sg-0a1b2c3d]',
    expected: [
      'error too-few-subnets estate.yaml:9:44 hosting.network.subnets',
      'error duplicate-security-group estate.yaml:9:93 hosting.network.securityGroups[1] [see estate.yaml:9:80]',
    ],
  },
  {
    what: 'more subnets and groups than a service takes',
    from: '[subnet-2a1b2c3d, subnet-3a1b2c3d], securityGroups: [sg-0a1b2c3d]',
    to: `[${idsOf('subnet', 17)}], securityGroups: [${idsOf('sg', 6)}]`,
    expected: [
      expect.stringMatching(/^error network-size estate\.yaml.* hosting\.network\.subnets$/) as string,
      expect.stringMatching(/^error network-size estate\.yaml.* hosting\.network\.securityGroups$/) as string,
    ],
  },
  {
    what: 'a private API in another VPC',
    from: '  kmsKeys',
    to: '  privateApi: { vpcId: vpc-1a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-1a1b2c3d] }\n  kmsKeys',
    expected: ['error private-api-network estate.yaml:10:24 hosting.privateApi.vpcId [see estate.yaml:9:12]'],
  },
  {
    what: 'a private API in a subnet of the web',
    from: '  kmsKeys',
    to: '  privateApi: { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-2a1b2c3d] }\n  kmsKeys',
    expected: ['error private-api-network estate.yaml:10:67 hosting.privateApi.subnetIds[1] [see estate.yaml:9:44]'],
  },
])('tells of $what', ({ from, to, expected }) => {
  expect(reportOf(changed(EXPRESS, from, to))).toEqual(expected);
});

test('a private API needs the name of the VPC of the web', () => {
  const unnamed = changed(EXPRESS, 'vpcId: vpc-0a1b2c3d, ', '') + (/  privateApi: .*\n/.exec(HOSTING)?.[0] ?? '');
  expect(reportOf(unnamed)).toEqual([
    expect.stringMatching(/^error private-api-network .* hosting\.privateApi\.vpcId \[see /),
  ]);
});

/** So many ids, all different. */
function idsOf(kind: string, count: number): string {
  return Array.from({ length: count }, (_, index) => `${kind}-${(0x2a1b2c3d + index).toString(16)}`).join(', ');
}

test.each<{ readonly what: string; readonly from: string; readonly to: string; readonly expected: string }>([
  {
    what: 'an account that is not there',
    from: '100000000001',
    to: '100000000009',
    expected: 'error hosting-account estate.yaml:3:12 hosting.account',
  },
  {
    what: 'a region by its name',
    from: 'eu-west-1',
    to: 'Ireland',
    expected: 'error aws-region estate.yaml:4:11 hosting.region',
  },
  {
    what: 'a path behind the origin',
    from: 'https://claims.example.com',
    to: 'https://claims.example.com/',
    expected: 'error web-url estate.yaml:6:8 hosting.url',
  },
  {
    what: 'an origin without TLS',
    from: 'https://claims.example.com',
    to: 'http://localhost:5000',
    expected: 'error web-url estate.yaml:6:8 hosting.url',
  },
  {
    what: 'an origin that is no host of the web application',
    from: 'https://claims.example.com',
    to: 'https://abc.eu-west-1.awsapprunner.com',
    expected: 'error unregistered-web-url estate.yaml:6:8 hosting.url [see estate.yaml:24:12]',
  },
  {
    what: 'no origin yet',
    from: '  url: https://claims.example.com\n',
    to: '',
    expected: 'warning web-url-pending estate.yaml:1:1 hosting',
  },
  {
    what: 'a CPU that App Runner lacks',
    from: 'cpu: 256',
    to: 'cpu: 300',
    expected: 'error service-cpu estate.yaml:7:15 hosting.web.cpu',
  },
  {
    what: 'memory that does not go with the CPU',
    from: 'memory: 2048',
    to: 'memory: 512',
    expected: 'error service-memory estate.yaml:8:29 hosting.api.memory',
  },
  {
    what: '26 instances',
    from: 'maxInstances: 3',
    to: 'maxInstances: 26',
    expected: 'error service-scaling estate.yaml:7:64 hosting.web.maxInstances',
  },
  {
    what: 'no instance',
    from: 'minInstances: 1',
    to: 'minInstances: 0',
    expected: 'error service-scaling estate.yaml:7:47 hosting.web.minInstances',
  },
  {
    what: '201 requests at once',
    from: 'concurrency: 80',
    to: 'concurrency: 201',
    expected: 'error service-scaling estate.yaml:7:80 hosting.web.concurrency',
  },
  {
    what: 'more instances at least than at most',
    from: 'minInstances: 2',
    to: 'minInstances: 5',
    expected: 'error service-scaling estate.yaml:8:49 hosting.api.minInstances [see estate.yaml:8:66]',
  },
  {
    what: 'a VPC by its name',
    from: 'vpc-0a1b2c3d',
    to: 'main',
    expected: 'error vpc-id estate.yaml:9:24 hosting.privateApi.vpcId',
  },
  {
    what: 'a subnet by its name',
    from: 'subnet-1a1b2c3d',
    to: 'private',
    expected: 'error subnet-id estate.yaml:9:67 hosting.privateApi.subnetIds[1]',
  },
  {
    what: 'one subnet',
    from: ', subnet-1a1b2c3d',
    to: '',
    expected: 'error too-few-subnets estate.yaml:9:49 hosting.privateApi.subnetIds',
  },
  {
    what: 'a subnet twice',
    from: 'subnet-1a1b2c3d',
    to: 'subnet-0a1b2c3d',
    expected: 'error duplicate-subnet estate.yaml:9:67 hosting.privateApi.subnetIds[1] [see estate.yaml:9:50]',
  },
  {
    what: 'a private API on ECS Express Mode without a network',
    from: 'platform: app-runner',
    to: 'platform: ecs-express',
    expected: 'error private-api-platform estate.yaml:9:3 hosting.privateApi',
  },
  {
    what: 'nine requests',
    from: 'rateLimit: 1000',
    to: 'rateLimit: 9',
    expected: 'error rate-limit estate.yaml:11:21 hosting.waf.rateLimit',
  },
  {
    what: 'a name for an address',
    from: 'lead@example.com',
    to: 'lead',
    expected: 'error alarm-email estate.yaml:12:39 hosting.alarms.emails[1]',
  },
  {
    what: 'an address twice',
    from: 'lead@example.com',
    to: 'OPS@example.com',
    expected: 'error duplicate-alarm-email estate.yaml:12:39 hosting.alarms.emails[1] [see estate.yaml:12:22]',
  },
  {
    what: '100 days of logs',
    from: 'logRetentionDays: 90',
    to: 'logRetentionDays: 100',
    expected: 'error hosting-log-retention estate.yaml:13:21 hosting.logRetentionDays',
  },
])('tells of $what', ({ from, to, expected }) => {
  expect(reportOf(changed(HOSTING, from, to))).toEqual([expected]);
});

const DOMAIN = `  domain:
    name: claims.example.com
    hostedZone: { id: Z0123456789ABC, name: example.com }
`;
const WITH_DOMAIN = changed(HOSTING, '  url: https://claims.example.com\n', DOMAIN);

test('a domain tells the address of the web', () => {
  const plan = planOf(WITH_DOMAIN + HOSTED_CUSTOMERS);
  expect(codesAndPlaces(plan)).toEqual([CLOSED]);
  expect(plan.estate.hosting).toMatchObject({
    url: 'https://claims.example.com',
    domain: { name: 'claims.example.com', hostedZone: { id: 'Z0123456789ABC', name: 'example.com' } },
  });
});

test('the same address said twice is no contradiction', () => {
  expect(reportOf(HOSTING + DOMAIN)).toEqual([]);
});

test('a domain that is the zone itself', () => {
  const customers = changed(HOSTED_CUSTOMERS, 'https://claims.example.com', 'https://example.com');
  expect(reportOf(changed(WITH_DOMAIN, 'name: claims.example.com', 'name: example.com'), customers)).toEqual([]);
});

test.each<{ readonly what: string; readonly from: string; readonly to: string; readonly expected: readonly string[] }>([
  {
    what: 'an upper-case name',
    from: 'name: claims.example.com',
    to: 'name: Claims.example.com',
    expected: ['error domain-name estate.yaml:7:11 hosting.domain.name'],
  },
  {
    what: 'a zone with a dot at its end',
    from: 'name: example.com }',
    to: 'name: example.com. }',
    expected: [
      'error domain-outside-zone estate.yaml:7:11 hosting.domain.name [see estate.yaml:8:45]',
      'error domain-name estate.yaml:8:45 hosting.domain.hostedZone.name',
    ],
  },
  {
    what: 'the id of a zone as the API writes it',
    from: 'Z0123456789ABC',
    to: '/hostedzone/Z0123456789ABC',
    expected: ['error hosted-zone-id estate.yaml:8:23 hosting.domain.hostedZone.id'],
  },
  {
    what: 'a name that only ends like the zone',
    from: 'name: example.com }',
    to: 'name: ple.com }',
    expected: ['error domain-outside-zone estate.yaml:7:11 hosting.domain.name [see estate.yaml:8:45]'],
  },
  {
    what: 'another address beside the domain',
    from: DOMAIN,
    to: `${DOMAIN}  url: https://portal.example.com\n`,
    expected: ['error domain-and-url estate.yaml:9:8 hosting.url [see estate.yaml:7:11]'],
  },
  {
    what: 'a domain that is no host of the web application',
    from: 'name: claims.example.com',
    to: 'name: portal.example.com',
    expected: ['error unregistered-web-url estate.yaml:7:11 hosting.domain.name [see estate.yaml:26:12]'],
  },
  {
    what: 'a region without App Runner',
    from: 'eu-west-1',
    to: 'eu-north-1',
    expected: ['error domain-region estate.yaml:6:3 hosting.domain'],
  },
  {
    what: 'ECS Express Mode',
    from: 'platform: app-runner',
    to: 'platform: ecs-express',
    expected: [
      'error domain-platform estate.yaml:6:3 hosting.domain',
      expect.stringContaining('private-api-platform') as string,
    ],
  },
])('tells of a domain with $what', ({ from, to, expected }) => {
  expect(reportOf(changed(WITH_DOMAIN, from, to))).toEqual(expected);
});

test.each([
  [
    'no flow to edit a profile',
    changed(HOSTED_CUSTOMERS, 'use: profileEdit', 'use: passwordReset'),
    'error hosting-user-flow estate.yaml:1:1 hosting [see estate.yaml:27:5]',
  ],
  [
    'no scope to write',
    changed(HOSTED_CUSTOMERS, 'value: Accounts.Write', 'value: Accounts.Change'),
    'error hosting-scope estate.yaml:1:1 hosting [see estate.yaml:20:7]',
  ],
  ['no customers', '', 'error hosting-without-customers estate.yaml:1:1 hosting'],
])('tells of customers with %s', (_, customers, expected) => {
  expect(reportOf(HOSTING, customers)).toContain(expected);
});

test('customers that could not be read are not missed', () => {
  const faulty = changed(HOSTED_CUSTOMERS, 'tenantId: ', 'tenant: ');
  const codes = planOf(HOSTING + faulty).findings.map(({ code }) => code);
  expect(codes.filter((code) => code.startsWith('hosting-'))).toEqual([]);
});

test('an account that is suspended', () => {
  const organization: OrganizationSpec = {
    accounts: [MANAGEMENT, { id: '100000000001', name: 'app', state: 'SUSPENDED' }],
  };
  expect(codesAndPlaces(planOf(HOSTING + HOSTED_CUSTOMERS, organization))).toEqual([
    'error hosting-account estate.yaml:3:12 hosting.account',
    CLOSED,
  ]);
});

test('a folder whose name no service can bear', () => {
  const files = {
    'estate.yaml': HOSTING + HOSTED_CUSTOMERS,
    [ORGANIZATION_FILE]: organizationText(SMALL_ORGANIZATION),
  };
  const name = 'a'.repeat(37);
  const lines = codesAndPlaces(planEstate(memoryFolder(files, name)));
  expect(lines).toEqual([
    `error hosted-estate-name estates/${name}/estate.yaml:1:1`,
    expect.stringContaining('app-runner-closed'),
  ]);
});

test('without a snapshot of the organization there is one finding, and not a second about the account', () => {
  const plan = planEstate(memoryFolder({ 'estate.yaml': HOSTING + HOSTED_CUSTOMERS }));
  expect(plan.findings.map(({ code }) => code).toSorted()).toEqual(['app-runner-closed', 'organization-file']);
});

describe('what the file leaves out', () => {
  const SHORT = HOSTING.split('\n').slice(0, 5).join('\n') + '\n';

  test('is small and cheap in a sandbox', () => {
    const { hosting } = planOf(SHORT + HOSTED_CUSTOMERS).estate;
    expect(hosting).toMatchObject({
      kmsKeys: 'aws-owned',
      rateLimit: 2000,
      alarmEmails: [],
      logRetentionDays: 30,
      web: { cpu: 256, memory: 512, minInstances: 1, maxInstances: 2, concurrency: 100 },
    });
    expect(hosting).not.toHaveProperty('url');
    expect(hosting).not.toHaveProperty('privateApi');
  });

  test('is what production is run with elsewhere', () => {
    const { hosting } = planOf(
      changed(SHORT, 'environment: sandbox', 'environment: production') + HOSTED_CUSTOMERS,
    ).estate;
    expect(hosting).toMatchObject({
      kmsKeys: 'customer',
      logRetentionDays: 365,
      api: { cpu: 1024, memory: 2048, minInstances: 2, maxInstances: 10, concurrency: 100 },
    });
  });
});
