import { z } from 'zod';
import { AccountId } from '../../source/ids';
import { located } from '../../source/located';
import { REASON_LENGTH } from '../limits';
import { Name } from '../shared/name';

const ElsewhereEntry = located(
  z.strictObject({
    name: Name.describe(
      'Name, or a glob for the whole name in which `*` is any run of characters and `?` is one. Case counts.',
    ),
    reason: z
      .string()
      .min(REASON_LENGTH, { error: 'is too short to be a reason' })
      .describe('Who or what manages it, and why not this estate.'),
  }),
).meta({ id: 'ManagedElsewhere', description: 'Access that others manage, and why.' });

/** Access that others manage. */
export const ManagedElsewhereEntry = z.strictObject({
  permissionSets: z.array(ElsewhereEntry).describe('Permission sets that others make and assign.').default([]),
  groups: z
    .array(ElsewhereEntry)
    .describe('Groups of the Identity Store to which others assign permission sets, those of this estate too.')
    .default([]),
  users: z
    .array(ElsewhereEntry)
    .describe('Users, by user name, to whom others assign permission sets, those of this estate too.')
    .default([]),
});

/** Account that no grant reaches for now. */
export const ExcludedAccountEntry = located(
  z.strictObject({
    account: AccountId.meta({ description: 'The account by its twelve digits, in quotes.', names: 'accounts' }),
    reason: z
      .string()
      .min(REASON_LENGTH, { error: 'is too short to be a reason' })
      .describe('Why the account is left out, and until when.'),
  }),
).meta({ id: 'ExcludedAccount', description: 'An account that no grant reaches for now, and why.' });
