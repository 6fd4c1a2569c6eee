import { z } from 'zod';
import type { Path } from '../../source/finding';
import { located, locatedTexts } from '../../source/located';
import { BoundaryEntry, CustomerManagedPolicyEntry, ManagedPoliciesEntry } from '../access/schema';
import { OF_A_KIND } from '../access/set-rules';
import { parseDuration } from '../durations';
import { AlarmEmails, awsRegion, formed, holding, matching, Name, once, parsed, short, some } from '../shared/rules';
import { inAnyCase } from '../shared/issue';
import { ConditionalAccessEntry, signInOf } from '../workforce/conditional-access-schema';
import { ApplicationName, SigningKeys } from '../workforce/schema';

/** AWS STS API, AssumeRoleWithSAML: 15 minutes at least; a chained role lasts for one hour at most. */
export const EMERGENCY_SESSION_SECONDS = { min: 900, max: 3600 } as const;
export const EMERGENCY_SESSION_FAULT = {
  code: 'emergency-session',
  problem: 'is not a valid duration of an emergency sign-in',
  allowed: 'PT15M to PT1H: a chained role session lasts for an hour at most',
} as const;

/** IAM User Guide, 'Switch from a user to an IAM role (console)': path and name together. */
export const EMERGENCY_ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
export const EMERGENCY_ROLE_DESCRIPTION_LENGTH = 1000;

/** Roles times accounts: the policy of the role that switches names each, in at most 10,240 characters (IAM quotas). */
export const EMERGENCY_TARGETS = 100;

/** IAM API, CreateSAMLProvider takes more than a template: one megabyte. */
export const METADATA_CHARACTERS = { min: 1000, max: 500_000 } as const;

const Regions = z
  .array(Name.meta(awsRegion('emergency-region')))
  .meta(once('duplicate-emergency-region', { severity: 'warning', allowed: 'each Region once' }));

const textAt = (at: Path, key: string, text: string) => ({ at: [...at, key] as Path, text });

const ApplicationEntry = located(
  z.strictObject({
    displayName: ApplicationName,
    group: Name.meta({
      description: 'The group of `workforce.groups` whose direct members may sign in; no one else can.',
      names: 'groups',
    }),
    members: z
      .enum(['standing', 'onDemand'])
      .meta({
        description:
          '`standing`: the group has at least two members. `onDemand`: it is empty until an administrator of Entra ID fills it in the emergency, as AWS advises.',
      })
      .default('standing'),
    ...SigningKeys,
    conditionalAccess: ConditionalAccessEntry.exactOptional(),
  }),
)
  .transform(({ group, conditionalAccess, ...application }) => ({
    ...application,
    group: textAt(application.at, 'group', group),
    ...signInOf(application.displayName, conditionalAccess),
  }))
  .describe(
    'A second enterprise application of Entra ID, which signs in to the account itself. Without it, `metadataFile` comes from another identity provider.',
  );

const RoleEntry = located(
  z.strictObject({
    name: Name.meta({
      description: 'Letters, digits and `+=,.@_-`; the same in each of its accounts.',
      ...matching('emergency-role-name', EMERGENCY_ROLE_NAME, {
        problem: 'is not a valid role name',
        allowed: '1 to 64 letters, digits and +=,.@_-',
      }),
    }),
    description: z
      .string()
      .meta({
        description: 'Purpose of the role.',
        ...short('emergency-role-description', { max: EMERGENCY_ROLE_DESCRIPTION_LENGTH }),
      })
      .exactOptional(),
    accounts: locatedTexts(z.array(Name.meta({ names: 'accounts' })).min(1, { error: 'is empty' }), 'text').describe(
      'Accounts by name or by id (in quotes). A name is never a pattern, and the management account is like any other.',
    ),
    managedPolicies: ManagedPoliciesEntry,
    customerManagedPolicies: z
      .array(CustomerManagedPolicyEntry)
      .meta({ description: 'Policies that exist in each of its accounts.', ...OF_A_KIND })
      .default([]),
    permissionsBoundary: BoundaryEntry.describe('Upper limit of what the role can do.').exactOptional(),
    regions: locatedTexts(Regions, 'text').describe('Regions in which it may act; without it, in all.').default([]),
  }),
);

