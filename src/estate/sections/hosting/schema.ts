import { z } from 'zod';
import type { Path } from '../../source/finding';
import { located } from '../../source/located';
import { ACCOUNT_ID } from '../limits';
import { PLATFORMS, ServiceEntry, SizeEntry } from './service-schema';
import { AlarmEmails, among, awsRegion, holding, matching, Name, once, sized, within } from '../shared/rules';

/** A name of the DNS that customers type: lower case, two labels at least, no wildcard. */
export const DOMAIN_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** Documentation of App Runner's state. */
export const APP_RUNNER_SOURCE = 'https://docs.aws.amazon.com/apprunner/latest/dg/apprunner-availability-change.html';

/**
 * Route 53's own hosted zones for App Runner, which an alias record of a domain refers to, by region (AWS General Reference,
 * 'AWS App Runner endpoints and quotas').
 */
export const APP_RUNNER_ZONES: ReadonlyMap<string, string> = new Map([
  ['ap-northeast-1', 'Z08491812XW6IPYLR6CCA'],
  ['ap-south-1', 'Z00855883LBHKTIC4ODF2'],
  ['ap-southeast-1', 'Z09819469CZ3KQ8PWMCL'],
  ['ap-southeast-2', 'Z03657752RA8799S0TI5I'],
  ['eu-central-1', 'Z0334911C2FDI2Q9M4FZ'],
  ['eu-west-1', 'Z087551914Z2PCAU0QHMW'],
  ['eu-west-2', 'Z098228427VC6B3IX76ON'],
  ['eu-west-3', 'Z087117439MBKHYM69QS6'],
  ['us-east-1', 'Z01915732ZBZKC8D32TPT'],
  ['us-east-2', 'Z0224347AD7KVHMLOX31'],
  ['us-west-2', 'Z02243383FTQ64HJ5772Q'],
]);

/** Limits of the hosting section. Checks enforce them; the JSON Schema and the reference tell them. */

/** AWS WAF API, RateBasedStatement: requests in five minutes. */
const RATE_LIMIT = { min: 10, max: 2_000_000_000, default: 2000 } as const;

/** CloudWatch Logs API, PutRetentionPolicy. */
const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Route 53 API, ResourceId. */
const HOSTED_ZONE_ID = /^Z[A-Z0-9]{1,31}$/;

const VPC_ID = /^vpc-[0-9a-f]{8,17}$/;

const SUBNET_ID = /^subnet-[0-9a-f]{8,17}$/;

const SECURITY_GROUP_ID = /^sg-[0-9a-f]{8,17}$/;

/** Amazon ECS API, AwsVpcConfiguration: most subnets and security groups of a service. */
const NETWORK_SIZE = { subnets: 16, securityGroups: 5 } as const;

const VpcId = Name.meta(matching('vpc-id', VPC_ID, { problem: 'is not a valid VPC id', allowed: 'vpc-0a1b2c3d' }));

const SubnetId = Name.meta(
  matching('subnet-id', SUBNET_ID, { problem: 'is not a valid subnet id', allowed: 'subnet-0a1b2c3d' }),
);

const SecurityGroupId = Name.meta(
  matching('security-group-id', SECURITY_GROUP_ID, {
    problem: 'is not a valid security group id',
    allowed: 'sg-0a1b2c3d',
  }),
);

const Subnets = z
  .array(SubnetId)
  .meta(
    sized(
      'too-few-subnets',
      { min: 2 },
      { problem: (count) => `has ${count} subnets`, allowed: 'at least two, in two availability zones' },
    ),
  )
  .meta(once('duplicate-subnet', { allowed: 'each subnet once' }));

const atMost = (max: number) =>
  sized('network-size', { max }, { problem: (count) => `has ${count} entries`, allowed: `at most ${max}` });

const NetworkEntry = located(
  z.strictObject({
    vpcId: VpcId.describe('The VPC of the subnets; a private API needs it.').exactOptional(),
    subnets: Subnets.meta({
      description:
        'Public subnets in two availability zones at least, with eight free addresses each: those of the load balancer, the web and a public API.',
      ...atMost(NETWORK_SIZE.subnets),
    }),
    securityGroups: z
      .array(SecurityGroupId)
      .meta({
        description: 'Security groups that the tasks have beside those that Express Mode makes.',
        ...atMost(NETWORK_SIZE.securityGroups),
      })
      .meta(once('duplicate-security-group', { allowed: 'each security group once' }))
      .default([]),
  }),
).describe('Subnets of your own; without them, the default VPC of the account. ECS Express Mode only.');

const PrivateApiEntry = located(
  z.strictObject({
    vpcId: VpcId.describe('The VPC.'),
    subnetIds: Subnets.describe(
      'Private subnets in two availability zones at least, with a NAT: App Runner leads what the web asks of the internet through it, ECS Express Mode what the API asks.',
    ),
  }),
).describe(
  'The only VPC from which the API can be reached; without it, the API is public. ECS Express Mode needs `network` in the same VPC.',
);

const DomainName = Name.meta(
  matching('domain-name', DOMAIN_NAME, {
    problem: 'is not a valid domain name',
    allowed: 'lower-case labels with dots: claims.example.com',
  }),
);

