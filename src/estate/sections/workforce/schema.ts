import { z } from 'zod';
import type { Path } from '../../source/finding';
import { located, locatedTexts } from '../../source/located';
import { isMoment } from '../durations';
import {
  ACS_URL,
  CERTIFICATE_NAME,
  DEFAULT_MAPPINGS,
  MOMENT,
  PORTAL_HOST,
  SAML_ISSUER,
  SCIM_ENDPOINT,
  TEMPLATE_TARGETS,
} from '../limits';
import { LeaversEntry } from './leavers/schema';
import {
  Accepted,
  AlarmEmails,
  calendarDay,
  dayForm,
  holding,
  matching,
  Name,
  nameMatching,
  notTogether,
  once,
  oneKeyOf,
  Reason,
  some,
  sound,
  TenantId,
  titled,
  type Words,
} from '../shared/rules';
import { inAnyCase, masked } from '../shared/issue';
import { ConditionalAccessEntry, signInOf } from './conditional-access-schema';
import { GroupEntry } from './group-schema';

/** Microsoft Entra, 'Validation differences by supported account types': displayName, in one's own tenant. */
const APPLICATION_NAME_LENGTH = 120;

const WHERE = 'IAM Identity Center, Settings, Identity source, Manage authentication';

function isPortal(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, search, hash, username } = new URL(address);
  return protocol === 'https:' && PORTAL_HOST.test(hostname) && search + hash + username === '';
}

function faultOfEndpoint(endpoint: string): Words | undefined {
  if (SCIM_ENDPOINT.test(endpoint)) return undefined;
  const isSlashed = SCIM_ENDPOINT.test(endpoint.replace(/\/+$/, ''));
  return {
    problem: isSlashed ? 'ends in a slash' : 'is not a SCIM endpoint of Identity Center',
    allowed:
      'https://scim.<region>.amazonaws.com/<tenant>/scim/v2: IAM Identity Center, Settings, Automatic provisioning',
  };
}

const NotificationEmail = Name.meta(
  matching('notification-email', z.regexes.email, {
    problem: 'is not a valid e-mail address',
    allowed: 'name@example.com',
  }),
);

const ImportEntry = located(
  z.strictObject({
    day: Name.meta({ description: 'Day in UTC on which it was imported.', ...calendarDay('certificate-day') }),
    by: Name.describe('Person who imported it.'),
  }),
);

const CertificateEntry = located(
  z.strictObject({
    name: nameMatching('certificate-name', CERTIFICATE_NAME, {
      description: 'Subject without `CN=`; unique in the application. Another name is another certificate.',
      problem: 'is not a valid certificate name',
      allowed: '1 to 64 letters, digits, spaces, dots, _ and -, without CN=',
    }),
    activeFrom: Name.meta({
      description: 'Day in UTC from which on it may sign; it does once `importedAtAws` is there too.',
      ...calendarDay('certificate-day'),
    }),
    expires: Name.meta({
      description: 'Day in UTC on which it ends; three years later at most.',
      ...calendarDay('certificate-day'),
    }),
    importedAtAws: ImportEntry.describe(
      'Record that AWS has this certificate. Without it, a successor never signs; the first certificate needs none.',
    ).exactOptional(),
  }),
);

/** Keys of every application that signs people in. */
export const SigningKeys = {
  notificationEmails: z
    .array(NotificationEmail)
    .meta({
      description: 'Addresses that are told before a signing certificate expires; without it, no one is told.',
      ...once('duplicate-notification-email', {
        keyOf: inAnyCase,
        severity: 'warning',
        allowed: 'each address once',
      }),
    })
    .default([]),
  signingCertificates: z
    .array(CertificateEntry)
    .meta({
      description:
        'Certificates with overlap. Of those whose `activeFrom` has come, the latest with `importedAtAws` signs; without any, the first.',
      ...some('no-certificate', {
        problem: 'AWS trusts no sign-in without a certificate',
        allowed: 'at least one, with name, activeFrom and expires',
      }),
    })
    .meta(
      once('duplicate-certificate', {
        key: 'name',
        keyOf: inAnyCase,
        problem: 'is the name of two certificates',
        allowed: 'each name once, in whatever case',
      }),
    ),
};

export const ApplicationName = Name.meta({
  description: 'Name of the enterprise application, and of its tile at My Apps.',
  ...titled(APPLICATION_NAME_LENGTH),
});

