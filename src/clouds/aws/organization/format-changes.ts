import { showValue } from '../../../estate/source/finding';
import { visible } from '../../../estate/source/visible';
import type { Altered, ChangedThing, SnapshotChange } from './snapshot-diff';

const THINGS: Readonly<Record<ChangedThing, string>> = {
  organization: 'organization',
  'identity-center': 'IAM Identity Center',
  ou: 'OU',
  account: 'account',
  group: 'group',
  user: 'user',
};

/** One line a change: `+` added, `-` removed, `~` altered. Names are quoted, and a line stays one line. */
export function formatChange(change: SnapshotChange): string {
  return visible(describeChange(change));
}

function describeChange(change: SnapshotChange): string {
  const subject = `${THINGS[change.thing]} ${change.id}${change.name === '' ? '' : ` ${showValue(change.name)}`}`;
  if (change.kind === 'altered') return `~ ${subject}: ${describeAltered(change)}`;
  const where = change.where === undefined ? '' : ` in ${change.where}`;
  return `${change.kind === 'added' ? '+' : '-'} ${subject}${where}`;
}

/** A heading with the number of changes, and the changes below it; empty where there are none. */
export function formatChanges(changes: readonly SnapshotChange[]): string {
  if (changes.length === 0) return '';
  const heading = changes.length === 1 ? '1 change:' : `${changes.length} changes:`;
  return [heading, ...changes.map((change) => `  ${formatChange(change)}`), ''].join('\n');
}

function describeAltered({ field, key = '', from, to }: Altered): string {
  const fromTo = `${shown(from)} -> ${shown(to)}`;
  switch (field) {
    case 'name':
      return `renamed from ${shown(from)}`;
    case 'place':
      return `moved ${fromTo}`;
    case 'state':
      return `state ${fromTo}`;
    case 'tag':
      return `tag ${showValue(key)} ${fromTo}`;
    case 'email':
      return `e-mail ${fromTo}`;
    case 'value':
      return fromTo;
  }
}

function shown(value: string | undefined): string {
  return value === undefined ? '(none)' : showValue(value);
}
