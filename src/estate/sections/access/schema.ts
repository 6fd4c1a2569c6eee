import { z } from 'zod';
import {
  ATTRIBUTE_COUNT,
  ATTRIBUTE_KEY_LENGTH,
  CUSTOMER_POLICY_NAME,
  CUSTOMER_POLICY_PATH,
  CUSTOMER_POLICY_PATH_LENGTH,
  DEFAULT_SESSION,
  INLINE_POLICY_BYTES,
  INLINE_POLICY_CHARACTERS,
  POLICIES_OF_A_KIND,
  REASON_LENGTH,
  RELAY_STATE_LENGTH,
  SET_DESCRIPTION_LENGTH,
  SET_NAME,
  TAG_COUNT,
} from '../limits';
import { Name } from '../shared/name';
import { SelectionEntry } from './selector-schema';

const Json = z
  .json({ error: 'is no JSON: a number that is infinite, or none at all' })
  .meta({ id: 'Json', description: 'Any JSON value.' });

export const CustomerManagedPolicyEntry = z
  .strictObject({
    name: Name.meta({
      description:
        'Name of a policy that exists, under this name and path, in every account where the set is assigned.',
      pattern: CUSTOMER_POLICY_NAME.source,
    }),
    path: z
      .string()
      .meta({
        description: 'Path of the policy.',
        default: '/',
        pattern: CUSTOMER_POLICY_PATH.source,
        maxLength: CUSTOMER_POLICY_PATH_LENGTH,
      })
      .optional(),
  })
  .meta({ id: 'CustomerManagedPolicy', description: 'A customer-managed policy, by name and path.' });

export const BoundaryEntry = z
  .strictObject({
    managedPolicy: Name.describe('An AWS managed policy: name or ARN.').optional(),
    customerManagedPolicy: CustomerManagedPolicyEntry.describe('A policy of the account itself.').optional(),
  })
  .refine((entry) => (entry.managedPolicy === undefined) !== (entry.customerManagedPolicy === undefined), {
    error: 'needs exactly one kind of policy',
    params: { allowed: 'managedPolicy or customerManagedPolicy' },
  })
  .meta({
    id: 'PermissionsBoundary',
    description: 'Upper limit of what a set can allow: exactly one kind of policy.',
    oneOf: [{ required: ['managedPolicy'] }, { required: ['customerManagedPolicy'] }],
  });

const AcknowledgementEntry = z
  .strictObject({
    rule: Name.describe('Id of the rule, such as `IdentityCenter-IC1`.'),
    reason: z
      .string()
      .min(REASON_LENGTH, { error: 'is too short to be a reason' })
      .describe('Why the rule does not apply here.'),
  })
  .meta({ id: 'Acknowledgement', description: 'A rule of the policy checks that is broken on purpose, and why.' });

const GrantableEntry = z.strictObject({
  groups: z.array(Name).describe('The only groups that may be granted this set; without it, any.').optional(),
  accounts: SelectionEntry.describe('The only accounts in which this set may be granted; without it, any.').optional(),
});

export const PermissionSetEntry = z.strictObject({
  name: Name.meta({
    description:
      'Letters, digits and `+=,.@_-`. A rename replaces the set, its assignments and the names of its roles.',
    pattern: SET_NAME.source,
  }),
  description: z
    .string()
    .meta({
      description: 'What people read in the access portal. Characters of Latin-1.',
      minLength: 1,
      maxLength: SET_DESCRIPTION_LENGTH,
    })
    .optional(),
  sessionDuration: z
    .string()
    .meta({
      description: 'ISO 8601, from PT1H to PT12H.',
      default: DEFAULT_SESSION,
      pattern: '^PT(\\d+H)?(\\d+M)?(\\d+S)?$',
      examples: ['PT8H', 'PT1H30M'],
    })
    .optional(),
  relayState: z
    .string()
    .meta({
      description: 'HTTPS address in the AWS console where a session starts.',
      pattern: '^[hH][tT][tT][pP][sS]://',
      maxLength: RELAY_STATE_LENGTH,
    })
    .optional(),
  managedPolicies: z
    .array(Name)
    .meta({
      description: 'AWS managed policies by name (`job-function/ViewOnlyAccess`) or ARN.',
      maxItems: POLICIES_OF_A_KIND,
    })
    .optional(),
  customerManagedPolicies: z
    .array(CustomerManagedPolicyEntry)
    .meta({
      description: 'Policies that exist in every account where the set is assigned.',
      maxItems: POLICIES_OF_A_KIND,
    })
    .optional(),
  inlinePolicy: z
    .record(z.string(), Json)
    .describe(
      `An IAM policy document as YAML or JSON: at most ${count(INLINE_POLICY_CHARACTERS)} characters without white space, and ${count(INLINE_POLICY_BYTES)} bytes.`,
    )
    .optional(),
  inlinePolicyFile: z
    .string()
    .min(1, { error: 'is empty' })
    .describe("JSON file with the policy document, relative to the estate's folder. Not beside `inlinePolicy`.")
    .optional(),
  permissionsBoundary: BoundaryEntry.describe('Upper limit of what the set can allow.').optional(),
  tags: z
    .record(z.string(), z.string({ error: 'is no string: put it in quotes' }))
    .meta({ description: 'Tags of the permission set.', maxProperties: TAG_COUNT })
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
  accounts: SelectionEntry.describe('Where the group gets the permission sets.'),
  acknowledge: z
    .array(AcknowledgementEntry)
    .describe('Rules of the policy checks that this grant breaks on purpose.')
    .optional(),
});
export type GrantEntry = z.infer<typeof GrantEntry>;

export const AttributeEntry = z.strictObject({
  key: Name.meta({
    description: 'Session tag that policies refer to as `aws:PrincipalTag/<key>`.',
    maxLength: ATTRIBUTE_KEY_LENGTH,
  }),
  source: Name.describe('Where the value comes from, such as `${path:enterprise.costCenter}`.'),
});
export type AttributeEntry = z.infer<typeof AttributeEntry>;

export const AccessEntry = z
  .strictObject({
    deployFrom: z
      .enum(['management', 'delegated-admin'])
      .meta({ description: 'The account from which IAM Identity Center is deployed.', default: 'management' })
      .optional(),
    attributes: z
      .array(AttributeEntry)
      .meta({
        description: 'Attributes for access control (ABAC) of the instance.',
        maxItems: ATTRIBUTE_COUNT,
      })
      .optional(),
    permissionSets: z.array(PermissionSetEntry).describe('What can be granted.'),
    grants: z.array(GrantEntry).describe('Who gets what where. Grants add up; their order means nothing.'),
  })
  .describe('Who may do what in which AWS account.');
export type AccessEntry = z.infer<typeof AccessEntry>;

function count(number: number): string {
  return number.toLocaleString('en-US');
}