const SamlEntry = located(
  z.strictObject({
    identifier: nameMatching('saml-url', SAML_ISSUER, {
      description:
        "Identity Center's issuer URL: `https://<region>.signin.aws.amazon.com/platform/saml/<directory id>`.",
      problem: 'is not an issuer URL of Identity Center',
      allowed: `https://<region>.signin.aws.amazon.com/platform/saml/d-…: ${WHERE}`,
      show: masked,
    }),
    replyUrl: nameMatching('saml-url', ACS_URL, {
      description: "Identity Center's ACS URL: `https://<region>.signin.aws.amazon.com/platform/saml/acs/<id>`.",
      problem: 'is not an ACS URL of Identity Center',
      allowed: `https://<region>.signin.aws.amazon.com/platform/saml/acs/…: ${WHERE}`,
      show: masked,
    }),
    additionalReplyUrls: z
      .array(Name)
      .describe(
        'Further ACS URLs, one for each of `access.identityCenter.additionalRegions`: `https://<region>.signin.aws/platform/saml/acs/<id>`. Through them people sign in while the primary Region is out of order.',
      )
      .default([]),
    signOnUrl: Name.meta({
      description: 'The AWS access portal: `https://d-1234567890.awsapps.com/start`.',
      ...holding('saml-url', isPortal, {
        problem: 'is not the address of an AWS access portal',
        allowed: 'https://d-1234567890.awsapps.com/start, or https://<name>.awsapps.com/start',
        show: masked,
      }),
    }),
    nameId: z
      .enum(['userPrincipalName', 'mail', 'managedElsewhere'])
      .describe(
        'Attribute that becomes the NameID; it must be what provisioning writes as AWS user name. `managedElsewhere`: as the portal, or another policy, sets it.',
      )
      .default('userPrincipalName'),
    ...SigningKeys,
  }),
).describe('Single sign-on by SAML.');

const AcceptDeletionsEntry = located(
  z.strictObject({
    quarantinedSince: Name.meta({
      description:
        'Time in UTC since which the job is in quarantine, as the error gives it: it identifies the one event that is meant.',
      pattern: MOMENT.source,
      ...holding('accepted-deletions', isMoment, {
        problem: 'is not a valid time in UTC',
        allowed: 'YYYY-MM-DDThh:mm:ssZ, as the error of the deployment says it',
      }),
    }),
    decidedOn: Name.meta({ description: 'Day on which it was decided.', ...dayForm() }),
    reason: Reason.describe('Person who decided that the deletions may go through, and the reason.'),
  }),
).describe(
  'Deletions that Entra ID holds back (`TooManyDeletes`) and that may go through, once. Without it such a quarantine is never lifted.',
);

const SafeguardsEntry = located(
  z.strictObject({
    notificationEmail: NotificationEmail.describe(
      'Address that is told of a quarantine, and of deletions that are held back.',
    ),
    deletionThreshold: z
      .int()
      .min(1, { error: 'must be 1 or more' })
      .describe('People whom one cycle of provisioning may delete. More are held back until a person decides.'),
  }),
).describe(
  'Notification address and threshold of accidental deletions. Without it, they stay as somebody set them in the portal.',
);

