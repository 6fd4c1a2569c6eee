import { type Named, type NamedHandoff, versionOf } from './handoff';
import type { HandoffStore, StoredSecret } from './store';

type ChangeKind = 'create' | 'update';

/** Something that the store lacks or has otherwise. No value is part of it. */
export interface HandoffChange {
  readonly kind: ChangeKind;
  readonly what: 'parameter' | 'secret' | 'version';
  readonly name: string;
}

/** Values that are stored before anything is written. */
interface Stored {
  readonly parameters: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, StoredSecret>;
}

/** Finds what differs from the store, in the order in which it is written: ids, the secrets, the version. */
export async function findChanges(store: HandoffStore, named: NamedHandoff): Promise<readonly HandoffChange[]> {
  return changesOf(await readStored(store, named), named);
}

/**
 * Writes what differs, and tells of each part once it is written. The version is the last: whoever reads it finds everything
 * that it stands for, and a run that ended in between is made good by the next one, which compares everything again.
 */
export async function writeChanges(
  store: HandoffStore,
  named: NamedHandoff,
  onWritten: (change: HandoffChange) => void,
): Promise<void> {
  const stored = await readStored(store, named);
  const values = new Map([...named.parameters, ...named.secrets].map(({ name, value }) => [name, value] as const));
  const versions = new Map([...stored.secrets].map(([name, secret]) => [name, secretVersionOf(secret)] as const));
  for (const change of changesOf(stored, named)) {
    const value = values.get(change.name) ?? digestOf(named, versions);
    if (change.what === 'secret') versions.set(change.name, await store.writeSecret(change.name, value));
    else await store.writeParameter(change.name, value);
    onWritten(change);
  }
}

async function readStored(store: HandoffStore, { parameters, secrets, version }: NamedHandoff): Promise<Stored> {
  const names = [...parameters.map(({ name }) => name), version];
  const read = new Map<string, StoredSecret>();
  const known = await store.readParameters(names);
  for (const { name } of secrets) read.set(name, await store.readSecret(name));
  return { parameters: known, secrets: read };
}

function changesOf({ parameters, secrets }: Stored, named: NamedHandoff): readonly HandoffChange[] {
  const kindOf = (name: string): ChangeKind => (parameters.has(name) ? 'update' : 'create');
  const before = [
    ...named.parameters
      .filter(({ name, value }) => parameters.get(name) !== value)
      .map(({ name }): HandoffChange => ({ kind: kindOf(name), what: 'parameter', name })),
    ...named.secrets.flatMap((secret) => secretChange(secrets.get(secret.name), secret)),
  ];
  const versions = new Map([...secrets].map(([name, secret]) => [name, secretVersionOf(secret)] as const));
  const { version } = named;
  if (before.length === 0 && parameters.get(version) === digestOf(named, versions)) return [];
  return [...before, { kind: kindOf(version), what: 'version', name: version }];
}

function secretChange(stored: StoredSecret | undefined, { name, value }: Named): readonly HandoffChange[] {
  if (stored?.state === 'present' && stored.value === value) return [];
  return [{ kind: stored?.state === 'present' ? 'update' : 'create', what: 'secret', name }];
}

function secretVersionOf(secret: StoredSecret): string {
  return secret.state === 'present' ? secret.version : '';
}

function digestOf({ parameters, secrets }: NamedHandoff, versions: ReadonlyMap<string, string>): string {
  const ids = Object.fromEntries(parameters.map(({ id, value }) => [id, value]));
  return versionOf(ids, secrets.map(({ name }) => versions.get(name) ?? '').join(' '));
}
