import { z } from 'zod';
import { Json, located, wholeRecord } from '../../source/located';
import { parseDuration } from '../durations';
import {
  APPLICATION_ARN,
  DEFAULT_SESSION,
  INLINE_POLICY_BYTES,
  INLINE_POLICY_CHARACTERS,
  INSTANCE_KEY,
  MANAGED_POLICY_CHARACTERS,
  RELAY_STATE_LENGTH,
  SESSION_PATTERN,
  SESSIONS,
  TAG_COUNT,
} from '../limits';
import {
  awsRegion,
  formed,
  matching,
  Name,
  notTogether,
  once,
  oneKeyOf,
  parsed,
  previousNames,
  Reason,
  short,
} from '../shared/rules';
import {
  AttributesEntry,
  DOCUMENT_FORM,
  LATIN,
  OF_A_KIND,
  POLICY_NAME,
  POLICY_PATH,
  RELAY_STATE,
  SESSION,
  SET_DESCRIPTION,
  SET_NAME,
  TAGS,
} from './set-rules';
import {
  acknowledged,
  AcknowledgementEntry,
  ExcludedAccountEntry,
  GrantEntry,
  ManagedElsewhereEntry,
  repeatedEntry,
  SelectionEntry,
  tagsOf,
} from './grant-schema';

/** CloudFormation quotas: description of a stack set. */
const POLICY_DESCRIPTION_LENGTH = 1_024;

const CONTENTS = ['document', 'documentFile', 'managedElsewhere'] as const;

/** A customer-managed policy: one of the estate, or one that somebody else keeps in the accounts. */
const PolicyEntry = located(
  z
    .strictObject({
      name: Name.meta({
        description: 'Name of the policy; an account has it once, whatever the path.',
        ...POLICY_NAME,
      }),
      path: z
        .string()
        .meta({
          description: "Path of the policy. IAM can't change it later: give the policy another name with it.",
          ...POLICY_PATH,
        })
        .default('/'),
      description: z
        .string()
        .meta({
          description: 'Purpose of the policy, for reviews and for the list of stack sets.',
          ...short('description-length', { min: 1, max: POLICY_DESCRIPTION_LENGTH }),
        })
        .exactOptional(),
      document: wholeRecord(z.string(), Json)
        .meta({
          description: `An IAM policy document as YAML or JSON: at most ${MANAGED_POLICY_CHARACTERS.toLocaleString('en-US')} characters without white space.`,
          ...DOCUMENT_FORM,
        })
        .exactOptional(),
      documentFile: Name.describe(
        "JSON file with the policy document, relative to the estate's folder.",
      ).exactOptional(),
      managedElsewhere: Reason.describe(
        'Says who keeps the policy in the accounts. The estate refers to it and leaves it alone.',
      ).exactOptional(),
      accounts: SelectionEntry.describe(
        'Accounts that have the policy. May be left out with `managedElsewhere`: then every account has it.',
      ).exactOptional(),
    })
    .superRefine((entry, context) => {
      const given = CONTENTS.filter((key) => entry[key] !== undefined);
      const fault = (message: string, allowed: string): void => {
        context.addIssue({ code: 'custom', message, params: { allowed } });
      };
      if (given.length !== 1) {
        const what = given.length === 0 ? 'has no document' : `mixes ${given.join(' and ')}`;
        fault(what, `exactly one of ${CONTENTS.join(', ')}`);
      }
      if (entry.accounts === undefined && entry.managedElsewhere === undefined)
        fault('names no accounts', 'accounts, with the same selectors as a grant');
    }),
).meta({
  id: 'Policy',
  description: 'A customer-managed policy: exactly one of `document`, `documentFile` and `managedElsewhere`.',
  ...notTogether(...CONTENTS),
  anyOf: CONTENTS.map((key) => ({ required: key === 'managedElsewhere' ? [key] : [key, 'accounts'] })),
});

/** An application of IAM Identity Center that exists, and the groups that are assigned to it. */
const ApplicationEntry = located(
  z.strictObject({
    name: Name.describe('Name of the application in this file and in reports; AWS may have another one.'),
    arn: Name.meta({
      description:
        'ARN of the application, as `aws sso-admin list-applications` and the console have it. Whoever makes the application does so elsewhere.',
      ...matching('application-arn', APPLICATION_ARN, {
        problem: 'is not the ARN of an application of IAM Identity Center',
        allowed: 'arn:aws:sso::123456789012:application/ssoins-…/apl-…',
      }),
    }),
    groups: z.array(Name.meta({ names: 'groups' })).meta({
      description: 'Groups whose members may use it, and no others. An empty list takes it from everybody.',
      ...once('duplicate-entry', { severity: 'warning', allowed: 'each group once' }),
    }),
  }),
).meta({
  id: 'Application',
  description: 'An application of IAM Identity Center, AWS-managed or customer-managed, and who may use it.',
});

