import { z } from 'zod';
import { AccountId } from '../../source/ids';
import { located } from '../../source/located';
import { REASON_LENGTH } from '../limits';
import { Name, once } from '../shared/rules';

export const AcknowledgementEntry = located(
  z.strictObject({
    rule: Name.describe('Id of the rule, such as `IdentityCenter-IC1`.'),
    reason: z
      .string()
      .min(REASON_LENGTH, { error: 'is too short to be a reason' })
      .describe('Why the rule does not apply here.'),
  }),
).meta({ id: 'Acknowledgement', description: 'A rule of the policy checks that is broken on purpose, and why.' });

/** The file's `acknowledge` is what the item's acknowledgements are. */
export function acknowledged<T extends { readonly acknowledge: unknown }>({ acknowledge, ...item }: T) {
  return { ...item, acknowledgements: acknowledge as T['acknowledge'] };
}

/** Warns of an entry that is repeated. */
export function repeatedEntry(key: string, words: { readonly problem?: string; readonly allowed: string }) {
  return once('duplicate-entry', { key, severity: 'warning', ...words });
}

const NAMES_ONCE = repeatedEntry('name', { allowed: 'each name once' });

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
  permissionSets: z
    .array(ElsewhereEntry)
    .meta({ description: 'Permission sets that others make and assign.', ...NAMES_ONCE })
    .default([]),
  groups: z
    .array(ElsewhereEntry)
    .meta({
      description: 'Groups of the Identity Store to which others assign permission sets, those of this estate too.',
      ...NAMES_ONCE,
    })
    .default([]),
  users: z
    .array(ElsewhereEntry)
    .meta({
      description: 'Users, by user name, to whom others assign permission sets, those of this estate too.',
      ...NAMES_ONCE,
    })
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
