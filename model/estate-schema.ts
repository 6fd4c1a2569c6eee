import { z } from 'zod';
import { SelectionEntry } from './selector-schema';

const Name = z.string().min(1, { error: 'is empty' });

const CustomerManagedPolicyEntry = z.strictObject({
  name: Name.describe(
    'Name of a customer-managed policy that exists under this name in every account where the set is assigned.',
  ),
  path: z.string().describe('Path of the policy. Default: `/`.').optional(),
});

const BoundaryEntry = z
  .strictObject({
    managedPolicy: Name.describe('An AWS managed policy: name or ARN.').optional(),
    customerManagedPolicy: CustomerManagedPolicyEntry.optional(),
  })
  .refine((entry) => (entry.managedPolicy === undefined) !== (entry.customerManagedPolicy === undefined), {
    error: 'needs exactly one kind of policy',
    params: { allowed: 'managedPolicy or customerManagedPolicy' },
  });

const AcknowledgementEntry = z.strictObject({
  rule: Name.describe('Id of the rule, such as `IdentityCenter-IC1`.'),
  reason: z
    .string()
    .min(10, { error: 'is too short to be a reason' })
    .describe('Why the rule does not apply here; at least ten characters.'),
});

const GrantableEntry = z.strictObject({
  groups: z.array(Name).describe('The only groups that may be granted this set. Default: any.').optional(),
  accounts: SelectionEntry.describe('The only accounts in which this set may be granted. Default: any.').optional(),
});

export const PermissionSetEntry = z.strictObject({
  name: Name.describe(
    '1 to 32 characters: letters, digits and `+=,.@_-`. A rename replaces the set, its assignments and role names.',
  ),
  description: z.string().describe('1 to 700 characters of Latin-1.').optional(),
  sessionDuration: z.string().describe('ISO 8601, PT1H to PT12H. Default: PT1H.').optional(),
  relayState: z
    .string()
    .describe('HTTPS address in the AWS console where a session starts; at most 240 characters.')
    .optional(),
  managedPolicies: z
    .array(Name)
    .describe('AWS managed policies by name (`job-function/ViewOnlyAccess`) or ARN; at most 20.')
    .optional(),
  customerManagedPolicies: z.array(CustomerManagedPolicyEntry).describe('At most 20.').optional(),
  inlinePolicy: z
    .record(z.string(), z.json({ error: 'is no JSON: a number that is infinite, or none at all' }))
    .describe('An IAM policy document as YAML or JSON; at most 10,240 characters without white space.')
    .optional(),
  inlinePolicyFile: z
    .string()
    .min(1, { error: 'is empty' })
    .describe("JSON file with the policy document, relative to the estate's folder.")
    .optional(),
  permissionsBoundary: BoundaryEntry.describe('Upper limit of what the set can allow.').optional(),
  tags: z
    .record(z.string(), z.string({ error: 'is no string: put it in quotes' }))
    .describe('Tags of the permission set; at most 50.')
    .optional(),
  grantable: GrantableEntry.describe('A guard rail: to whom and where this set may be granted.').optional(),
  acknowledge: z
    .array(AcknowledgementEntry)
    .describe('Rules of the policy checks that this set breaks on purpose.')
    .optional(),
});
export type PermissionSetEntry = z.infer<typeof PermissionSetEntry>;

export const GrantEntry = z.strictObject({
  group: Name.describe('Display name of the group, exactly as Entra ID and the Identity Store have it.'),
  permissionSets: z.array(Name).min(1, { error: 'is empty' }).describe('Names of permission sets of this estate.'),
  accounts: SelectionEntry,
  acknowledge: z
    .array(AcknowledgementEntry)
    .describe('Rules of the policy checks that this grant breaks on purpose.')
    .optional(),
});
export type GrantEntry = z.infer<typeof GrantEntry>;

export const AttributeEntry = z.strictObject({
  key: Name.describe('Session tag that policies refer to as `aws:PrincipalTag/<key>`.'),
  source: Name.describe('Where the value comes from, such as `${path:enterprise.costCenter}`.'),
});
export type AttributeEntry = z.infer<typeof AttributeEntry>;

export const GroupEntry = z.strictObject({
  name: Name.describe('Display name, unique in the tenant; 1 to 256 characters.'),
  description: z.string().describe('What its members do; at most 1,024 characters.').optional(),
  adopt: z
    .boolean()
    .describe('Whether the group exists already and is only looked up. Default: false, the group is created.')
    .optional(),
});
export type GroupEntry = z.infer<typeof GroupEntry>;

/** Lists whose items stand for themselves: a faulty item is reported and set aside, the others are checked all the same. */
export const EstateFile = z.strictObject({
  workforce: z
    .strictObject({ groups: z.array(GroupEntry).describe("Groups of the organization's own people in Entra ID.") })
    .describe("The organization's own people: groups in Entra ID that reach AWS.")
    .optional(),
  access: z
    .strictObject({
      deployFrom: z
        .enum(['management', 'delegated-admin'])
        .describe('The account from which IAM Identity Center is deployed. Default: management.')
        .optional(),
      attributes: z
        .array(AttributeEntry)
        .describe('Attributes for access control (ABAC) of the instance; at most 50.')
        .optional(),
      permissionSets: z.array(PermissionSetEntry),
      grants: z.array(GrantEntry),
    })
    .describe('Who may do what in which AWS account.')
    .optional(),
});
export type EstateFile = z.infer<typeof EstateFile>;
