import { type OrganizationFile, withEarlierNames } from '../../../estate/source/organization';
import { formatChanges } from './format-changes';
import type { OrganizationOnDisk } from './organization-on-disk';
import { serializeOrganization } from './serialize';
import { diffSnapshots } from './snapshot-diff';

/** Meaning of a new snapshot for the file on disk. */
export interface SnapshotOutcome {
  /** The new text of the file. */
  readonly text: string;
  /** The file says what AWS says, whatever its layout. */
  readonly isFresh: boolean;
  /** The file is the new text, byte for byte. */
  readonly isIdentical: boolean;
  /** Changes, for people; empty if there are none. */
  readonly report: string;
  /** `300 accounts, 12 OUs, 120 groups`. */
  readonly size: string;
}

/**
 * Compares a new snapshot with the file on disk. A file that can't be understood counts as stale, and is told of. A group that has
 * another name now keeps the name that the estate has for it as a previous one.
 */
export function compareSnapshot(
  before: OrganizationOnDisk,
  read: OrganizationFile,
  isNameOfEstate: (name: string) => boolean,
): SnapshotOutcome {
  const earlier = before.kind === 'present' ? before.file.groups : [];
  const after = { ...read, groups: [...withEarlierNames(read.groups, earlier, isNameOfEstate)] };
  const text = serializeOrganization(after);
  const outcome = { text, size: sizeOf(after) };
  switch (before.kind) {
    case 'absent':
      return { ...outcome, isFresh: false, isIdentical: false, report: 'There is no organization.json yet.\n' };
    case 'unreadable':
      return { ...outcome, isFresh: false, isIdentical: false, report: explainUnreadable(before.reason) };
    case 'present': {
      const report = formatChanges(diffSnapshots(before.file, after));
      const isFresh = serializeOrganization(before.file) === text;
      const isIdentical = before.text === text;
      return { ...outcome, isFresh, isIdentical, report: report === '' ? layoutNote(isFresh, isIdentical) : report };
    }
  }
}

function explainUnreadable(reason: string): string {
  return `The present file can't be understood, so that no changes can be shown:\n  ${reason}\n`;
}

function layoutNote(isFresh: boolean, isIdentical: boolean): string {
  if (isIdentical) return '';
  return isFresh
    ? 'The content is the same; only the layout of the file differs.\n'
    : 'The content is the same, but an id stands twice in the file.\n';
}

function sizeOf(file: OrganizationFile): string {
  return [
    counted(file.accounts.length, 'account'),
    counted(file.organizationalUnits.length, 'OU'),
    counted(file.groups.length, 'group'),
    ...(file.users === undefined ? [] : [counted(file.users.length, 'user')]),
  ].join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
