import type { B2cFaults } from './faults';
import type { SigningKeys } from './keys';
import type { Registrations } from './registrations';
import { serviceOf } from './services/service';
import type { Entries } from './store/entries';
import type { Inbox } from './store/inbox';
import type { Users } from './store/users';

/** Origins under which the emulator is reached. */
export interface Origins {
  /** By browsers, and in the issuer. */
  readonly browser: string;
  /** By the applications. */
  readonly applications: string;
}

/** What everything in the emulator works on. */
export interface Parts {
  readonly registrations: Registrations;
  readonly origins: Origins;
  readonly users: Users;
  readonly inbox: Inbox;
  readonly entries: Entries;
  readonly keys: SigningKeys;
  readonly faults: B2cFaults;
  readonly cookieKeys: readonly string[];
  readonly rotateRefreshTokens: boolean;
  readonly now: () => Date;
}

/** One issuer for all flows. */
export function issuerOf({ origins, registrations }: Pick<Parts, 'origins' | 'registrations'>): string {
  return serviceOf(registrations).issuerOf(origins.browser, registrations.tenantId);
}
