import { clientSecretName, parameterName } from '../estate/sections/hosting/handoff';
import type { HandoffId } from '../estate/sections/hosting/handoff';
import type { Handoff } from './handoff';
import { versionOf } from './handoff';
import type { HandoffStore, StoredSecret } from './store';

/** Values that are handed over, and the estate whose hosting gets them. */
export interface NamedHandoff {
  readonly estateName: string;
  readonly handoff: Handoff;
}

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
  readonly secret: StoredSecret;
}

/** Finds what differs from the store, in the order in which it is written: ids, the secret, the version. */
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
  const { handoff } = named;
  const stored = await readStored(store, named);
  const values = valuesOf(named);
  let secretVersion = stored.secret.state === 'present' ? stored.secret.version : '';
  for (const change of changesOf(stored, named)) {
    if (change.what === 'secret') {
      secretVersion = await store.writeSecret(change.name, handoff.clientSecret);
    } else {
      await store.writeParameter(change.name, values.get(change.name) ?? versionOf(handoff.ids, secretVersion));
    }
    onWritten(change);
  }
}

async function readStored(store: HandoffStore, named: NamedHandoff): Promise<Stored> {
  const names = [...valuesOf(named).keys(), parameterName(named.estateName, 'version')];
  const parameters = await store.readParameters(names);
  return { parameters, secret: await store.readSecret(clientSecretName(named.estateName)) };
}

function changesOf({ parameters, secret }: Stored, named: NamedHandoff): readonly HandoffChange[] {
  const kindOf = (name: string): ChangeKind => (parameters.has(name) ? 'update' : 'create');
  const ids = [...valuesOf(named)]
    .filter(([name, value]) => parameters.get(name) !== value)
    .map(([name]): HandoffChange => ({ kind: kindOf(name), what: 'parameter', name }));
  const before = [...ids, ...secretChange(secret, named)];
  const version = parameterName(named.estateName, 'version');
  const isCurrent =
    before.length === 0 &&
    secret.state === 'present' &&
    parameters.get(version) === versionOf(named.handoff.ids, secret.version);
  return isCurrent ? [] : [...before, { kind: kindOf(version), what: 'version', name: version }];
}

function secretChange(secret: StoredSecret, { estateName, handoff }: NamedHandoff): readonly HandoffChange[] {
  if (secret.state === 'present' && secret.value === handoff.clientSecret) return [];
  const kind = secret.state === 'present' ? 'update' : 'create';
  return [{ kind, what: 'secret', name: clientSecretName(estateName) }];
}

/** Values of the ids by the names of their parameters. */
function valuesOf({ estateName, handoff }: NamedHandoff): ReadonlyMap<string, string> {
  const ids = Object.entries(handoff.ids) as readonly (readonly [HandoffId, string])[];
  return new Map(ids.map(([id, value]) => [parameterName(estateName, id), value]));
}
