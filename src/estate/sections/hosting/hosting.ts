import type { Output } from '../../source/located';
import type { HostingEntry } from './schema';

export type Hosting = Output<typeof HostingEntry>;
/** The kind of environment; it decides what is kept, protected and paid for. */
export type EnvironmentType = Hosting['environment'];
/** The two applications of the example. */
export const SERVICES = ['web', 'api'] as const;
export type ServiceName = (typeof SERVICES)[number];
/** A service that the estate declares. */
export type DeclaredService = Hosting['services'][number];
/** Tells a service of this hosting from one that runs elsewhere. */
export function runsHere({ runs }: DeclaredService): boolean {
  return runs === 'here';
}

/** True unless every service runs elsewhere, so that there is no stack of services. */
export function runsServices({ services }: Pick<Hosting, 'services'>): boolean {
  return services.length === 0 || services.some(runsHere);
}

/** A variable of a service; one key besides its name gives its value. */
export type Variable = DeclaredService['environment'][number];
export type ServiceSize = Omit<Hosting[ServiceName], 'at'>;
/** Keys of a service. */
export type ServiceProperty = keyof ServiceSize;
/** Numbers of instances, and what adds one. */
export type ScalingProperty = Exclude<ServiceProperty, 'cpu' | 'memory'>;
/** Subnets of one's own, of services of ECS Express Mode. */
export type OwnNetwork = NonNullable<Hosting['network']>;
export type PrivateNetwork = NonNullable<Hosting['privateApi']>;
export type CustomDomain = NonNullable<Hosting['domain']>;

/** Folder of a team's repository that has an application of its own, as `init --application` writes it. */
export const APPLICATION_FOLDER = 'application';

/** Settings that depend on the kind of environment. */
export interface Protection {
  /** True if tables, keys and secrets stay when their stack is deleted. */
  readonly retainsData: boolean;
  readonly terminationProtection: boolean;
  readonly deletionProtection: boolean;
  /** True if the policies' table can be restored to any second of the last 35 days. */
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
