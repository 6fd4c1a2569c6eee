import type { Path } from '../../source/finding';
import { CONCURRENCY, RATE_LIMIT } from './hosting-limits';

/** The kind of environment; it decides what is kept, protected and paid for. */
export type EnvironmentType = 'sandbox' | 'production';

export type Platform = 'app-runner' | 'ecs-express';

/** The two applications of the customers. */
export type ServiceName = 'web' | 'api';

/** The customer application on AWS. */
export interface Hosting {
  readonly at: Path;
  readonly environment: EnvironmentType;
  /** AWS account that it is deployed to: 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly platform: Platform;
  /**
   * Public origin of the web: `https://claims.example.com`. It follows from the domain; without one it is absent until the
   * first deployment made one.
   */
  readonly url?: string;
  readonly domain?: CustomDomain;
  readonly web: ServiceSize;
  readonly api: ServiceSize;
  /** The VPC from which alone the API can be reached; without it, the API is public. */
  readonly privateApi?: PrivateNetwork;
  readonly kmsKeys: 'aws-owned' | 'customer';
  /** Requests of one address to the web in five minutes. */
  readonly rateLimit: number;
  /** Who is told of alarms. */
  readonly alarmEmails: readonly string[];
  readonly logRetentionDays: number;
}

/** How large a service is, and how it grows. */
export interface ServiceSize {
  readonly at: Path;
  /** CPU units: 1024 are a vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Requests that an instance answers at once before another one starts (App Runner). */
  readonly concurrency: number;
}

export interface PrivateNetwork {
  readonly at: Path;
  readonly vpcId: string;
  /** Private subnets with a way to the internet, in two availability zones at least. */
  readonly subnetIds: readonly string[];
}

/** A domain of one's own for the web, which its hosted zone in Route 53 leads to the service. */
export interface CustomDomain {
  readonly at: Path;
  /** `claims.example.com` */
  readonly name: string;
  /** Hosted zone of the same account, which has the name or a parent of it. */
  readonly hostedZone: { readonly id: string; readonly name: string };
}

/** The origin that a domain gives the web. */
export function originOf({ name }: Pick<CustomDomain, 'name'>): string {
  return `https://${name}`;
}

/** What depends on the kind of environment. */
export interface Protection {
  /** Whether tables, keys and secrets stay when their stack is deleted. */
  readonly retainsData: boolean;
  readonly terminationProtection: boolean;
  readonly deletionProtection: boolean;
  /** Whether the policies' table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
}

export const PROTECTION: Readonly<Record<EnvironmentType, Protection>> = {
  sandbox: {
    retainsData: false,
    terminationProtection: false,
    deletionProtection: false,
    pointInTimeRecovery: false,
  },
  production: {
    retainsData: true,
    terminationProtection: true,
    deletionProtection: true,
    pointInTimeRecovery: true,
  },
};

type Defaults = Pick<Hosting, 'kmsKeys' | 'rateLimit' | 'logRetentionDays'> & {
  readonly size: Omit<ServiceSize, 'at'>;
};

/** Values of keys that the estate leaves out: the cheapest that work, or what production is run with. */
export const HOSTING_DEFAULTS: Readonly<Record<EnvironmentType, Defaults>> = {
  sandbox: {
    kmsKeys: 'aws-owned',
    rateLimit: RATE_LIMIT.default,
    logRetentionDays: 30,
    size: { cpu: 256, memory: 512, minInstances: 1, maxInstances: 2, concurrency: CONCURRENCY.default },
  },
  production: {
    kmsKeys: 'customer',
    rateLimit: RATE_LIMIT.default,
    logRetentionDays: 365,
    size: { cpu: 1024, memory: 2048, minInstances: 2, maxInstances: 10, concurrency: CONCURRENCY.default },
  },
};
