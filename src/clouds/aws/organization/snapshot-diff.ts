import { compareText, showValue } from '../../../estate/source/finding';
import type { OrganizationFile } from '../../../estate/source/organization';
import { buildOuTree } from '../../../estate/source/ou-tree';
import { visible } from '../../../estate/source/visible';

/** Subjects of a change, in the order of a report. */
export type ChangedThing = 'organization' | 'identity-center' | 'ou' | 'account' | 'group' | 'user';

interface Subject {
  readonly thing: ChangedThing;
  /** Id of the account, OU, group or user; the name of the field for the organization and IAM Identity Center. */
  readonly id: string;
  readonly name: string;
}

interface AddedOrRemoved extends Subject {
  readonly kind: 'added' | 'removed';
  /** Path of the OU in which the thing is, or was; absent for a group or user. */
  readonly where?: string;
}

/** A field that has another value now; undefined is absent. */
export interface Altered extends Subject {
  readonly kind: 'altered';
  readonly field: 'name' | 'place' | 'state' | 'email' | 'tag' | 'value';
  /** Key of the tag. */
  readonly key?: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** One difference between two snapshots. */
export type SnapshotChange = AddedOrRemoved | Altered;

interface Entry {
  readonly id: string;
}

type AccountEntry = OrganizationFile['accounts'][number];
type OuEntry = OrganizationFile['organizationalUnits'][number];
type GroupEntry = OrganizationFile['groups'][number];
type UserEntry = NonNullable<OrganizationFile['users']>[number];
type PathOf = (parentId: string) => string;

/** Differences between two snapshots, sorted by thing and id. Empty if and only if they say the same. */
export function diffSnapshots(before: OrganizationFile, after: OrganizationFile): readonly SnapshotChange[] {
  const paths = { before: pathsOf(before), after: pathsOf(after) };
  return [
    ...fields('organization', before.organization, after.organization),
    ...fields('identity-center', before.identityCenter, after.identityCenter),
    ...pairs(before.organizationalUnits, after.organizationalUnits).flatMap((pair) => ouChanges(pair, paths)),
    ...pairs(before.accounts, after.accounts).flatMap((pair) => accountChanges(pair, paths)),
    ...pairs(before.groups, after.groups).flatMap((pair) => nameChanges(pair, groupSubject)),
    ...pairs(before.users ?? [], after.users ?? []).flatMap((pair) => nameChanges(pair, userSubject)),
  ];
}

type Pair<T> =
  | { readonly kind: 'added'; readonly entry: T }
  | { readonly kind: 'removed'; readonly entry: T }
  | { readonly kind: 'kept'; readonly old: T; readonly now: T };

interface Paths {
  readonly before: PathOf;
  readonly after: PathOf;
}

/** Entries of both sides by id, in the order of the ids. */
function pairs<T extends Entry>(before: readonly T[], after: readonly T[]): readonly Pair<T>[] {
  const old = new Map(before.map((entry) => [entry.id, entry]));
  const now = new Map(after.map((entry) => [entry.id, entry]));
  const all: Pair<T>[] = [
    ...before.flatMap((entry): Pair<T>[] => (now.has(entry.id) ? [] : [{ kind: 'removed', entry }])),
    ...[...now.values()].map((entry): Pair<T> => {
      const before = old.get(entry.id);
      return before === undefined ? { kind: 'added', entry } : { kind: 'kept', old: before, now: entry };
    }),
  ];
  return all.toSorted((a, b) => compareText(idOf(a), idOf(b)));
}

function idOf<T extends Entry>(pair: Pair<T>): string {
  return pair.kind === 'kept' ? pair.now.id : pair.entry.id;
}

function pathsOf(file: OrganizationFile): PathOf {
  const { byId } = buildOuTree(file.organization.rootId, file.organizationalUnits);
  // A file edited by hand may name a parent that is not there: then its id says more than nothing.
  return (parentId) => byId.get(parentId)?.path ?? parentId;
}

function fields(
  thing: ChangedThing,
  before: Readonly<Record<string, string | undefined>>,
  after: Readonly<Record<string, string | undefined>>,
): readonly SnapshotChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((id) => altered('value', { thing, id, name: '' }, [before[id], after[id]]));
}

function altered(
  field: Altered['field'],
  subject: Subject,
  [from, to]: readonly [string | undefined, string | undefined],
): readonly Altered[] {
  return from === to ? [] : [{ kind: 'altered', field, ...subject, from, to }];
}

function ouChanges(pair: Pair<OuEntry>, paths: Paths): readonly SnapshotChange[] {
  if (pair.kind !== 'kept') return [{ kind: pair.kind, ...ouSubject(pair.entry), where: placeOf(pair, paths) }];
  const { old, now } = pair;
  const subject = ouSubject(now);
  return [...altered('name', subject, [old.name, now.name]), ...moved(subject, pair, paths)];
}

function accountChanges(pair: Pair<AccountEntry>, paths: Paths): readonly SnapshotChange[] {
  if (pair.kind !== 'kept') return [{ kind: pair.kind, ...accountSubject(pair.entry), where: placeOf(pair, paths) }];
  const { old, now } = pair;
  const subject = accountSubject(now);
  return [
    ...altered('name', subject, [old.name, now.name]),
    ...moved(subject, pair, paths),
    ...altered('state', subject, [old.state, now.state]),
    ...altered('email', subject, [old.email, now.email]),
    ...tagChanges(subject, old.tags, now.tags),
  ];
}

/** Changes of what has a name and no place. */
function nameChanges<T extends Entry>(pair: Pair<T>, subjectOf: (entry: T) => Subject): readonly SnapshotChange[] {
  if (pair.kind !== 'kept') return [{ kind: pair.kind, ...subjectOf(pair.entry) }];
  return altered('name', subjectOf(pair.now), [subjectOf(pair.old).name, subjectOf(pair.now).name]);
}

/** Place of an account or OU, now or before. */
function placeOf(pair: { readonly kind: 'added' | 'removed'; readonly entry: Child }, paths: Paths): string {
  return pair.kind === 'added' ? paths.after(pair.entry.parentId) : paths.before(pair.entry.parentId);
}

const ouSubject = ({ id, name }: OuEntry): Subject => ({ thing: 'ou', id, name });
const accountSubject = ({ id, name }: AccountEntry): Subject => ({ thing: 'account', id, name });
const userSubject = ({ id, userName }: UserEntry): Subject => ({ thing: 'user', id, name: userName });
const groupSubject = ({ id, displayName }: GroupEntry): Subject => ({ thing: 'group', id, name: displayName });

interface Child {
  readonly parentId: string;
}

function moved(
  subject: Subject,
  { old, now }: { readonly old: Child; readonly now: Child },
  paths: Paths,
): readonly Altered[] {
  if (old.parentId === now.parentId) return [];
  const [from, to] = [paths.before(old.parentId), paths.after(now.parentId)];
  // An OU that was deleted and made again has the same path and another id.
  const isSame = from === to;
  return altered('place', subject, isSame ? [`${from} (${old.parentId})`, `${to} (${now.parentId})`] : [from, to]);
}

function tagChanges(subject: Subject, before: AccountEntry['tags'], after: AccountEntry['tags']): readonly Altered[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const keys = [...new Set([...old.keys(), ...now.keys()])].toSorted(compareText);
  return keys.flatMap((key) =>
    altered('tag', subject, [old.get(key), now.get(key)]).map((change) => ({ ...change, key })),
  );
}

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
