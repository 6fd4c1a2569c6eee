import { changed, HOSTED_CUSTOMERS, HOSTING } from '../../../support/entra-estate';
import type { OrganizationSpec } from '../../../support/estate-files';
import { MANAGEMENT, organizationText, planOf, report, SMALL_ORGANIZATION } from '../../../support/estate-files';
import { ORGANIZATION_FILE } from '../../../../src/estate/source/estate-folder';
import { planEstate } from '../../../../src/estate/plan/estate-plan';
import { memoryFolder } from '../../../support/estate-files';

/** Of every hosting on App Runner. */
const CLOSED = expect.stringMatching(/^warning app-runner-closed estate\.yaml:\d+:\d+ hosting\.platform: /) as string;

const reportOf = (hosting: string, customers = HOSTED_CUSTOMERS): readonly string[] =>
  report(planOf(hosting + customers)).filter((line) => !line.includes('app-runner-closed'));

test('warns of App Runner, with the source', () => {
  expect(report(planOf(HOSTING + HOSTED_CUSTOMERS))).toEqual([
    'warning app-runner-closed estate.yaml:5:13 hosting.platform: "app-runner" has taken no new customers since 30 April 2026; an account that used it before may go on using it (ecs-express in a new account; https://docs.aws.amazon.com/apprunner/latest/dg/apprunner-availability-change.html)',
  ]);
});

/** The same without a private API on ECS Express Mode, in subnets of its own. */
const EXPRESS = changed(
  changed(HOSTING, 'platform: app-runner', 'platform: ecs-express'),
  /  privateApi: .*\n/.exec(HOSTING)?.[0] ?? '',
  '  network: { vpcId: vpc-0a1b2c3d, subnets: [subnet-2a1b2c3d, subnet-3a1b2c3d], securityGroups: [sg-0a1b2c3d] }\n',
);

test('ECS Express Mode in subnets of its own needs no warning', () => {
  expect(report(planOf(EXPRESS + HOSTED_CUSTOMERS))).toEqual([]);
});

test('a private API on ECS Express Mode is in private subnets of the VPC of the web', () => {
  const privateApi = /  privateApi: .*\n/.exec(HOSTING)?.[0] ?? '';
  expect(report(planOf(EXPRESS + privateApi + HOSTED_CUSTOMERS))).toEqual([]);
});

test.each<{ readonly what: string; readonly from: string; readonly to: string; readonly expected: readonly string[] }>([
  {
    what: 'no network',
    from: /  network: .*\n/.exec(EXPRESS)?.[0] ?? '',
    to: '',
    expected: [
      'warning default-vpc estate.yaml:5:13 hosting.platform: "ecs-express" runs in the account\'s default VPC, which accounts of a landing zone lack (network with subnets of your own; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-work.html)',
    ],
  },
  {
    what: 'a network on App Runner',
    from: 'platform: ecs-express',
    to: 'platform: app-runner',
    expected: [
      'error network-platform estate.yaml:9:3 hosting.network: is for ECS Express Mode; App Runner runs its services in a network of its own (platform: ecs-express, or no network; privateApi leads App Runner into a VPC)',
    ],
  },
  {
    what: 'a VPC, a subnet and a group by their names',
    from: 'vpc-0a1b2c3d, subnets: [subnet-2a1b2c3d, subnet-3a1b2c3d], securityGroups: [sg-0a1b2c3d]',
    to: 'main, subnets: [public, subnet-3a1b2c3d], securityGroups: [web]',
    expected: [
      'error vpc-id estate.yaml:9:21 hosting.network.vpcId: "main" is not a valid VPC id (vpc-0a1b2c3d)',
      'error subnet-id estate.yaml:9:37 hosting.network.subnets[0]: "public" is not a valid subnet id (subnet-0a1b2c3d)',
      'error security-group-id estate.yaml:9:80 hosting.network.securityGroups[0]: "web" is not a valid security group id (sg-0a1b2c3d)',
    ],
  },
  {
    what: 'one subnet, and a group twice',
    from: ', subnet-3a1b2c3d], securityGroups: [sg-0a1b2c3d]',
    to: '], securityGroups: [sg-0a1b2c3d, sg-0a1b2c3d]',
    expected: [
      'error too-few-subnets estate.yaml:9:44 hosting.network.subnets: has 1 subnets (at least two, in two availability zones)',
      'error duplicate-security-group estate.yaml:9:93 hosting.network.securityGroups[1]: "sg-0a1b2c3d" is listed twice (each security group once) [see estate.yaml:9:80]',
    ],
  },
  {
    what: 'more subnets and groups than a service takes',
    from: '[subnet-2a1b2c3d, subnet-3a1b2c3d], securityGroups: [sg-0a1b2c3d]',
    to: `[${idsOf('subnet', 17)}], securityGroups: [${idsOf('sg', 6)}]`,
    expected: [
      expect.stringMatching(
        /^error network-size estate\.yaml.* hosting\.network\.subnets: has 17 entries \(at most 16\)$/,
      ) as string,
      expect.stringMatching(
        /^error network-size estate\.yaml.* hosting\.network\.securityGroups: has 6 entries \(at most 5\)$/,
      ) as string,
    ],
  },
  {
    what: 'a private API in another VPC',
    from: '  kmsKeys',
    to: '  privateApi: { vpcId: vpc-1a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-1a1b2c3d] }\n  kmsKeys',
    expected: [
      'error private-api-network estate.yaml:10:24 hosting.privateApi.vpcId: "vpc-1a1b2c3d" must be the VPC of the web, but hosting.network is in vpc-0a1b2c3d (hosting.network.vpcId: vpc-1a1b2c3d) [see estate.yaml:9:12]',
    ],
  },
  {
    what: 'a private API in a subnet of the web',
    from: '  kmsKeys',
    to: '  privateApi: { vpcId: vpc-0a1b2c3d, subnetIds: [subnet-0a1b2c3d, subnet-2a1b2c3d] }\n  kmsKeys',
    expected: [
      'error private-api-network estate.yaml:10:67 hosting.privateApi.subnetIds[1]: "subnet-2a1b2c3d" is also a subnet of the web, which is public (a private subnet: one whose route table has no internet gateway) [see estate.yaml:9:44]',
    ],
  },
])('tells of $what', ({ from, to, expected }) => {
  expect(reportOf(changed(EXPRESS, from, to))).toEqual(expected);
});

