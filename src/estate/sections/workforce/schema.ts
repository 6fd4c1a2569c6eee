import { z } from 'zod';
import { AUTHENTICATION_STRENGTHS, parseSignInFrequency } from './conditional-access';
import {
  CONDITIONAL_ACCESS_NAME_LENGTH,
  DAY,
  DEFAULT_MAPPINGS,
  APPLICATION_NAME_LENGTH,
  GROUP_DESCRIPTION_LENGTH,
  GROUP_NAME_LENGTH,
  GUID,
  MOMENT,
  REASON_LENGTH,
} from '../limits';
import { LeaversEntry } from '../leavers/schema';
import { Name } from '../shared/name';

const REQUIREMENTS = ['mfa', ...Object.keys(AUTHENTICATION_STRENGTHS)];

export const GroupEntry = z.strictObject({
  name: Name.meta({ description: 'Display name, unique in the tenant.', maxLength: GROUP_NAME_LENGTH }),
  description: z.string().meta({ description: 'What its members do.', maxLength: GROUP_DESCRIPTION_LENGTH }).optional(),
  adopt: z
    .boolean()
    .meta({
      description: 'Whether the group exists already and is only looked up; otherwise it is created.',
      default: false,
    })
    .optional(),
});
export type GroupEntry = z.infer<typeof GroupEntry>;

export const CertificateEntry = z.strictObject({
  name: Name.describe('Subject without `CN=`; unique in the application. Another name is another certificate.'),
  activeFrom: Name.meta({ description: 'Day in UTC on which it begins to sign.', pattern: DAY.source }),
  expires: Name.meta({ description: 'Day in UTC on which it ends; three years later at most.', pattern: DAY.source }),
});

const SamlEntry = z
  .strictObject({
    identifier: Name.describe(
      "Identity Center's issuer URL: `https://<region>.signin.aws.amazon.com/platform/saml/<directory id>`.",
    ),
    replyUrl: Name.describe(
      "Identity Center's ACS URL: `https://<region>.signin.aws.amazon.com/platform/saml/acs/<id>`.",
    ),
    signOnUrl: Name.describe('The AWS access portal: `https://d-1234567890.awsapps.com/start`.'),
    nameId: z
      .enum(['userPrincipalName', 'mail'])
      .meta({
        description: 'Attribute that becomes the NameID; it must be what provisioning writes as AWS user name.',
        default: 'userPrincipalName',
      })
      .optional(),
    notificationEmails: z
      .array(Name)
      .describe('Who is told before a signing certificate expires; without it, nobody.')
      .optional(),
    signingCertificates: z
      .array(CertificateEntry)
      .describe('Certificates with overlap; the one with the latest `activeFrom` that has come signs.'),
  })
  .describe('Single sign-on by SAML.');

const AcceptDeletionsEntry = z
  .strictObject({
    quarantinedSince: Name.meta({
      description:
        'Moment in UTC since which the job is in quarantine, as the error says it: it names the one event that is meant.',
      pattern: MOMENT.source,
    }),
    decidedOn: Name.meta({ description: 'Day on which it was decided.', pattern: DAY.source }),
    reason: z
      .string()
      .min(REASON_LENGTH, { error: 'is too short to be a reason' })
      .describe('Who decided that the deletions may go through, and why.'),
  })
  .describe(
    'Deletions that Entra ID holds back (`TooManyDeletes`) and that may go through, once. Without it such a quarantine is never lifted.',
  );

const ScimEntry = z
  .strictObject({
    endpoint: Name.describe(
      'SCIM endpoint of Identity Center: `https://scim.<region>.amazonaws.com/<tenant>/scim/v2`. Its token is secret configuration of the stack.',
    ),
    tokenExpires: Name.meta({
      description:
        'Day in UTC on which the token ends, as Manage provisioning shows it. Written anew with every token: reminders and checks go by it.',
      pattern: DAY.source,
    }),
    running: z.boolean().meta({ description: 'Whether the job runs.', default: true }).optional(),
    attributeMappings: z
      .array(
        z.strictObject({
          target: Name.describe('Attribute at Identity Center: `externalId`.'),
          source: Name.describe('Attribute of the directory: `objectId`.'),
        }),
      )
      .meta({
        description: 'Attributes that are mapped otherwise than the template does.',
        default: DEFAULT_MAPPINGS,
      })
      .optional(),
    acceptDeletions: AcceptDeletionsEntry.optional(),
  })
  .describe('Automatic provisioning of users and groups; without it, none.');

