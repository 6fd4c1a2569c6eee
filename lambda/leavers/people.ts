/** A user of the Identity Store. */
export interface StoreUser {
  readonly id: string;
  readonly userName: string;
  readonly isEnabled: boolean;
  /** Entra object id, as provisioning writes it; absent where somebody made the user by hand. */
  readonly externalId?: string;
}

/** Who exists in Entra ID: object ids and user principal names, in lower case. */
export interface Directory {
  readonly size: number;
  has(idOrName: string): boolean;
}

/** Why somebody counts as gone. */
export type Absence = 'disabled' | 'unknown to Entra ID';

/** What is remembered of somebody who counts as gone. */
export interface Observation {
  readonly userId: string;
  readonly userName: string;
  readonly absence: Absence;
  /** When a run first saw it, in ISO 8601. */
  readonly since: string;
  /** Whether the removal of the user has begun. */
  readonly isRemoving: boolean;
}