export type PermissionsBoundary =
  | { readonly kind: 'managed'; readonly policy: string }
  | { readonly kind: 'customer-managed'; readonly policy: z.output<typeof CustomerManagedPolicyEntry> };

export const CustomerManagedPolicyEntry = z
  .strictObject({
    name: Name.meta({
      description:
        'Name of a policy that exists, under this name and path, in every account where the set is assigned.',
      ...POLICY_NAME,
    }),
    path: z
      .string()
      .meta({ description: 'Path of the policy.', ...POLICY_PATH })
      .default('/'),
  })
  .meta({ id: 'CustomerManagedPolicy', description: 'A customer-managed policy, by name and path.' });

export const ManagedPoliciesEntry = z
  .array(Name.meta({ names: 'managedPolicies' }))
  .meta({
    description: 'AWS managed policies by name (`job-function/ViewOnlyAccess`) or ARN.',
    ...OF_A_KIND,
  })
  .default([]);

export const BoundaryEntry = z
  .strictObject({
    managedPolicy: Name.meta({
      description: 'An AWS managed policy: name or ARN.',
      names: 'managedPolicies',
    }).exactOptional(),
    customerManagedPolicy: CustomerManagedPolicyEntry.describe('A policy of the account itself.').exactOptional(),
  })
  .refine((entry) => (entry.managedPolicy === undefined) !== (entry.customerManagedPolicy === undefined), {
    error: 'needs exactly one kind of policy',
    params: { allowed: 'managedPolicy or customerManagedPolicy' },
  })
  .transform(({ managedPolicy, customerManagedPolicy }): PermissionsBoundary => {
    if (managedPolicy !== undefined) return { kind: 'managed', policy: managedPolicy };
    if (customerManagedPolicy !== undefined) return { kind: 'customer-managed', policy: customerManagedPolicy };
    throw new Error('a permissions boundary needs a policy');
  })
  .meta({
    id: 'PermissionsBoundary',
    description: 'Upper limit of what a set can allow: exactly one kind of policy.',
    ...oneKeyOf('managedPolicy', 'customerManagedPolicy'),
  });

const SESSION_FAULT = {
  code: 'session-duration',
  problem: 'is not a valid ISO 8601 duration of hours and minutes',
  allowed: SESSIONS,
} as const;

const GrantableEntry = z.strictObject({
  groups: z
    .array(Name.meta({ names: 'groups' }))
    .describe('The only groups that may be granted this set; without it, any group.')
    .exactOptional(),
  accounts: SelectionEntry.describe(
    'The only accounts in which this set may be granted; without it, any account.',
  ).exactOptional(),
});

export const PermissionSetEntry = located(
  z.strictObject({
    name: Name.meta({
      description:
        "Letters, digits and `+=,.@_-`. AWS can't rename a set: another name makes another set, with assignments and roles of its own.",
      ...SET_NAME,
    }),
    previousNames: previousNames(
      'Names that the set had before. The preview then reports a rename: the people of the set neither lose nor gain access. They can go once it is deployed.',
    ),
    description: z
      .string()
      .meta({
        description: 'Text that people read in the access portal; characters of Latin-1.',
        ...SET_DESCRIPTION,
      })
      .meta(LATIN)
      .exactOptional(),
    sessionDuration: z
      .string()
      .meta({
        description: `ISO 8601, from ${SESSIONS}.`,
        ...formed(SESSION_PATTERN, SESSION_FAULT),
        examples: ['PT8H', 'PT1H30M'],
        ...SESSION,
      })
      .default(DEFAULT_SESSION)
      .transform(parsed(parseDuration, SESSION_FAULT)),
    relayState: z
      .string()
      .meta({
        description: 'HTTPS address in the AWS console where a session starts.',
        pattern: '^[hH][tT][tT][pP][sS]://',
        maxLength: RELAY_STATE_LENGTH,
        ...RELAY_STATE,
      })
      .exactOptional(),
    managedPolicies: ManagedPoliciesEntry,
    customerManagedPolicies: z
      .array(CustomerManagedPolicyEntry)
      .meta({
        description: 'Policies that exist in every account where the set is assigned.',
        ...OF_A_KIND,
      })
      .default([]),
    inlinePolicy: wholeRecord(z.string(), Json)
      .meta({
        description: `An IAM policy document as YAML or JSON: at most ${count(INLINE_POLICY_CHARACTERS)} characters without white space, and ${count(INLINE_POLICY_BYTES)} bytes.`,
        ...DOCUMENT_FORM,
      })
      .exactOptional(),
    inlinePolicyFile: Name.describe(
      "JSON file with the policy document, relative to the estate's folder. Can't be combined with `inlinePolicy`.",
    ).exactOptional(),
    permissionsBoundary: BoundaryEntry.describe('Upper limit of what the set can allow.').exactOptional(),
    tags: wholeRecord(z.string(), z.string({ error: 'is not a string: put it in quotes' }))
      .meta({ description: 'Tags of the permission set.', maxProperties: TAG_COUNT, ...TAGS })
      .default({})
      .transform(tagsOf),
    grantable: GrantableEntry.describe('A guard rail: to whom and where this set may be granted.').exactOptional(),
    acknowledge: z
      .array(AcknowledgementEntry)
      .describe('Rules of the policy checks that this set breaks on purpose.')
      .default([]),
  }),
)
  .transform(acknowledged)
  .meta(notTogether('inlinePolicy', 'inlinePolicyFile'));
