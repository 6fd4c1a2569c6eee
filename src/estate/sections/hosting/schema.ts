import { z } from 'zod';
import {
  ACCOUNT_ID,
  AWS_REGION,
  CONCURRENCY,
  DOMAIN_NAME,
  HOSTED_ZONE_ID,
  INSTANCES,
  RATE_LIMIT,
  SUBNET_ID,
  VPC_ID,
} from './hosting-limits';
import { Name } from '../shared/name';

const ServiceEntry = z
  .strictObject({
    cpu: z.number().describe('CPU units: 1024 are a vCPU.').optional(),
    memory: z.number().describe('MiB; which of them depends on `cpu` and on the platform.').optional(),
    minInstances: z
      .number()
      .meta({ description: 'Instances that always run.', minimum: INSTANCES.min, maximum: INSTANCES.max })
      .optional(),
    maxInstances: z
      .number()
      .meta({ description: 'Instances that run at most.', minimum: INSTANCES.min, maximum: INSTANCES.max })
      .optional(),
    concurrency: z
      .number()
      .meta({
        description: 'Requests that an instance answers at once before another one starts. App Runner only.',
        default: CONCURRENCY.default,
        minimum: CONCURRENCY.min,
        maximum: CONCURRENCY.max,
      })
      .optional(),
  })
  .meta({ id: 'ServiceSize', description: 'How large a service is, and how it grows.' });
export type ServiceEntry = z.infer<typeof ServiceEntry>;

const PrivateApiEntry = z
  .strictObject({
    vpcId: Name.meta({ description: 'The VPC.', pattern: VPC_ID.source }),
    subnetIds: z
      .array(Name.meta({ pattern: SUBNET_ID.source }))
      .describe('Private subnets in two availability zones at least; the web reaches the internet through their NAT.'),
  })
  .describe('A VPC from which alone the API can be reached; without it, the API is public. App Runner only.');

const DomainEntry = z
  .strictObject({
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
  })
  .describe(
    'A domain of your own for the web, whose `https` origin is one of `customers.webApplication.hosts`. App Runner only.',
  );

export const HostingEntry = z
  .strictObject({
    environment: z
      .enum(['sandbox', 'production'])
      .describe('`production` keeps data, protects stacks and tables, and has larger defaults.'),
    account: Name.meta({
      description: 'AWS account that it is deployed to, one of the organization; in quotes.',
      pattern: ACCOUNT_ID.source,
    }),
    region: Name.meta({ description: 'AWS region: `eu-west-1`.', pattern: AWS_REGION.source }),
    platform: z
      .enum(['app-runner', 'ecs-express'])
      .describe('`app-runner` takes no new customers since 30 April 2026; `ecs-express` is ECS Express Mode.'),
    url: Name.describe(
      'Public origin of the web, one of `customers.webApplication.hosts`. Absent until the first deployment made one, or with `domain`, from which it follows.',
    ).optional(),
    domain: DomainEntry.optional(),
    web: ServiceEntry.describe('Size of the web; what is left out follows from `environment`.').optional(),
    api: ServiceEntry.describe('Size of the API; what is left out follows from `environment`.').optional(),
    privateApi: PrivateApiEntry.optional(),
    kmsKeys: z
      .enum(['aws-owned', 'customer'])
      .describe(
        'Whose keys encrypt tables, secrets, alarms and images. Another value replaces App Runner services. Without it, `customer` in production.',
      )
      .optional(),
    waf: z
      .strictObject({
        rateLimit: z
          .number()
          .meta({
            description: 'Requests of one address to the web in five minutes; more are refused.',
            default: RATE_LIMIT.default,
            minimum: RATE_LIMIT.min,
            maximum: RATE_LIMIT.max,
          })
          .optional(),
      })
      .describe('The web application firewall.')
      .optional(),
    alarms: z
      .strictObject({ emails: z.array(Name).describe('Addresses that confirm a subscription first.') })
      .describe('Who is told of alarms; without it, nobody.')
      .optional(),
    logRetentionDays: z
      .number()
      .describe('How long logs are kept, as CloudWatch Logs offers it. Without it, 30 days; 365 in production.')
      .optional(),
  })
  .describe('The customer application on AWS: two services, their tables, firewall and alarms.');
export type HostingEntry = z.infer<typeof HostingEntry>;
