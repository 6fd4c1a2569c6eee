import { z } from 'zod';

/** Attributes of a person's employment, in RFC 7643, 4.3. */
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const Text = z.string().min(1).max(1024);

/** "Only single values are permitted" of multi-valued attributes ('CreateUser', constraints). */
const one = <Item extends z.ZodType>(item: Item): z.ZodArray<Item> => z.array(item).max(1);

const Place = z.strictObject({
  formatted: Text.optional(),
  streetAddress: Text.optional(),
  locality: Text.optional(),
  region: Text.optional(),
  postalCode: Text.optional(),
  country: Text.optional(),
  type: Text.optional(),
  primary: z.boolean().optional(),
});

const Valued = z.strictObject({ value: Text, type: Text.optional(), primary: z.boolean().optional() });

/**
 * A user's attributes that IAM Identity Center keeps; others are refused. Pages 'CreateUser' and 'Limitations from SCIM
 * specification' of its SCIM developer guide: four are required, and the e-mail address must be the primary one.
 */
export const UserAttributes = z.strictObject({
  userName: z.string().regex(/^\S{1,128}$/),
  externalId: Text.optional(),
  name: z.strictObject({
    givenName: Text,
    familyName: Text,
    formatted: Text.optional(),
    middleName: Text.optional(),
    honorificPrefix: Text.optional(),
    honorificSuffix: Text.optional(),
  }),
  displayName: Text,
  nickName: Text.optional(),
  profileUrl: Text.optional(),
  title: Text.optional(),
  userType: Text.optional(),
  preferredLanguage: Text.optional(),
  locale: Text.optional(),
  timezone: Text.optional(),
  active: z.boolean().default(true),
  emails: one(Valued.extend({ primary: z.literal(true) })).optional(),
  phoneNumbers: one(Valued).optional(),
  addresses: one(Place).optional(),
  roles: one(Valued).optional(),
  [ENTERPRISE]: z
    .strictObject({
      employeeNumber: Text.optional(),
      costCenter: Text.optional(),
      organization: Text.optional(),
      division: Text.optional(),
      department: Text.optional(),
      manager: z.strictObject({ value: Text, $ref: z.string().nullish() }).optional(),
    })
    .optional(),
});

/** 'CreateGroup': "displayName is required". */
export const GroupAttributes = z.strictObject({ displayName: Text, externalId: Text.optional() });

export interface Dated {
  /** Id in the Identity Store; Entra's object id is in `externalId` if the mapping has it. */
  readonly id: string;
  readonly created: string;
  readonly lastModified: string;
}

export type UserDraft = Readonly<z.output<typeof UserAttributes>>;
export type IdentityUser = UserDraft & Dated;

export type GroupDraft = Readonly<z.output<typeof GroupAttributes>> & { readonly members: readonly string[] };
export type IdentityGroup = GroupDraft & Dated;

/** A user as it is kept in a file. */
const Kept = { id: z.string(), created: z.string(), lastModified: z.string() };
export const KeptUser = UserAttributes.extend(Kept);
export const KeptGroup = GroupAttributes.extend({ ...Kept, members: z.array(z.string()) });