const DomainEntry = located(
  z.strictObject({
    name: DomainName.describe('The domain: `claims.example.com`.'),
    hostedZone: z
      .strictObject({
        id: Name.meta({
          description: 'Id of the zone: `Z0123456789ABCDEFGHIJ`.',
          ...matching('hosted-zone-id', HOSTED_ZONE_ID, {
            problem: 'is not a valid hosted zone id',
            allowed: 'Z and up to 31 upper-case letters and digits',
          }),
        }),
        name: DomainName.describe('Name of the zone, which is the domain or a parent of it: `example.com`.'),
      })
      .describe('Public hosted zone of Route 53 in the same account.'),
  }),
).describe(
  'A domain of your own for the web, whose `https` origin is one of `customers.webApplication.hosts`. App Runner only.',
);

/** Values of keys that the estate leaves out: the cheapest that work, or what production is run with. */
const DEFAULTS = {
  sandbox: {
    kmsKeys: 'aws-owned',
    logRetentionDays: 30,
    size: { cpu: 256, memory: 512, minInstances: 1, maxInstances: 2 },
  },
  production: {
    kmsKeys: 'customer',
    logRetentionDays: 365,
    size: { cpu: 1024, memory: 2048, minInstances: 2, maxInstances: 10 },
  },
} as const;

/** Warns of the platform that new accounts can't have. */
const OPEN_PLATFORM = holding('app-runner-closed', (platform) => platform !== 'app-runner', {
  problem: 'has taken no new customers since 30 April 2026; an account that used it before may go on using it',
  allowed: `ecs-express in a new account; ${APP_RUNNER_SOURCE}`,
  severity: 'warning',
});

export const HostingEntry = located(
  z.strictObject({
    environment: z
      .enum(['sandbox', 'production'])
      .describe('`production` keeps data, protects stacks and tables, and has larger defaults.'),
    account: Name.meta({
      names: 'accounts',
      description: 'AWS account of the organization that it is deployed to; in quotes.',
      pattern: ACCOUNT_ID.source,
    }),
    region: Name.meta({ description: 'AWS region: `eu-west-1`.', ...awsRegion('aws-region') }),
    platform: z.enum(PLATFORMS).meta({
      description: '`app-runner` has taken no new customers since 30 April 2026; `ecs-express` is ECS Express Mode.',
      ...OPEN_PLATFORM,
    }),
    url: Name.describe(
      'Public origin of the web, one of `customers.webApplication.hosts`. Leave it out until the first deployment has made one, and with `domain`, which gives it.',
    ).exactOptional(),
    domain: DomainEntry.exactOptional(),
    services: z
      .array(ServiceEntry)
      .meta({
        description: "Services of your own, in place of the example's web and API.",
        ...once('service-name', { key: 'name', allowed: 'each name once' }),
      })
      .default([]),
    web: SizeEntry.describe('Size of the web; what is left out follows from `environment`.').exactOptional(),
    api: SizeEntry.describe('Size of the API; what is left out follows from `environment`.').exactOptional(),
    application: z
      .enum(['package', 'repository'])
      .describe(
        "Sources of both images: the package's, or those that `npx --no entra-aws init --application` has written into `application/`.",
      )
      .default('package'),
    network: NetworkEntry.exactOptional(),
    privateApi: PrivateApiEntry.exactOptional(),
    kmsKeys: z
      .enum(['aws-owned', 'customer'])
      .describe(
        'Whose keys encrypt tables, secrets, alarms and images. Another value replaces App Runner services. Without it, `customer` in production.',
      )
      .exactOptional(),
    waf: z
      .strictObject({
        rateLimit: z
          .number()
          .meta({
            description: 'Requests of one address to the web in five minutes; more are refused.',
            ...within('rate-limit', RATE_LIMIT, {
              problem: 'is not a valid AWS WAF rate limit',
              allowed: `${RATE_LIMIT.min} to ${RATE_LIMIT.max} whole requests`,
            }),
          })
          .default(RATE_LIMIT.default),
      })
      .describe('The web application firewall.')
      .prefault({}),
    alarms: z
      .strictObject({ emails: AlarmEmails.describe('Addresses that confirm a subscription first.') })
      .describe('Addresses that are told of alarms; without it, no one is told.')
      .exactOptional(),
    logRetentionDays: z
      .number()
      .meta({
        description:
          'Days for which logs are kept: a retention period of CloudWatch Logs. Without it, 30 days; 365 in production.',
        ...among('hosting-log-retention', RETENTION_DAYS, 'is not a retention period that CloudWatch Logs offers'),
      })
      .exactOptional(),
  }),
)
  .transform(({ waf, alarms, web, api, url, services, ...hosting }) => {
    const { size, ...defaults } = DEFAULTS[hosting.environment];
    const origin = url ?? (hosting.domain && originOf(hosting.domain));
    return {
      ...defaults,
      ...hosting,
      ...(origin !== undefined && { url: origin }),
      web: { ...SizeEntry.parse({}), ...size, ...web, at: [...hosting.at, 'web'] as Path },
      api: { ...SizeEntry.parse({}), ...size, ...api, at: [...hosting.at, 'api'] as Path },
      /** Keys of the example's web and API that are given. */
      exampleKeys: Object.entries({ url, domain: hosting.domain, web, api }).flatMap(([key, value]) =>
        value === undefined ? [] : [key],
      ),
      services: services.map((service) => ({ ...size, ...service })),
      rateLimit: waf.rateLimit,
      alarmEmails: alarms?.emails ?? [],
    };
  })
  .describe('Applications on AWS: services, their tables, firewall and alarms.');
export type HostingEntry = z.input<typeof HostingEntry>;

/** The origin that a domain gives the web. */
export function originOf({ name }: { readonly name: string }): string {
  return `https://${name}`;
}
