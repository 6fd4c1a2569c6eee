/** Limits of the hosting section. Checks enforce them; the JSON Schema and the reference tell them. */

/** App Runner API, CreateAutoScalingConfiguration. */
export const INSTANCES = { min: 1, max: 25 } as const;
export const CONCURRENCY = { min: 1, max: 200, default: 100 } as const;

/** App Runner API, CreateService: 4 to 40 characters; `-web` and `-api` are added to the estate's name. */
export const HOSTED_ESTATE_NAME = /^[A-Za-z][A-Za-z0-9-]{0,35}$/;

/** AWS WAF API, RateBasedStatement: requests in five minutes. */
export const RATE_LIMIT = { min: 10, max: 2_000_000_000, default: 2000 } as const;

/** CloudWatch Logs API, PutRetentionPolicy. */
export const RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Sizes that the platforms offer: memory in MiB by CPU units (1024 are a vCPU). */
export type Sizes = Readonly<Record<string, readonly number[]>>;

/** App Runner Developer Guide, 'vCPU and memory supported configurations'. */
export const APP_RUNNER_SIZES: Sizes = {
  256: [512, 1024],
  512: [1024],
  1024: [2048, 3072, 4096],
  2048: [4096, 6144],
  4096: [8192, 10_240, 12_288],
};

/** Amazon ECS Developer Guide, 'Task CPU and memory' of Fargate on Linux, up to four vCPUs. */
export const FARGATE_SIZES: Sizes = {
  256: [512, 1024, 2048],
  512: gibibytes(1, 4),
  1024: gibibytes(2, 8),
  2048: gibibytes(4, 16),
  4096: gibibytes(8, 30),
};

function gibibytes(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => (from + index) * 1024);
}

/** A name of the DNS that customers type: lower case, two labels at least, no wildcard. */
export const DOMAIN_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
/** Route 53 API, ResourceId. */
export const HOSTED_ZONE_ID = /^Z[A-Z0-9]{1,31}$/;

export const VPC_ID = /^vpc-[0-9a-f]{8,17}$/;
export const SUBNET_ID = /^subnet-[0-9a-f]{8,17}$/;
export const SECURITY_GROUP_ID = /^sg-[0-9a-f]{8,17}$/;
/** Amazon ECS API, AwsVpcConfiguration: most subnets and security groups of a service. */
export const NETWORK_SIZE = { subnets: 16, securityGroups: 5 } as const;

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