export type PermissionSetEntry = z.input<typeof PermissionSetEntry>;

const IdentityCenterEntry = located(
  z.strictObject({
    kmsKey: Name.meta({
      description:
        'ARN of the customer-managed KMS key of the instance, in its primary Region. The roles of the pipeline and the leavers check may use it then. Without it, the instance has a key of AWS.',
      ...matching('instance-key', INSTANCE_KEY, {
        problem: 'is not the ARN of a KMS key',
        allowed: 'arn:aws:kms:<region>:<account>:key/<id>, and no alias',
      }),
    }).exactOptional(),
    additionalRegions: z
      .array(Name.meta(awsRegion('instance-region')))
      .meta({
        description: 'Regions to which the instance is replicated. Deployments go to its primary Region alone.',
        ...once('instance-region', { allowed: 'each Region once' }),
      })
      .default([]),
  }),
);

const RoleInventoryEntry = z
  .strictObject({
    readerRole: z
      .string()
      .regex(/^[\w+=,.@-]{1,64}$/, { error: 'is not a valid role name (1 to 64 letters, digits and +=,.@_-)' })
      .describe(
        'Name of a role in each account that may call `iam:GetAccountAuthorizationDetails` and trusts whoever takes the snapshot. The account of the credentials is read with them.',
      ),
  })
  .describe(
    'Lets `snapshot` read the roles of the active accounts into `aws-roles.json`, so that ways up end at roles that are there. Without it, no role is read.',
  );

export const AccessEntry = z
  .strictObject({
    deployFrom: z
      .enum(['management', 'delegated-admin'])
      .describe('The account from which IAM Identity Center is deployed.')
      .default('management'),
    identityCenter: IdentityCenterEntry.describe(
      'Settings of the instance of IAM Identity Center that its administrators make, and that roles and sign-in go by.',
    ).exactOptional(),
    attributes: AttributesEntry.default([]),
    policies: z
      .array(PolicyEntry)
      .describe(
        'Customer-managed policies that permission sets refer to. They are in the accounts before the sets are; an empty list takes the last ones away.',
      )
      .exactOptional(),
    roleInventory: RoleInventoryEntry.exactOptional(),
    excludedAccounts: z
      .array(ExcludedAccountEntry)
      .meta({
        description:
          'Accounts that no grant and no policy reaches: each takes access away. What AWS does not remove in an ACTIVE account fails the deployment; to give nothing new in one that AWS refuses to change, exclude it in the grant.',
        ...repeatedEntry('account', { problem: 'is excluded twice', allowed: 'each account once' }),
      })
      .default([]),
    permissionSets: z.array(PermissionSetEntry).meta({
      description: 'Permission sets that can be granted.',
      ...once('duplicate-permission-set', {
        key: 'name',
        problem: 'is the name of two permission sets',
        allowed: 'each name once, also among previousNames',
      }),
    }),
    grants: z
      .array(GrantEntry)
      .describe(
        'Permission sets that groups and, as exceptions, users get, and the accounts. Grants add up; their order has no meaning.',
      ),
    applications: z
      .array(ApplicationEntry)
      .meta({
        description: 'Applications of IAM Identity Center that exist, and the groups that may use each.',
        ...once('duplicate-application', { key: 'name', allowed: 'each application once' }),
      })
      .meta(once('duplicate-application', { key: 'arn', allowed: 'each application once' }))
      .default([]),
    managedElsewhere: ManagedElsewhereEntry.describe(
      'Access that TEAM, Granted, another program or a person manages: it does not count as drift, and nothing here changes it.',
    ).prefault({}),
  })
  .describe('Who may do what in which AWS account.');
export type AccessEntry = z.input<typeof AccessEntry>;

function count(number: number): string {
  return number.toLocaleString('en-US');
}