const minutes = (seconds: number): string => (seconds % 3600 === 0 ? `PT${seconds / 3600}H` : `PT${seconds / 60}M`);

/** Hours and minutes of `PT15M` to `PT1H`, for the JSON Schema; sums of several it leaves to the rule. */
const SESSION_PATTERN =
  '^PT(?=\\d)(?!0*(?:[2-9]|[1-9]\\d+)H|0*1H\\d*[1-9]|(?:0+H)?0*(?:\\d|1[0-4])M$|(?:0+H)?0*(?:6[1-9]|[7-9]\\d|[1-9]\\d{2,})M|0+H$)(?:\\d+H)?(?:\\d+M)?(?:\\d+S)?$';

function isSession(text: string): boolean {
  const { min, max } = EMERGENCY_SESSION_SECONDS;
  const { seconds } = parseDuration(text) ?? { seconds: 0 };
  return seconds >= min && seconds <= max;
}

export const EmergencyEntry = located(
  z.strictObject({
    account: Name.meta({
      description:
        'The account that people sign in to, by name or by id (in quotes): a separate one, with nothing else in it.',
      names: 'accounts',
    }),
    signInRegions: locatedTexts(Regions.min(1, { error: 'is empty' }), 'text').describe(
      'Regions whose sign-in is used, at least two; the first should not be that of IAM Identity Center.',
    ),
    sessionDuration: z
      .string()
      .meta({
        description: `Duration of a sign-in: ISO 8601, ${minutes(EMERGENCY_SESSION_SECONDS.min)} to ${minutes(EMERGENCY_SESSION_SECONDS.max)}.`,
        ...formed(SESSION_PATTERN, EMERGENCY_SESSION_FAULT),
        ...holding(EMERGENCY_SESSION_FAULT.code, isSession, EMERGENCY_SESSION_FAULT),
      })
      .default('PT1H')
      .transform(parsed(parseDuration, EMERGENCY_SESSION_FAULT)),
    metadataFile: Name.meta({
      description:
        "SAML metadata of the identity provider, relative to the estate's folder; a public document. Until it is there, nothing is deployed to AWS.",
    }).default('emergency-idp-metadata.xml'),
    application: ApplicationEntry.exactOptional(),
    roles: z
      .array(RoleEntry)
      .meta({
        description: 'Roles that people can switch to.',
        ...some('no-emergency-role', { problem: 'no one could do anything', allowed: 'at least one role' }),
      })
      // IAM compares names without regard to case.
      .meta(
        once('duplicate-emergency-role', {
          key: 'name',
          keyOf: inAnyCase,
          problem: 'is the name of two roles',
          allowed: 'each name once, in whatever case, with all its accounts',
        }),
      ),
    alarms: located(
      z.strictObject({
        emails: AlarmEmails.meta({
          description: 'Addresses that confirm a subscription first.',
          ...some('no-emergency-alarm', {
            problem: 'lists no one, so no one would hear of a use',
            allowed: 'at least one address',
          }),
        }),
        regions: locatedTexts(Regions, 'text')
          .describe('Regions in which uses are listened for besides `signInRegions` and us-east-1.')
          .default([]),
      }),
    ).describe('Addresses that are told of each use and of each change.'),
  }),
)
  .transform(({ account, ...emergency }) => ({ ...emergency, account: textAt(emergency.at, 'account', account) }))
  .describe('Access to AWS for the day on which IAM Identity Center fails. Without it, none is set up.');
export type EmergencyEntry = z.input<typeof EmergencyEntry>;
