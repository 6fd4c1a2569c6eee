import { textOf } from '../../../../../provider/values';
import { type FoundObject, isSought } from '../../../../clouds/facts/found-objects';
import { textsOf } from '../../../../clouds/graph/directory';
import { findObject } from '../../../../clouds/graph/recovery/find-object';
import { ownerNames, type Seeker } from '../../../../clouds/graph/recovery/named-objects';
import { lastPart } from '../../../../clouds/graph/recovery/spare-objects';
import type { StackState, StateResource } from '../../../../clouds/pulumi/stack-state';
import { isReference, type ProgramResource, type ProgramRun } from '../../../../preview/entra/facts';
import { ResourceSearch } from '../../../../preview/entra/resource-search';

/** An object of the directory that a program declares and its stack has no record of. */
export interface LostObject {
  readonly resource: ProgramResource;
  readonly object: FoundObject;
  /** True if a run that ended early was making it; false if it is known by what identifies it alone. */
  readonly wasPending: boolean;
}

/**
 * Looks up what a program declares and the state of its stack lacks, by what identifies each type. Inputs that come from other
 * resources are those of the state, or of what was found before.
 *
 * @throws GraphError
 */
export async function findLost(run: ProgramRun, state: StackState, seeker: Seeker): Promise<readonly LostObject[]> {
  const search = searchIn(run, state, seeker);
  const known = stateOf(state);
  // What the stack has by another name is not to be taken over a second time: it would be deleted by the first one.
  const isTaken = ({ type }: ProgramResource, { id }: FoundObject): boolean =>
    state.resources.some((one) => one.type === type && lastPart(one.id) === lastPart(id));
  const pending = new Set(state.pending.map(({ resource }) => keyOf(resource)));
  const lost: LostObject[] = [];
  for (const resource of run.resources) {
    const wasPending = pending.has(keyOf(resource));
    if (resource.kind !== 'resource' || known(resource) !== undefined) continue;
    // A stack with `credentials: kept` makes none, which only the deployment knows; made once more, it is the same.
    if (resource.type === SECRETS && !wasPending) continue;
    const object = await search.find(resource.key);
    if (object !== undefined && !isTaken(resource, object)) lost.push({ resource, object, wasPending });
  }
  return lost;
}

/** Resources of a program that a refresh took out of the state of its stack. */
export interface Dropped {
  /** Objects that are there all the same: a replica of the directory that lags did not know them. */
  readonly there: readonly LostObject[];
  /** Names of what the directory does not show. */
  readonly gone: readonly string[];
  /** Names of what can't be looked for: no property says which object it is. */
  readonly unsought: readonly string[];
}

/** Looks again for what the state had before a refresh and has no more. @throws GraphError */
export async function findDropped(
  run: ProgramRun,
  { before, after }: { readonly before: StackState; readonly after: StackState },
  seeker: Seeker,
): Promise<Dropped> {
  const left = new Set(after.resources.map(keyOf));
  const declared = new Set(run.resources.flatMap(keysOf));
  const ids = new Map(before.resources.map((resource) => [keyOf(resource), resource.id]));
  const dropped = before.resources.filter(
    (one) => one.id !== undefined && declared.has(keyOf(one)) && !left.has(keyOf(one)),
  );
  if (dropped.length === 0) return { there: [], gone: [], unsought: [] };
  const found = await findLost(run, { ...after, savedAt: before.savedAt }, seeker);
  // Another object of the name is not what the stack had.
  const there = found.filter(({ resource, object }) =>
    keysOf(resource).some((key) => lastPart(ids.get(key)) === lastPart(object.id)),
  );
  const names = new Set(there.flatMap(({ resource }) => keysOf(resource)));
  const others = dropped.filter((one) => !names.has(keyOf(one)));
  const namesOf = (all: readonly StateResource[]): readonly string[] => all.map(({ name }) => name);
  return {
    there,
    gone: namesOf(others.filter(({ type }) => isSought(type))),
    unsought: namesOf(others.filter(({ type }) => !isSought(type))),
  };
}

/** An object that a run was making, and that the estate has dropped since. */
export interface StrayObject {
  readonly resource: StateResource;
  readonly object: FoundObject;
}

/** Looks up what a run was making and the program no longer declares: no stack will ever have it. @throws GraphError */
export async function findStrays(
  { resources }: ProgramRun,
  { pending, savedAt }: StackState,
  { graph, caller }: Seeker,
): Promise<readonly StrayObject[]> {
  const declared = new Set(resources.flatMap(keysOf));
  const strays: StrayObject[] = [];
  for (const { type, resource } of pending) {
    if (type !== 'creating' || declared.has(keyOf(resource))) continue;
    const owners = ownerNames([caller, ...textsOf(resource.inputs['owners'])]);
    const object = await findObject(resource.type, resource.inputs, { graph, owners, endedAt: savedAt });
    if (object !== undefined) strays.push({ resource, object });
  }
  return strays;
}

const SECRETS = 'azuread:index/synchronizationSecret:SynchronizationSecret';

/** Type and name, which no two resources of a program share; the stack's project is the team's. */
export function keyOf({ type, name }: Pick<StateResource, 'type' | 'name'>): string {
  return `${type}::${name}`;
}

/** The key of a resource, and those that it has had under earlier names. */
function keysOf(resource: ProgramResource): readonly string[] {
  return [keyOf(resource), ...resource.aliases.map(keyInUrn)];
}

/** Of `urn:pulumi:<stack>::<project>::<types>::<name>`. */
function keyInUrn(urn: string): string {
  const [, , types = '', ...name] = urn.split('::');
  return keyOf({ type: types.split('$').at(-1) ?? types, name: name.join('::') });
}

/** Finds a resource of a program in the state of its stack, by any of its names. */
function stateOf({ resources }: StackState): (resource: ProgramResource) => StateResource | undefined {
  const known = new Map(resources.map((resource) => [keyOf(resource), resource]));
  return (resource) =>
    keysOf(resource)
      .map((key) => known.get(key))
      .find((one) => one !== undefined);
}

/** Looks up resources of a program. What comes from resources of its stack is what the stack has of them. */
function searchIn(run: ProgramRun, state: StackState, { graph, caller }: Seeker): ResourceSearch<FoundObject> {
  const known = stateOf(state);
  const pending = new Map(state.pending.map(({ resource }) => [keyOf(resource), resource.inputs]));
  return new ResourceSearch(run, {
    find: (resource, inputs) => {
      // Ids that the program or the interrupted run gives, and the names of those whom it looks up.
      const { owners } = resource.inputs;
      const lookup = isReference(owners) ? run.resources.find(({ key }) => key === owners.$ref) : undefined;
      const given = pending.get(keyOf(resource))?.['owners'];
      const all = [inputs['owners'], given, lookup?.inputs['userPrincipalNames']].flatMap(textsOf);
      return findObject(resource.type, inputs, { graph, owners: ownerNames([caller, ...all]), endedAt: state.savedAt });
    },
    outputsOf: (resource) => {
      const one = known(resource);
      return one && ((property) => (property === 'id' ? one.id : textOf(one.outputs[property]) || undefined));
    },
  });
}