test('a private API needs the name of the VPC of the web', () => {
  const unnamed = changed(EXPRESS, 'vpcId: vpc-0a1b2c3d, ', '') + (/  privateApi: .*\n/.exec(HOSTING)?.[0] ?? '');
  expect(reportOf(unnamed)).toEqual([
    expect.stringContaining(
      'hosting.privateApi.vpcId: "vpc-0a1b2c3d" must be the VPC of the web, but hosting.network does not name its VPC (hosting.network.vpcId: vpc-0a1b2c3d)',
    ),
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
    expected:
      'error hosting-account estate.yaml:3:12 hosting.account: "100000000009" is not an account of the organization (an id of organization.json; npm run snapshot reads new accounts)',
  },
  {
    what: 'a region by its name',
    from: 'eu-west-1',
    to: 'Ireland',
    expected:
      'error aws-region estate.yaml:4:11 hosting.region: "Ireland" is not an AWS Region (a code such as eu-west-1; one that AWS added later needs a newer version of this package)',
  },
  {
    what: 'a path behind the origin',
    from: 'https://claims.example.com',
    to: 'https://claims.example.com/',
    expected:
      'error web-url estate.yaml:6:8 hosting.url: "https://claims.example.com/" is not an origin that customers can open (an https origin such as https://claims.example.com)',
  },
  {
    what: 'an origin without TLS',
    from: 'https://claims.example.com',
    to: 'http://localhost:5000',
    expected:
      'error web-url estate.yaml:6:8 hosting.url: "http://localhost:5000" is not an origin that customers can open (an https origin such as https://claims.example.com)',
  },
  {
    what: 'an origin that is no host of the web application',
    from: 'https://claims.example.com',
    to: 'https://abc.eu-west-1.awsapprunner.com',
    expected:
      "error unregistered-web-url estate.yaml:6:8 hosting.url: \"https://abc.eu-west-1.awsapprunner.com\" is not a host of the web application, so no one could sign in there (one of customers.webApplication.hosts: 'http://localhost:5000', 'https://claims.example.com'; add it there and run pulumi up) [see estate.yaml:24:12]",
  },
  {
    what: 'no origin yet',
    from: '  url: https://claims.example.com\n',
    to: '',
    expected:
      'warning web-url-pending estate.yaml:1:1 hosting: has no url: the web starts, but no one can sign in (after the first deployment, put the address of the web (output WebUrl of the hosting stack) here and under customers.webApplication.hosts, then run pulumi up and cdk deploy once more)',
  },
  {
    what: 'a CPU that App Runner lacks',
    from: 'cpu: 256',
    to: 'cpu: 300',
    expected:
      'error service-cpu estate.yaml:7:15 hosting.web.cpu: 300 is not a CPU size of app-runner (256, 512, 1024, 2048, 4096 units)',
  },
  {
    what: 'memory that does not go with the CPU',
    from: 'memory: 2048',
    to: 'memory: 512',
    expected:
      'error service-memory estate.yaml:8:29 hosting.api.memory: 512 is not a memory size for 1024 CPU units (2048, 3072, 4096 MiB)',
  },
  {
    what: '26 instances',
    from: 'maxInstances: 3',
    to: 'maxInstances: 26',
    expected: 'error service-scaling estate.yaml:7:64 hosting.web.maxInstances: 26 is out of range (1 to 25, whole)',
  },
  {
    what: 'no instance',
    from: 'minInstances: 1',
    to: 'minInstances: 0',
    expected: 'error service-scaling estate.yaml:7:47 hosting.web.minInstances: 0 is out of range (1 to 25, whole)',
  },
  {
    what: '201 requests at once',
    from: 'concurrency: 80',
    to: 'concurrency: 201',
    expected: 'error service-scaling estate.yaml:7:80 hosting.web.concurrency: 201 is out of range (1 to 200, whole)',
  },
  {
    what: 'more instances at least than at most',
    from: 'minInstances: 2',
    to: 'minInstances: 5',
    expected:
      'error service-scaling estate.yaml:8:49 hosting.api.minInstances: 5 is more than maxInstances (4) (at most maxInstances) [see estate.yaml:8:66]',
  },
  {
    what: 'a VPC by its name',
    from: 'vpc-0a1b2c3d',
    to: 'main',
    expected: 'error vpc-id estate.yaml:9:24 hosting.privateApi.vpcId: "main" is not a valid VPC id (vpc-0a1b2c3d)',
  },
  {
    what: 'a subnet by its name',
    from: 'subnet-1a1b2c3d',
    to: 'private',
    expected:
      'error subnet-id estate.yaml:9:67 hosting.privateApi.subnetIds[1]: "private" is not a valid subnet id (subnet-0a1b2c3d)',
  },
  {
    what: 'one subnet',
    from: ', subnet-1a1b2c3d',
    to: '',
    expected:
      'error too-few-subnets estate.yaml:9:49 hosting.privateApi.subnetIds: has 1 subnets (at least two, in two availability zones)',
  },
  {
    what: 'a subnet twice',
    from: 'subnet-1a1b2c3d',
    to: 'subnet-0a1b2c3d',
    expected:
      'error duplicate-subnet estate.yaml:9:67 hosting.privateApi.subnetIds[1]: "subnet-0a1b2c3d" is listed twice (each subnet once) [see estate.yaml:9:50]',
  },
  {
    what: 'a private API on ECS Express Mode without a network',
    from: 'platform: app-runner',
    to: 'platform: ecs-express',
    expected:
      'error private-api-platform estate.yaml:9:3 hosting.privateApi: needs the web in the same VPC, and ECS Express Mode puts it into the default VPC without a network (network with vpcId: vpc-0a1b2c3d and public subnets for the web, or a public API)',
  },
  {
    what: 'nine requests',
    from: 'rateLimit: 1000',
    to: 'rateLimit: 9',
    expected:
      'error rate-limit estate.yaml:11:21 hosting.waf.rateLimit: 9 is not a valid AWS WAF rate limit (10 to 2000000000 whole requests)',
  },
  {
    what: 'a name for an address',
    from: 'lead@example.com',
    to: 'lead',
    expected:
      'error alarm-email estate.yaml:12:39 hosting.alarms.emails[1]: "lead" is not a valid e-mail address (name@example.com)',
  },
  {
    what: 'an address twice',
    from: 'lead@example.com',
    to: 'OPS@example.com',
    expected:
      'error duplicate-alarm-email estate.yaml:12:39 hosting.alarms.emails[1]: "OPS@example.com" is listed twice (each address once, in whatever case) [see estate.yaml:12:22]',
  },
  {
    what: '100 days of logs',
    from: 'logRetentionDays: 90',
    to: 'logRetentionDays: 100',
    expected:
      'error hosting-log-retention estate.yaml:13:21 hosting.logRetentionDays: 100 is not a retention period that CloudWatch Logs offers (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)',
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
  expect(report(plan)).toEqual([CLOSED]);
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
    expected: [
      'error domain-name estate.yaml:7:11 hosting.domain.name: "Claims.example.com" is not a valid domain name (lower-case labels with dots: claims.example.com)',
    ],
  },
  {
    what: 'a zone with a dot at its end',
    from: 'name: example.com }',
    to: 'name: example.com. }',
    expected: [
      'error domain-outside-zone estate.yaml:7:11 hosting.domain.name: "claims.example.com" is not in the hosted zone example.com. (the name of the zone, or one that ends with a dot and it) [see estate.yaml:8:45]',
      'error domain-name estate.yaml:8:45 hosting.domain.hostedZone.name: "example.com." is not a valid domain name (lower-case labels with dots: claims.example.com)',
    ],
  },
  {
    what: 'the id of a zone as the API writes it',
    from: 'Z0123456789ABC',
    to: '/hostedzone/Z0123456789ABC',
    expected: [
      'error hosted-zone-id estate.yaml:8:23 hosting.domain.hostedZone.id: "/hostedzone/Z0123456789ABC" is not a valid hosted zone id (Z and up to 31 upper-case letters and digits)',
    ],
  },
  {
    what: 'a name that only ends like the zone',
    from: 'name: example.com }',
    to: 'name: ple.com }',
    expected: [
      'error domain-outside-zone estate.yaml:7:11 hosting.domain.name: "claims.example.com" is not in the hosted zone ple.com (the name of the zone, or one that ends with a dot and it) [see estate.yaml:8:45]',
    ],
  },
  {
    what: 'another address beside the domain',
    from: DOMAIN,
    to: `${DOMAIN}  url: https://portal.example.com\n`,
    expected: [
      'error domain-and-url estate.yaml:9:8 hosting.url: "https://portal.example.com" is not the address of the domain (https://claims.example.com, or no url: the domain tells it) [see estate.yaml:7:11]',
    ],
  },
  {
    what: 'a domain that is no host of the web application',
    from: 'name: claims.example.com',
    to: 'name: portal.example.com',
    expected: [
      "error unregistered-web-url estate.yaml:7:11 hosting.domain.name: \"https://portal.example.com\" is not a host of the web application, so no one could sign in there (one of customers.webApplication.hosts: 'http://localhost:5000', 'https://claims.example.com'; add it there and run pulumi up) [see estate.yaml:26:12]",
    ],
  },
  {
    what: 'a region without App Runner',
    from: 'eu-west-1',
    to: 'eu-north-1',
    expected: [
      "error domain-region estate.yaml:6:3 hosting.domain: needs the hosted zone of App Runner in eu-north-1, which is unknown (a region of 'ap-northeast-1', 'ap-south-1', 'ap-southeast-1', 'ap-southeast-2', 'eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'us-east-1', 'us-east-2', 'us-west-2')",
    ],
  },
  {
    what: 'ECS Express Mode',
    from: 'platform: app-runner',
    to: 'platform: ecs-express',
    expected: [
      'error domain-platform estate.yaml:6:3 hosting.domain: is for App Runner; a service of ECS Express Mode has no property for a domain: the rule of its listener is changed outside of CloudFormation (platform: app-runner, or no domain; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/express-service-advanced-customization.html)',
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
    "error hosting-user-flow estate.yaml:1:1 hosting: needs a user flow for each use, and there is none for 'profileEdit' (one for each in customers.userFlows) [see estate.yaml:27:5]",
  ],
  [
    'no scope to write',
    changed(HOSTED_CUSTOMERS, 'value: Accounts.Write', 'value: Accounts.Change'),
    "error hosting-scope estate.yaml:1:1 hosting: needs scopes that the API does not define: 'Accounts.Write' (each in customers.apiApplication.scopes) [see estate.yaml:20:7]",
  ],
  [
    'no customers',
    '',
    'error hosting-without-customers estate.yaml:1:1 hosting: needs the ids that the customers program hands over, and the estate has no customers (a customers section)',
  ],
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
  expect(report(planOf(HOSTING + HOSTED_CUSTOMERS, organization))).toEqual([
    'error hosting-account estate.yaml:3:12 hosting.account: "100000000001" is account app, which is SUSPENDED (an active account)',
    CLOSED,
  ]);
});

test('a folder whose name no service can bear', () => {
  const files = {
    'estate.yaml': HOSTING + HOSTED_CUSTOMERS,
    [ORGANIZATION_FILE]: organizationText(SMALL_ORGANIZATION),
  };
  const name = 'a'.repeat(37);
  const lines = report(planEstate(memoryFolder(files, name)));
  expect(lines).toEqual([
    `error hosted-estate-name estates/${name}/estate.yaml:1:1: "${name}" is the folder's name, which can't begin the name of an App Runner service (a letter, then at most 35 letters, digits and hyphens)`,
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
