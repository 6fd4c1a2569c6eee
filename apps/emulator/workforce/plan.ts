import type { Grant } from '../aws/portal/portal';

/** What an estate has for staff, as far as a laptop shows it. */
export interface WorkforcePlan {
  readonly tenantId: string;
  /** Domain of people's names. */
  readonly domain: string;
  readonly groups: readonly string[];
  /** Names of groups that are assigned to the application. */
  readonly assignedGroups: readonly string[];
  readonly people: readonly {
    readonly givenName: string;
    readonly surname: string;
    readonly userPrincipalName: string;
    readonly password: string;
    /** Name of the group in which somebody is at first. */
    readonly group: string;
  }[];
  readonly application: {
    readonly displayName: string;
    readonly identifier: string;
    readonly replyUrls: readonly [string, ...string[]];
    readonly signOnUrl: string;
    /** Attribute of a person that becomes the NameID, as a claims mapping policy names it. */
    readonly nameId: 'userprincipalname' | 'mail';
    /** Name of the certificate that signs first. */
    readonly certificate: string;
  };
  /** Mappings of users that differ from the template's; without an expression it goes. */
  readonly mappings: readonly { readonly target: string; readonly expression: string | undefined }[];
  readonly safeguards: { readonly notificationEmail: string; readonly deletionThreshold: number } | undefined;
  /** Ids that groups have in the Identity Store, by name. */
  readonly groupIds: ReadonlyMap<string, string>;
  /** Access that is deployed. */
  readonly grants: readonly Grant[];
}
