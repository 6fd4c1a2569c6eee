import { readFile } from 'node:fs/promises';
import { compareText, formatFinding } from '../../../estate/source/finding';
import { parseJson } from '../../../estate/source/json-source';
import {
  OrganizationFile,
  parseOrganization,
  UnreadOrganization,
  withEarlierNames,
} from '../../../estate/source/organization';
import { locate } from '../../../estate/source/source-document';
import { diffSnapshots, formatChanges } from './snapshot-diff';

/** State of the file at the place of `organization.json`. */
export type OrganizationOnDisk =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'present'; readonly text: string; readonly file: OrganizationFile };

/** Reads the last snapshot. What it can't understand is told, not thrown. @throws Error if the file can't be opened */
export async function readOrganizationOnDisk(path: string): Promise<OrganizationOnDisk> {
  const text = await readIfPresent(path);
  return text === undefined ? { kind: 'absent' } : understand(path, text);
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

function understand(path: string, text: string): OrganizationOnDisk {
  const source = parseJson(path, text);
  const [syntaxError] = source.syntaxErrors;
  if (syntaxError !== undefined) return { kind: 'unreadable', reason: formatFinding(syntaxError) };
  if (UnreadOrganization.safeParse(source.value).success) return { kind: 'absent' };
  const parsed = OrganizationFile.safeParse(source.value);
  if (parsed.success) return { kind: 'present', text, file: parsed.data };
  const [first, ...others] = parseOrganization(source.value).issues;
  const reason = first === undefined ? path : formatFinding(locate(first, source));
  return { kind: 'unreadable', reason: others.length === 0 ? reason : `${reason} (and ${others.length} more)` };
}

/** Region of the organization's IAM Identity Center: an estate stays with it, whatever the environment says. */
export function knownRegion(onDisk: OrganizationOnDisk): string | undefined {
  return onDisk.kind === 'present' ? onDisk.file.identityCenter.region : undefined;
}

/** The text of `organization.json`: the same for the same content, in whatever order AWS answered it. */
export function serializeOrganization(file: OrganizationFile): string {
  const { id, rootId, managementAccountId } = file.organization;
  const { instanceArn, identityStoreId, region, delegatedAdministrator } = file.identityCenter;
  const ordered: OrganizationFile = {
    version: file.version,
    organization: { id, rootId, managementAccountId },
    identityCenter: {
      instanceArn,
      identityStoreId,
      region,
      ...(delegatedAdministrator === undefined ? {} : { delegatedAdministrator }),
    },
    organizationalUnits: sortById(file.organizationalUnits).map(({ id, name, parentId }) => ({ id, name, parentId })),
    accounts: sortById(file.accounts).map(({ id, name, email, state, parentId, tags }) => ({
      id,
      name,
      email,
      state,
      parentId,
      tags: Object.fromEntries(Object.entries(tags).toSorted(([a], [b]) => compareText(a, b))),
    })),
    groups: sortById(file.groups).map(({ id, displayName, previousNames = [] }) => ({
      id,
      displayName,
      ...(previousNames.length > 0 && { previousNames }),
    })),
    ...(file.users !== undefined &&
      file.users.length > 0 && { users: sortById(file.users).map(({ id, userName }) => ({ id, userName })) }),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function sortById<Entry extends { readonly id: string }>(entries: readonly Entry[]): Entry[] {
  return entries.toSorted((a, b) => compareText(a.id, b.id));
}

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
  /** `300 accounts, 12 OUs, 120 groups`, `8 AWS managed policies, 12 SCPs, no RCPs`. */
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

/** `3 accounts`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
