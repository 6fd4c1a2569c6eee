/** A user of the Identity Store. */
export interface StoreUser {
  readonly id: string;
  readonly userName: string;
  readonly isEnabled: boolean;
  /** As provisioning writes them, mostly the Entra object id; none where somebody made the user by hand. */
  readonly externalIds: readonly string[];
  readonly emails: readonly string[];
}

/** All by which Entra ID may know a user of the Identity Store. */
export function identifiersOf({ userName, externalIds, emails }: StoreUser): readonly string[] {
  return [...externalIds, userName, ...emails].filter((identifier) => identifier !== '');
}

/** The people who exist in Entra ID. */
export interface Directory {
  /** Distinct people. */
  readonly size: number;
  /** The time at which Entra ID answered, by its own clock. */
  readonly asOf: Date;
  /** Tells whether somebody has this id, name or mail address, in whatever case and composition. */
  has(identifier: string): boolean;
}

/** Reason why somebody counts as gone. */
export type Absence = 'disabled' | 'unknown to Entra ID';

/** Somebody who counts as gone, as runs saw it. */
export interface Observation {
  readonly userId: string;
  readonly userName: string;
  readonly absence: Absence;
  /** Time of the run that first saw it, in ISO 8601. */
  readonly since: string;
  /** Time of the run that last saw it, in ISO 8601. */
  readonly lastSeen: string;
  /** Runs that saw it, those within half a day of another left out. */
  readonly sightings: number;
  /** Prefix of the audit record's steps; absent until the removal of the user begins. */
  readonly removal?: string;
}
