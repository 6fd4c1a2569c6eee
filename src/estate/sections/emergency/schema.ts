import { z } from 'zod';
import type { Path } from '../../source/finding';
import { located, locatedTexts } from '../../source/located';
import {
  EMERGENCY_ROLE_DESCRIPTION_LENGTH,
  EMERGENCY_ROLE_NAME,
  EMERGENCY_SESSION_FAULT,
  EMERGENCY_SESSION_SECONDS,
} from './limits';
import { AWS_REGION } from '../hosting/hosting-limits';
import { POLICIES_OF_A_KIND } from '../limits';
import { BoundaryEntry, CustomerManagedPolicyEntry, ManagedPoliciesEntry } from '../access/schema';
import { parseDuration } from '../durations';
import { Name } from '../shared/name';
import { parsed } from '../shared/parsed';
import { ConditionalAccessEntry, signInOf } from '../workforce/conditional-access-schema';
import { ApplicationName, SigningKeys } from '../workforce/schema';

const Region = Name.meta({ pattern: AWS_REGION.source });

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
      pattern: EMERGENCY_ROLE_NAME.source,
    }),
    description: z
      .string()
      .meta({ description: 'Purpose of the role.', maxLength: EMERGENCY_ROLE_DESCRIPTION_LENGTH })
      .exactOptional(),
    accounts: locatedTexts(z.array(Name.meta({ names: 'accounts' })).min(1, { error: 'is empty' }), 'text').describe(
      'Accounts by name or by id (in quotes). A name is never a pattern, and the management account is like any other.',
    ),
    managedPolicies: ManagedPoliciesEntry,
    customerManagedPolicies: z
      .array(CustomerManagedPolicyEntry)
      .meta({ description: 'Policies that exist in each of its accounts.', maxItems: POLICIES_OF_A_KIND })
      .default([]),
    permissionsBoundary: BoundaryEntry.describe('Upper limit of what the role can do.').exactOptional(),
    regions: locatedTexts(z.array(Region), 'text')
      .describe('Regions in which it may act; without it, in all.')
      .default([]),
  }),
);

const minutes = (seconds: number): string => (seconds % 3600 === 0 ? `PT${seconds / 3600}H` : `PT${seconds / 60}M`);

export const EmergencyEntry = located(
  z.strictObject({
    account: Name.meta({
      description:
        'The account that people sign in to, by name or by id (in quotes): a separate one, with nothing else in it.',
      names: 'accounts',
    }),
    signInRegions: locatedTexts(z.array(Region).min(1, { error: 'is empty' }), 'text').describe(
      'Regions whose sign-in is used, at least two; the first should not be that of IAM Identity Center.',
    ),
    sessionDuration: z
      .string()
      .meta({
        description: `Duration of a sign-in: ISO 8601, ${minutes(EMERGENCY_SESSION_SECONDS.min)} to ${minutes(EMERGENCY_SESSION_SECONDS.max)}.`,
        pattern: '^PT(\\d+H)?(\\d+M)?(\\d+S)?$',
      })
      .default('PT1H')
      .transform(parsed(parseDuration, EMERGENCY_SESSION_FAULT)),
    metadataFile: z
      .string()
      .min(1, { error: 'is empty' })
      .meta({
        description:
          "SAML metadata of the identity provider, relative to the estate's folder; a public document. Until it is there, nothing is deployed to AWS.",
      })
      .default('emergency-idp-metadata.xml'),
    application: ApplicationEntry.exactOptional(),
    roles: z.array(RoleEntry).describe('Roles that people can switch to.'),
    alarms: located(
      z.strictObject({
        emails: z.array(Name).describe('Addresses that confirm a subscription first.'),
        regions: locatedTexts(z.array(Region), 'text')
          .describe('Regions in which uses are listened for besides `signInRegions` and us-east-1.')
          .default([]),
      }),
    ).describe('Addresses that are told of each use and of each change.'),
  }),
)
  .transform(({ account, ...emergency }) => ({ ...emergency, account: textAt(emergency.at, 'account', account) }))
  .describe('Access to AWS for the day on which IAM Identity Center fails. Without it, none is set up.');
export type EmergencyEntry = z.input<typeof EmergencyEntry>;