const ScimEntry = located(
  z.strictObject({
    endpoint: Name.meta({
      description:
        'SCIM endpoint of Identity Center: `https://scim.<region>.amazonaws.com/<tenant>/scim/v2`. Its token is secret configuration of the stack.',
      ...sound('scim-endpoint', faultOfEndpoint, { show: masked }),
      pattern: SCIM_ENDPOINT.source,
    }),
    tokenExpires: Name.meta({
      description:
        'Day in UTC on which the token ends, as Manage provisioning shows it. Update it with every new token: reminders and checks rely on it.',
      ...calendarDay(
        'scim-token-expires',
        'YYYY-MM-DD, as IAM Identity Center shows it: Settings, Manage provisioning',
      ),
    }),
    running: z.boolean().describe('Whether the job runs.').default(true),
    attributeMappings: z
      .array(
        z
          .strictObject({
            target: Name.meta({
              description: 'Attribute at Identity Center: `externalId`.',
              offers: ['externalId', ...TEMPLATE_TARGETS],
            }),
            source: Name.describe('Attribute of the directory: `objectId`.').exactOptional(),
            constant: z.string().describe('The same text for everybody.').exactOptional(),
            expression: Name.describe(
              'Expression as the portal takes it: `Join(" ", [givenName], [surname])`.',
            ).exactOptional(),
            remove: z.literal(true).describe("`true` takes the template's mapping of the target away.").exactOptional(),
          })
          .meta(oneKeyOf('source', 'constant', 'expression', 'remove')),
      )
      .meta({
        description:
          'Attributes whose mapping differs from that of the template. Each has exactly one of `source`, `constant`, `expression` and `remove`.',
        ...once('duplicate-mapping', {
          key: 'target',
          keyOf: inAnyCase,
          problem: 'is mapped twice',
          allowed: 'each target once',
        }),
      })
      .default([...DEFAULT_MAPPINGS]),
    safeguards: SafeguardsEntry.exactOptional(),
    acceptDeletions: AcceptDeletionsEntry.exactOptional(),
  }),
)
  .transform(({ at, ...scim }) => ({
    ...scim,
    at,
    attributeMappings: scim.attributeMappings.map((mapping, index) => ({
      ...mapping,
      at: [...at, 'attributeMappings', index] as Path,
    })),
  }))
  .describe('Automatic provisioning of users and groups. Without it, nothing is provisioned.');

const AssignedGroups = z
  .array(Name.meta({ names: 'groups' }))
  .meta(once('duplicate-assigned-group', { problem: 'is assigned twice', allowed: 'each group once' }));

const AwsApplicationEntry = located(
  z.strictObject({
    displayName: ApplicationName,
    template: z
      .enum(['gallery', 'non-gallery'])
      .describe('Template of the gallery for AWS IAM Identity Center, or the one for your own applications.')
      .default('gallery'),
    saml: SamlEntry,
    assignedGroups: locatedTexts(AssignedGroups, 'name')
      .describe('Groups that are assigned to the application, and so provisioned; without it, every group of `groups`.')
      .exactOptional(),
    scim: ScimEntry.exactOptional(),
    manualProvisioning: Reason.describe(
      'Replaces `scim`: the reason why a person creates users and groups in IAM Identity Center.',
    ).exactOptional(),
    conditionalAccess: ConditionalAccessEntry.exactOptional(),
    accepted: Accepted,
  }),
)
  .refine(({ scim, manualProvisioning }) => scim === undefined || manualProvisioning === undefined, {
    error: 'has scim and manualProvisioning',
    params: { allowed: 'one of them' },
  })
  .transform(({ conditionalAccess, ...application }) => ({
    ...application,
    ...signInOf(application.displayName, conditionalAccess),
  }))
  .meta({
    description: 'The enterprise application through which they reach AWS IAM Identity Center.',
    ...notTogether('scim', 'manualProvisioning'),
  });

export const WorkforceEntry = z
  .strictObject({
    tenantId: TenantId.describe('The Entra tenant. Needed for `awsApplication`.').exactOptional(),
    groups: z.array(GroupEntry).meta({
      description: 'Groups in Entra ID.',
      ...once('duplicate-group', {
        key: 'name',
        problem: 'is the name of two groups',
        allowed: 'each name once, also among previousNames',
      }),
    }),
    awsApplication: AwsApplicationEntry.exactOptional(),
    alarms: located(
      z.strictObject({
        emails: AlarmEmails.meta({
          description: 'Addresses that confirm a subscription first.',
          ...some('no-alarm-email', { problem: 'lists no one', allowed: 'at least one address, or no alarms' }),
        }),
      }),
    )
      .describe(
        'Addresses that are told before the SCIM token ends and of people who have left. Without it, no one is told and no stack watches.',
      )
      .exactOptional(),
    leavers: LeaversEntry.exactOptional(),
  })
  .transform(({ awsApplication, ...workforce }) => {
    const everyGroup = workforce.groups.map(({ at, name }) => ({ at: [...at, 'name'] as Path, name }));
    const application = awsApplication && {
      ...awsApplication,
      assignedGroups: awsApplication.assignedGroups ?? everyGroup,
    };
    return { ...workforce, ...(application && { awsApplication: application }) };
  })
  .describe("The organization's own people: groups in Entra ID that reach AWS.");

/** The section as it is written. */
export type WorkforceWords = z.input<typeof WorkforceEntry>;
