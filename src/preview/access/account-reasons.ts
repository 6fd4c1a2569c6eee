import type { Selector } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import type { Account } from '../../estate/source/organization';
import type { Reason } from '../report-types';

/** Attributes that selectors look at; tags by their keys. */
export interface Attributes {
  readonly ou: boolean;
  readonly name: boolean;
  readonly tags: ReadonlySet<string>;
}

export function attributesOf(selectors: readonly Selector[]): Attributes {
  return {
    ou: selectors.some(({ kind }) => kind === 'ou'),
    name: selectors.some(({ kind }) => kind === 'name'),
    tags: new Set(
      selectors.flatMap((selector) => (selector.kind === 'tags' ? selector.tags.map(({ key }) => key) : [])),
    ),
  };
}

/** Changes of an account between two snapshots of the organization: of its attributes, those that are `seen`. */
export function accountReasons(
  before: Account | undefined,
  after: Account | undefined,
  seen: Attributes,
): readonly Reason[] {
  if (after === undefined) {
    return before === undefined ? [] : [{ code: 'account-removed', text: 'the account left the organization' }];
  }
  if (before === undefined) return [{ code: 'account-added', text: `the account is new, in ${after.ou.path}` }];
  return [
    ...stateReasons(before, after),
    ...(seen.ou ? ouReasons(before, after) : []),
    ...(seen.name ? nameReasons(before, after) : []),
    ...tagReasons(before, after, seen.tags),
  ];
}

function stateReasons(before: Account, after: Account): readonly Reason[] {
  if (before.state === after.state) return [];
  return [{ code: 'account-state', text: `the account is ${after.state} (was ${before.state})` }];
}

function ouReasons(before: Account, after: Account): readonly Reason[] {
  if (before.ou.id !== after.ou.id) {
    return [{ code: 'account-moved', text: `the account moved from ${before.ou.path} to ${after.ou.path}` }];
  }
  if (before.ou.path === after.ou.path) return [];
  return [{ code: 'ou-moved', text: `the OU ${before.ou.path} is ${after.ou.path} now` }];
}

function nameReasons(before: Account, after: Account): readonly Reason[] {
  if (before.name === after.name) return [];
  return [{ code: 'account-renamed', text: `the account was renamed from ${before.name} to ${after.name}` }];
}

function tagReasons(before: Account, after: Account, seen: ReadonlySet<string>): readonly Reason[] {
  return [...seen]
    .toSorted(compareText)
    .filter((key) => before.tags.get(key) !== after.tags.get(key))
    .map((key) => {
      const [from, to] = [before, after].map(({ tags }) => tags.get(key) ?? '(none)');
      return { code: 'account-tag', text: `the account's tag ${key} is ${to ?? ''} (was ${from ?? ''})` };
    });
}
