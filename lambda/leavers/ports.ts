import type { Assignments } from './assignments';
import type { IdentityStore } from './identity-store';
import type { Directory, StoreUser } from './people';
import type { Records } from './records';

/** Entra ID, as a run asks it. */
export interface Entra {
  /** Everybody who exists. */
  readonly directory: () => Promise<Directory>;
  /** Asks for one person alone, whether they exist. */
  readonly knows: (user: StoreUser) => Promise<boolean>;
}

/** Tools of a run. */
export interface Ports {
  readonly entra: Entra;
  readonly store: Pick<IdentityStore, 'users' | 'findUser' | 'memberships' | 'deleteMembership' | 'deleteUser'>;
  readonly assignments: Pick<Assignments, 'of' | 'delete'>;
  readonly records: Pick<
    Records,
    'observations' | 'remember' | 'forget' | 'lastSize' | 'noteRun' | 'audited' | 'steps' | 'close'
  >;
  readonly log: (event: Readonly<Record<string, unknown>>) => void;
}
