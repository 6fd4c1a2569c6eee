import { z } from 'zod';
import { located, wholeRecord } from '../../source/located';
import { dayForm, Name, once, oneKeyOf, Reason } from '../shared/rules';
import { AccountId } from '../../source/ids';
import type { Path } from '../../source/finding';

const SELECTOR_KINDS = ['ou', 'id', 'name', 'tags', 'all'] as const;

/** One way to name accounts. Exactly one of `ou`, `id`, `name`, `tags` and `all` is given. */
const SelectorEntry = located(
  z
    .strictObject({
      ou: Name.meta({
        description:
          'An organizational unit: its path from the root (`/Workloads/Prod`; `/` is the root itself) or its id (`ou-…`). Never reaches the management account.',
        names: 'units',
      }).exactOptional(),
      descendants: z
        .boolean()
        .describe(
          'With `ou`: whether the accounts of nested organizational units belong to it, to any depth, as StackSets and service control policies have it. Without it, they do.',
        )
        .exactOptional(),
      id: AccountId.meta({
        description: 'One account by its twelve digits, in quotes. May name the management account.',
        names: 'accounts',
      }).exactOptional(),
      name: Name.meta({
        description:
          'An exact name that one account has, or a glob for the whole name: `*` is any characters, `?` is one. Case counts. Only an exact name reaches the management account.',
        names: 'accountNames',
      }).exactOptional(),
      tags: wholeRecord(z.string(), z.string({ error: 'is not a string: put it in quotes' }))
        .meta({
          description:
            'Accounts that carry every one of these tags with exactly these values. Never reaches the management account.',
          minProperties: 1,
        })
        .exactOptional(),
      all: z.literal(true).describe('Every account of the organization but the management account.').exactOptional(),
    })
    .superRefine((entry, context) => {
      const kinds = SELECTOR_KINDS.filter((kind) => entry[kind] !== undefined);
      if (kinds.length !== 1) {
        context.addIssue({
          code: 'custom',
          message: kinds.length === 0 ? 'names no accounts' : `mixes ${kinds.join(' and ')}`,
          params: { allowed: `exactly one of ${SELECTOR_KINDS.join(', ')}` },
        });
      }
      if (entry.descendants !== undefined && entry.ou === undefined) {
        context.addIssue({
          code: 'custom',
          message: 'has descendants but no ou',
          params: { allowed: 'descendants goes with ou' },
        });
      }
      if (entry.tags !== undefined && Object.keys(entry.tags).length === 0) {
        context.addIssue({
          code: 'custom',
          path: ['tags'],
          message: 'is empty',
          params: { allowed: 'at least one tag; all: true for every account' },
        });
      }
    }),
)
  .transform(({ at, ou, descendants = true, id, name, tags }): Selector => {
    if (ou !== undefined) return { kind: 'ou', at, ou, descendants };
    if (id !== undefined) return { kind: 'id', at, id };
    if (name !== undefined) return { kind: 'name', at, name };
    return tags === undefined ? { kind: 'all', at } : { kind: 'tags', at, tags: tagsOf(tags) };
  })
  .meta({
    id: 'Selector',
    description: 'One way to name accounts: exactly one of `ou`, `id`, `name`, `tags` and `all`.',
    ...oneKeyOf(...SELECTOR_KINDS),
    dependentRequired: { descendants: ['ou'] },
  });

export type SelectorEntry = z.input<typeof SelectorEntry>;

/** One way to name accounts. `id` and an exact `name` are narrow; all others are broad. */
export type Selector =
  | { readonly kind: 'ou'; readonly at: Path; readonly ou: string; readonly descendants: boolean }
  | { readonly kind: 'id'; readonly at: Path; readonly id: AccountId }
  | { readonly kind: 'name'; readonly at: Path; readonly name: string }
  | { readonly kind: 'tags'; readonly at: Path; readonly tags: readonly Tag[] }
  | { readonly kind: 'all'; readonly at: Path };

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export function tagsOf(tags: Readonly<Record<string, string>>): readonly Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** The accounts that `include` names, less those that `exclude` names. */
export const SelectionEntry = z
  .strictObject({
    include: z.array(SelectorEntry).min(1, { error: 'is empty' }).describe('The union of these selectors.'),
    exclude: z
      .array(SelectorEntry)
      .describe('Removed from what `include` selects; without it, nothing is removed.')
      .default([]),
  })
  .meta({ id: 'Selection', description: 'The accounts that `include` names, less those that `exclude` names.' });
export type SelectionEntry = z.input<typeof SelectionEntry>;

