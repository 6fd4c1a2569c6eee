/** Settings of a group of Entra ID, beside its name and its members. */
export interface GroupSettings {
  /** Rule that decides who is a member; undefined where people are added. */
  readonly membershipRule: string | undefined;
  /** True if the rule is not applied for now. */
  readonly isPaused: boolean;
  readonly isAssignableToRoles: boolean;
  /** True if it comes from on-premises, where alone it can be changed. */
  readonly isSynchronized: boolean;
  /** User principal names, sorted. */
  readonly owners: readonly string[];
  /** Names of the applications that own it, sorted. */
  readonly owningApplications: readonly string[];
}
