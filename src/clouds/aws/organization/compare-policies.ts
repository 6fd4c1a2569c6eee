import { compareText } from '../../../estate/source/finding';
import {
  type AwsPolicies,
  parseAwsPolicies,
  type ParsedFile,
  type ReadControlPolicies,
} from '../../../estate/source/aws-snapshots';
import { POLICIES_FILE } from '../../../estate/source/estate-folder';
import { parseQuietly } from '../../../estate/source/json-source';
import { visible } from '../../../estate/source/visible';
import { counted, type SnapshotOutcome } from './compare-snapshot';

/** The text of `aws-policies.json`: the same for the same content, in whatever order AWS answered it. */
function serializePolicies(file: AwsPolicies): string {
  const byName = <Entry extends { readonly name: string }>(entries: readonly Entry[]): Entry[] =>
    entries.toSorted((a, b) => compareText(a.name, b.name));
  const controls = (read: ReadControlPolicies): ReadControlPolicies =>
    read.state !== 'read'
      ? read
      : {
          state: read.state,
          policies: read.policies
            .toSorted((a, b) => compareText(a.id, b.id))
            .map(({ id, name, targets, document }) => ({ id, name, targets: targets.toSorted(compareText), document })),
        };
  const ordered: AwsPolicies = {
    version: file.version,
    managedPolicies: byName(file.managedPolicies).map(({ name, version, changed, document }) => ({
      name,
      version,
      changed,
      document,
    })),
    ...(file.notRead !== undefined && { notRead: byName(file.notRead) }),
    serviceControlPolicies: controls(file.serviceControlPolicies),
    resourceControlPolicies: controls(file.resourceControlPolicies),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/** Meaning of what was newly read for its file on disk. */
export interface FileOutcome extends Omit<SnapshotOutcome, 'report'> {
  /** Changes, for people, each without a line break. */
  readonly changes: readonly string[];
}

/** How a file that `snapshot` writes is compared. */
interface Comparing<File> {
  readonly name: string;
  readonly parse: (value: unknown) => ParsedFile<File>;
  readonly serialize: (file: File) => string;
  readonly size: (file: File) => string;
  readonly changes: (before: File, after: File) => readonly string[];
  /** What there is without some accounts, which are new. */
  readonly without: (file: File, accounts: readonly string[]) => File;
}

/** Compares what was read with the file on disk. */
export class ComparedFile<File> {
  constructor(private readonly of: Comparing<File>) {}

  /** @param before text of the file; undefined where there is none */
  compare(before: string | undefined, read: File): FileOutcome {
    const { name, serialize, size, changes } = this.of;
    const text = serialize(read);
    const known = this.parse(before);
    const problem = before === undefined ? `There is no ${name} yet` : `The present ${name} can't be understood`;
    return {
      text,
      isFresh: known !== undefined && serialize(known) === text,
      isIdentical: before === text,
      size: size(read),
      changes: known === undefined ? [problem] : changes(known, read),
    };
  }

  /** Tells whether files differ in more than what some new accounts have. */
  differsBeside(before: string | undefined, read: File, newAccounts: readonly string[]): boolean {
    const known = this.parse(before);
    const { serialize, without } = this.of;
    return known === undefined || serialize(known) !== serialize(without(read, newAccounts));
  }

  private parse(text: string | undefined): File | undefined {
    return text === undefined ? undefined : this.of.parse(parseQuietly(text)).parsed;
  }
}

function sizeOf({ managedPolicies, notRead = [], ...controls }: AwsPolicies): string {
  const of = (read: ReadControlPolicies, what: string): string =>
    read.state === 'read' ? counted(read.policies.length, what) : `${what}s ${read.state}`;
  return [
    counted(managedPolicies.length, 'AWS managed policy', 'AWS managed policies'),
    ...(notRead.length > 0 ? [`${notRead.length} not read`] : []),
    of(controls.serviceControlPolicies, 'SCP'),
    of(controls.resourceControlPolicies, 'RCP'),
  ].join(', ');
}

/** Differences between two files, in the order of the file. */
function policyChanges(before: AwsPolicies, after: AwsPolicies): readonly string[] {
  return [
    ...linesOf('AWS managed policy', managedTexts(before), managedTexts(after)),
    ...linesOf('SCP', controlTexts(before.serviceControlPolicies), controlTexts(after.serviceControlPolicies)),
    ...linesOf('RCP', controlTexts(before.resourceControlPolicies), controlTexts(after.resourceControlPolicies)),
  ];
}

function withoutAccounts(file: AwsPolicies, accounts: readonly string[]): AwsPolicies {
  const without = (read: ReadControlPolicies): ReadControlPolicies =>
    read.state !== 'read'
      ? read
      : {
          ...read,
          policies: read.policies.flatMap((policy) => {
            const targets = policy.targets.filter((target) => !accounts.includes(target));
            return targets.length === 0 ? [] : [{ ...policy, targets }];
          }),
        };
  const { serviceControlPolicies: scps, resourceControlPolicies: rcps } = file;
  return { ...file, serviceControlPolicies: without(scps), resourceControlPolicies: without(rcps) };
}

/** An entry of a file: how it shows, and all of it. */
export interface Entry {
  readonly shown: string;
  readonly whole: string;
}
export type Entries = ReadonlyMap<string, Entry>;

function managedTexts({ managedPolicies, notRead = [] }: AwsPolicies): Entries {
  return new Map([
    ...managedPolicies.map(({ name, version, changed, document }): [string, Entry] => [
      name,
      { shown: `${version} of ${changed}`, whole: JSON.stringify(document) },
    ]),
    ...notRead.map(({ name, reason }): [string, Entry] => [name, { shown: `not read (${reason})`, whole: '' }]),
  ]);
}

function controlTexts(read: ReadControlPolicies): Entries {
  if (read.state !== 'read') {
    const shown = read.state === 'not read' ? `not read (${read.reason})` : read.state;
    return new Map([['policies', { shown, whole: '' }]]);
  }
  return new Map(
    read.policies.map(({ id, name, targets, document }) => [
      `${id} "${visible(name)}"`,
      {
        shown: `on ${targets.length > 5 ? `${targets.length} targets` : targets.join(', ')}`,
        whole: JSON.stringify([targets, document]),
      },
    ]),
  );
}

/** Lines of what came, went and changed. */
export function linesOf(what: string, before: Entries, after: Entries): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].toSorted(compareText).flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    if (old === undefined || now === undefined) {
      const one = old ?? now;
      return one === undefined ? [] : [`${old === undefined ? '+' : '-'} ${what} ${key}: ${one.shown}`];
    }
    if (old.shown !== now.shown) return [`~ ${what} ${key}: ${old.shown} -> ${now.shown}`];
    return old.whole === now.whole ? [] : [`~ ${what} ${key}: its document or what it is attached to`];
  });
}

/** `aws-policies.json`. */
export const COMPARED_POLICIES = new ComparedFile<AwsPolicies>({
  name: POLICIES_FILE,
  parse: parseAwsPolicies,
  serialize: serializePolicies,
  size: sizeOf,
  changes: policyChanges,
  without: withoutAccounts,
});