/** A selector as the estate file has it, on one line: `ou: /Workloads`. */
export function describeSelector(selector: Selector): string {
  switch (selector.kind) {
    case 'ou':
      return `ou: ${selector.ou}${selector.descendants ? '' : ' (without descendants)'}`;
    case 'id':
      return `id: ${selector.id}`;
    case 'name':
      return `name: ${selector.name}`;
    case 'tags':
      return `tags: ${selector.tags.map(({ key, value }) => `${key}=${value}`).join(', ')}`;
    case 'all':
      return 'all: true';
  }
}

export const AcknowledgementEntry = located(
  z.strictObject({
    rule: Name.meta({ description: 'Id of the rule, such as `IdentityCenter-IC1`.', names: 'policyRules' }),
    reason: Reason.describe('Why the rule does not apply here.'),
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
    reason: Reason.describe('Who or what manages it, and why not this estate.'),
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
    reason: Reason.describe('Why the account is left out, and until when.'),
  }),
).meta({ id: 'ExcludedAccount', description: 'An account that no grant reaches for now, and why.' });

/** Keys that an exception needs, and that a grant to a group has not. */
const EXCEPTION_KEYS = ['reason', 'until'] as const;

const GRANT_FORMS = 'group alone, or user with reason and until';

/** A grant: permission sets, the accounts, and whoever has them there. */
export const GrantEntry = located(
  z
    .strictObject({
      group: Name.meta({
        description: 'Display name of the group, exactly as Entra ID and the Identity Store have it.',
        names: 'groups',
      }).exactOptional(),
      user: Name.describe(
        'User name of a single person, as the Identity Store has it: an exception, with `reason` and `until`.',
      ).exactOptional(),
      reason: Reason.describe('Why this person has access that no group gives. Only with `user`.').exactOptional(),
      until: Name.meta({
        description: 'Last day of the exception. Only with `user`.',
        ...dayForm(),
        examples: ['2027-01-31'],
      }).exactOptional(),
      permissionSets: z
        .array(Name.meta({ names: 'permissionSets' }))
        .min(1, { error: 'is empty' })
        .describe('Names of permission sets of this estate.'),
      accounts: SelectionEntry.describe('Accounts in which the group or user gets the permission sets.'),
      acknowledge: z
        .array(AcknowledgementEntry)
        .describe('Rules of the policy checks that this grant breaks on purpose.')
        .default([]),
    })
    .superRefine((entry, context) => {
      const fault = faultOf(entry);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault, params: { allowed: GRANT_FORMS } });
    }),
)
  .transform(acknowledged)
  .transform(({ group, user, reason, until, ...grant }) => ({
    ...grant,
    holder: holderOf({ group, user, reason, until }),
  }))
  .meta({
    id: 'Grant',
    description: 'Permission sets for a group or, as an exception with a reason and an end, for a single user.',
    ...oneKeyOf('group', 'user'),
    dependentRequired: { user: EXCEPTION_KEYS, reason: ['user'], until: ['user'] },
  });
export type GrantEntry = z.input<typeof GrantEntry>;

interface WrittenHolder {
  readonly group?: string | undefined;
  readonly user?: string | undefined;
  readonly reason?: string | undefined;
  readonly until?: string | undefined;
}

/** A group that has what a grant gives. */
export interface GroupHolder {
  readonly kind: 'group';
  readonly name: string;
}

/** A user who has what a grant gives: why, and until the end of which day. */
export interface UserHolder {
  readonly kind: 'user';
  readonly name: string;
  readonly reason: string;
  readonly until: string;
}

function faultOf({ group, user, ...exception }: WrittenHolder): string | undefined {
  if (group !== undefined && user !== undefined) return 'mixes group and user';
  if (group === undefined && user === undefined) return 'names neither a group nor a user';
  const given = EXCEPTION_KEYS.filter((key) => exception[key] !== undefined);
  const missing = EXCEPTION_KEYS.filter((key) => exception[key] === undefined);
  if (user !== undefined && missing.length > 0) return `is to a user and lacks ${missing.join(' and ')}`;
  if (group !== undefined && given.length > 0) return `is to a group and has ${given.join(' and ')}`;
  return undefined;
}

function holderOf({ group, user, reason, until }: WrittenHolder): GroupHolder | UserHolder {
  if (group !== undefined) return { kind: 'group', name: group };
  if (user === undefined || reason === undefined || until === undefined)
    throw new Error(`a grant needs ${GRANT_FORMS}`);
  return { kind: 'user', name: user, reason, until };
}
