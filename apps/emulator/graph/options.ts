import type { BaseOptions } from '../base/server';
import type { FaultRule } from './faults';
import type { Quirks } from './quirks';
import type { GraphClient, Tenant } from './settings';
import type { LagSettings } from './store/visibility';

/** The data folder keeps the certificates too. */
export interface GraphEmulatorOptions extends BaseOptions {
  /** Folder of the authority that signs its certificate, which other emulators may have too. @default data */
  readonly authority?: string;
  /** Name under which clients reach it; in its certificate and in the URLs that it hands out. @default localhost */
  readonly publicHost?: string;
  /** Port of Graph over plain HTTP. @default 0: any that is free */
  readonly graphPort?: number;
  /** Port of metadata, tokens and Graph over TLS. @default 0: any that is free */
  readonly tlsPort?: number;
  readonly tenant?: Partial<Tenant>;
  /** The application that deploys. The secret is drawn unless it is given. */
  readonly deployer?: Partial<GraphClient>;
  /** Further applications that may ask for a token. @default none */
  readonly clients?: readonly GraphClient[];
  /** Display names of groups that exist from the start; `NAME=GUID` has that object id. @default none */
  readonly groups?: readonly string[];
  /** User principal names of users that exist from the start. @default none */
  readonly users?: readonly string[];
  /** Ids in Azure of user-assigned managed identities that exist from the start. @default none */
  readonly managedIdentities?: readonly string[];
  /** Most reads that do not see a change; each change draws its own. @default 2 for each kind of change */
  readonly lag?: Omit<LagSettings, 'seed'>;
  /** Requests of which one is answered 429. @default 25 */
  readonly throttle?: number;
  readonly faults?: readonly FaultRule[];
  /** Addresses of other services, and what stands for each on this machine: a sign-in leads there. @default none */
  readonly standIns?: Readonly<Record<string, string>>;
  /** Decides what is not seen yet, and which requests are throttled or hit by a fault with a probability. @default drawn */
  readonly seed?: number;
  readonly quirks?: Partial<Quirks>;
  readonly now?: () => Date;
  /** Waits for a slow answer. @default by a timer */
  readonly wait?: (milliseconds: number) => Promise<void>;
}