export const ConditionalAccessEntry = z
  .strictObject({
    displayName: Name.meta({
      description: 'Name of the policy. Without it, `Sign in to <name of the application>`.',
      maxLength: CONDITIONAL_ACCESS_NAME_LENGTH,
    }).optional(),
    state: z
      .enum(['reportOnly', 'enabled'])
      .meta({
        description: 'Whether sign-ins that do not meet it fail, or are only reported in the sign-in log.',
        default: 'reportOnly',
      })
      .optional(),
    require: z
      .string()
      .refine((word) => REQUIREMENTS.includes(word) || GUID.test(word), {
        error: 'is no requirement: mfa, a built-in authentication strength, or the id of one',
      })
      .meta({
        description:
          '`mfa`: any second factor. A built-in authentication strength (`multifactor`, `passwordless`, `phishing-resistant`), or the id of one of the tenant.',
        default: 'mfa',
        examples: REQUIREMENTS,
      })
      .optional(),
    signInFrequency: z
      .string()
      .refine((text) => parseSignInFrequency(text) !== undefined, {
        error: 'is no sign-in frequency: PT1H to PT23H, P1D to P365D, or everyTime',
      })
      .meta({
        description: 'When people give their factors again: PT1H to PT23H, P1D to P365D, or `everyTime`.',
        examples: ['PT8H'],
      })
      .optional(),
    excludedGroups: z
      .array(Name)
      .describe(
        'Groups of `workforce.groups` whose direct and nested members are not asked: emergency access accounts.',
      )
      .optional(),
    managedElsewhere: z
      .string()
      .min(REASON_LENGTH, { error: 'is too short to be a reason' })
      .describe('Instead of all other keys: which policy outside of the estate covers the application.')
      .optional(),
  })
  .refine((entry) => entry.managedElsewhere === undefined || Object.values(entry).filter(isGiven).length === 1, {
    error: 'mixes a policy of the estate with managedElsewhere',
    params: { allowed: 'managedElsewhere alone, or a policy' },
  })
  .describe(
    'A Conditional Access policy for this application; it covers everybody but the excluded groups. Needs Entra ID P1.',
  );
export type ConditionalAccessEntry = z.infer<typeof ConditionalAccessEntry>;

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

export const AwsApplicationEntry = z
  .strictObject({
    displayName: Name.meta({
      description: 'Name of the enterprise application, and of its tile at My Apps.',
      maxLength: APPLICATION_NAME_LENGTH,
    }),
    template: z
      .enum(['gallery', 'non-gallery'])
      .meta({
        description: "The gallery's template for AWS IAM Identity Center, or the one for applications of one's own.",
        default: 'gallery',
      })
      .optional(),
    saml: SamlEntry,
    assignedGroups: z
      .array(Name)
      .describe('Groups that are assigned to the application, and so provisioned; without it, every group of `groups`.')
      .optional(),
    scim: ScimEntry.optional(),
    conditionalAccess: ConditionalAccessEntry.optional(),
  })
  .describe('The enterprise application that takes them to AWS IAM Identity Center.');
export type AwsApplicationEntry = z.infer<typeof AwsApplicationEntry>;

export const WorkforceEntry = z
  .strictObject({
    tenantId: Name.meta({
      description: 'The Entra tenant. Needed for `awsApplication`.',
      pattern: GUID.source,
    }).optional(),
    groups: z.array(GroupEntry).describe('Groups in Entra ID.'),
    awsApplication: AwsApplicationEntry.optional(),
    alarms: z
      .strictObject({ emails: z.array(Name).describe('Addresses that confirm a subscription first.') })
      .describe(
        'Who is told before the SCIM token ends, and of people who have left; without it, nobody, and no stack watches.',
      )
      .optional(),
    leavers: LeaversEntry.optional(),
  })
  .describe("The organization's own people: groups in Entra ID that reach AWS.");
export type WorkforceEntry = z.infer<typeof WorkforceEntry>;
