import {
  type FoundObject,
  type KnownInputs,
  ownerNames,
  type Seeker,
} from '../../../../clouds/graph/recovery/named-objects';
import { findObject, isSought } from '../../../../clouds/graph/recovery/find-object';
import { lastPart } from '../../../../clouds/graph/recovery/spare-objects';
import type { StackState, StateResource } from '../../../../clouds/pulumi/stack-state';
import { type Properties, textOf } from '../../../../../provider/values';
import { textsOf } from '../../../../clouds/graph/directory';
import {
  type FactValue,
  isInterpolation,
  isReference,
  isSecret,
  isUnknown,
  type ProgramResource,
  type ProgramRun,
} from '../../../../preview/entra/facts';

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
  const search = new Search(run, state, seeker);
  const pending = new Set(state.pending.map(({ resource }) => keyOf(resource)));
  const lost: LostObject[] = [];
  for (const resource of run.resources) {
    const wasPending = pending.has(keyOf(resource));
    if (resource.kind !== 'resource' || search.isKnown(resource)) continue;
    // A stack with `credentials: kept` makes none, which only the deployment knows; made once more, it is the same.
    if (resource.type === SECRETS && !wasPending) continue;
    const object = await search.find(resource.key);
    // What the stack has by another name is not to be taken over a second time: it would be deleted by the first one.
    if (object !== undefined && !search.has(resource.type, object)) lost.push({ resource, object, wasPending });
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
    const { inputs } = resource;
    const text = (key: string): string | undefined => textOf(inputs[key]) || undefined;
    const owners = ownerNames([caller, ...textsOf(inputs['owners'])]);
    const known: KnownInputs = { text, value: (key) => inputs[key], owners, endedAt: savedAt };
    const object = await findObject(resource.type, known, graph);
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

class Search {
  private readonly declared: ReadonlyMap<string, ProgramResource>;
  private readonly known: ReadonlyMap<string, StateResource>;
  private readonly pending: ReadonlyMap<string, Properties>;
  private readonly endedAt: number;
  private readonly found = new Map<string, FoundObject | undefined>();

  constructor(
    run: ProgramRun,
    state: StackState,
    private readonly seeker: Seeker,
  ) {
    this.endedAt = state.savedAt;
    this.pending = new Map(state.pending.map(({ resource }) => [keyOf(resource), resource.inputs]));
    this.declared = new Map(run.resources.map((resource) => [resource.key, resource]));
    this.known = new Map(state.resources.map((resource) => [keyOf(resource), resource]));
  }

  isKnown(resource: ProgramResource): boolean {
    return this.stateOf(resource) !== undefined;
  }

  /** True if the stack has this very object, by whatever name. */
  has(type: string, { id }: FoundObject): boolean {
    return [...this.known.values()].some((one) => one.type === type && lastPart(one.id) === lastPart(id));
  }

  private stateOf(resource: ProgramResource): StateResource | undefined {
    const key = keysOf(resource).find((one) => this.known.has(one));
    return key === undefined ? undefined : this.known.get(key);
  }

  async find(key: string): Promise<FoundObject | undefined> {
    const resource = this.declared.get(key);
    if (resource === undefined || this.found.has(key)) return this.found.get(key);
    // A program has no circles; this ends one all the same.
    this.found.set(key, undefined);
    const inputs = await this.inputsOf(resource);
    const object = await findObject(resource.type, inputs, this.seeker.graph);
    this.found.set(key, object);
    return object;
  }

  private async inputsOf(resource: ProgramResource): Promise<KnownInputs> {
    const values = new Map<string, unknown>();
    for (const [name, value] of Object.entries(resource.inputs)) values.set(name, await this.valueOf(value));
    const text = (key: string): string | undefined => {
      const value = values.get(key);
      return typeof value === 'string' ? value : undefined;
    };
    const owners = ownerNames([this.seeker.caller, ...this.ownersOf(resource, values.get('owners'))]);
    return { text, value: (key) => values.get(key), owners, endedAt: this.endedAt };
  }

  /** Ids that the program or the interrupted run gives, and the names of those whom it looks up. */
  private ownersOf(resource: ProgramResource, known: unknown): readonly string[] {
    const { owners } = resource.inputs;
    const lookup = isReference(owners) ? this.declared.get(owners.$ref) : undefined;
    const given = this.pending.get(keyOf(resource))?.['owners'];
    return [known, given, lookup?.inputs['userPrincipalNames']].flatMap(textsOf);
  }

  /** One after the other: what is being looked up counts as not there. */
  private async valueOf(value: FactValue | undefined): Promise<unknown> {
    if (isReference(value) || isInterpolation(value)) return this.textOf(value);
    if (isSecret(value) || isUnknown(value)) return undefined;
    if (typeof value !== 'object' || value === null) return value;
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) entries.push([key, await this.valueOf(item)]);
    return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
  }

  private async textOf(value: FactValue | undefined): Promise<string | undefined> {
    if (typeof value === 'string') return value;
    if (isReference(value)) return this.outputOf(value.$ref, value.property);
    if (!isInterpolation(value)) return undefined;
    const parts = await Promise.all(value.$text.map((part) => this.textOf(part)));
    return parts.includes(undefined) ? undefined : parts.join('');
  }

  private async outputOf(key: string, property: string): Promise<string | undefined> {
    const resource = this.declared.get(key);
    const known = resource && this.stateOf(resource);
    if (known === undefined) return (await this.find(key))?.outputs[property];
    return property === 'id' ? known.id : textOf(known.outputs[property]) || undefined;
  }
}
