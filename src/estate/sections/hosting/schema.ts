import { z } from 'zod';
import type { Path } from '../../source/finding';
import { located } from '../../source/located';
import {
  ACCOUNT_ID,
  AWS_REGION,
  CONCURRENCY,
  DOMAIN_NAME,
  HOSTED_ZONE_ID,
  INSTANCES,
  RATE_LIMIT,
  SECURITY_GROUP_ID,
  SUBNET_ID,
  VPC_ID,
} from './hosting-limits';
import { Name } from '../shared/name';

const ServiceEntry = z
  .strictObject({
    cpu: z.number().describe('CPU units: 1024 are a vCPU.').exactOptional(),
    memory: z.number().describe('MiB; the choice depends on `cpu` and on the platform.').exactOptional(),
    minInstances: z
      .number()
      .meta({ description: 'Instances that always run.', minimum: INSTANCES.min, maximum: INSTANCES.max })
      .exactOptional(),
    maxInstances: z
      .number()
      .meta({ description: 'Instances that run at most.', minimum: INSTANCES.min, maximum: INSTANCES.max })
      .exactOptional(),
    concurrency: z
      .number()
      .meta({
        description: 'Requests that an instance answers at once before another one starts. App Runner only.',
        minimum: CONCURRENCY.min,
        maximum: CONCURRENCY.max,
      })
      .default(CONCURRENCY.default),
  })
  .meta({ id: 'ServiceSize', description: 'Size of a service, and how it scales.' });

const NetworkEntry = located(
  z.strictObject({
    vpcId: Name.meta({
      description: 'The VPC of the subnets; a private API needs it.',
      pattern: VPC_ID.source,
    }).exactOptional(),
    subnets: z
      .array(Name.meta({ pattern: SUBNET_ID.source }))
      .describe(
        'Public subnets in two availability zones at least, with eight free addresses each: those of the load balancer, the web and a public API.',
      ),
    securityGroups: z
      .array(Name.meta({ pattern: SECURITY_GROUP_ID.source }))
      .describe('Security groups that the tasks have beside those that Express Mode makes.')
      .default([]),
  }),
).describe('Subnets of your own; without them, the default VPC of the account. ECS Express Mode only.');

const PrivateApiEntry = located(
  z.strictObject({
    vpcId: Name.meta({ description: 'The VPC.', pattern: VPC_ID.source }),
    subnetIds: z
      .array(Name.meta({ pattern: SUBNET_ID.source }))
      .describe(
        'Private subnets in two availability zones at least, with a NAT: App Runner leads what the web asks of the internet through it, ECS Express Mode what the API asks.',
      ),
  }),
).describe(
  'The only VPC from which the API can be reached; without it, the API is public. ECS Express Mode needs `network` in the same VPC.',
);

const DomainEntry = located(
  z.strictObject({
    name: Name.meta({ description: 'The domain: `claims.example.com`.', pattern: DOMAIN_NAME.source }),
    hostedZone: z
      .strictObject({
        id: Name.meta({ description: 'Id of the zone: `Z0123456789ABCDEFGHIJ`.', pattern: HOSTED_ZONE_ID.source }),
        name: Name.meta({
          description: 'Name of the zone, which is the domain or a parent of it: `example.com`.',
          pattern: DOMAIN_NAME.source,
        }),
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
    region: Name.meta({ description: 'AWS region: `eu-west-1`.', pattern: AWS_REGION.source }),
    platform: z
      .enum(['app-runner', 'ecs-express'])
      .describe('`app-runner` has taken no new customers since 30 April 2026; `ecs-express` is ECS Express Mode.'),
    url: Name.describe(
      'Public origin of the web, one of `customers.webApplication.hosts`. Leave it out until the first deployment has made one, and with `domain`, which gives it.',
    ).exactOptional(),
    domain: DomainEntry.exactOptional(),
    web: ServiceEntry.describe('Size of the web; what is left out follows from `environment`.').prefault({}),
    api: ServiceEntry.describe('Size of the API; what is left out follows from `environment`.').prefault({}),
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
            minimum: RATE_LIMIT.min,
            maximum: RATE_LIMIT.max,
          })
          .default(RATE_LIMIT.default),
      })
      .describe('The web application firewall.')
      .prefault({}),
    alarms: z
      .strictObject({ emails: z.array(Name).describe('Addresses that confirm a subscription first.') })
      .describe('Addresses that are told of alarms; without it, no one is told.')
      .exactOptional(),
    logRetentionDays: z
      .number()
      .describe(
        'Days for which logs are kept: a retention period of CloudWatch Logs. Without it, 30 days; 365 in production.',
      )
      .exactOptional(),
  }),
)
  .transform(({ waf, alarms, web, api, url, ...hosting }) => {
    const { size, ...defaults } = DEFAULTS[hosting.environment];
    const origin = url ?? (hosting.domain && originOf(hosting.domain));
    return {
      ...defaults,
      ...hosting,
      ...(origin !== undefined && { url: origin }),
      web: { ...size, ...web, at: [...hosting.at, 'web'] as Path },
      api: { ...size, ...api, at: [...hosting.at, 'api'] as Path },
      rateLimit: waf.rateLimit,
      alarmEmails: alarms?.emails ?? [],
    };
  })
  .describe('The customer application on AWS: two services, their tables, firewall and alarms.');
export type HostingEntry = z.input<typeof HostingEntry>;

/** The origin that a domain gives the web. */
export function originOf({ name }: { readonly name: string }): string {
  return `https://${name}`;
}
