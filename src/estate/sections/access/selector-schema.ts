import { z } from 'zod';
import { Name, oneKeyOf } from '../shared/rules';
import type { Path } from '../../source/finding';
import { AccountId } from '../../source/ids';
import { located, wholeRecord } from '../../source/located';

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
