import { isList } from '../../estate/source/inputs';
import {
  type FactInputs,
  type FactValue,
  isInterpolation,
  isObject,
  isReference,
  type ProgramResource,
  type ProgramRun,
} from './facts';

interface Outputs {
  readonly outputs: Readonly<Record<string, string | undefined>>;
}

interface Look<Found> {
  /** Finds what a resource stands for, by its inputs with what is known of the resources that they come from. */
  readonly find: (resource: ProgramResource, inputs: FactInputs) => Promise<Found | undefined>;
  /** Outputs of a resource that is known, which is not looked for. @default none is */
  readonly outputsOf?: (resource: ProgramResource) => ((property: string) => string | undefined) | undefined;
}

/** Finds what the resources of a program stand for, each after those that its inputs come from. */
export class ResourceSearch<Found extends Outputs> {
  private readonly declared: ReadonlyMap<string, ProgramResource>;
  private readonly met = new Map<string, Found | undefined>();

  constructor(
    { resources }: ProgramRun,
    private readonly look: Look<Found>,
  ) {
    this.declared = new Map(resources.map((resource) => [resource.key, resource]));
  }

  async find(key: string): Promise<Found | undefined> {
    const resource = this.declared.get(key);
    if (resource === undefined || this.met.has(key)) return this.met.get(key);
    // A program has no circles; this ends one all the same.
    this.met.set(key, undefined);
    const one = await this.look.find(resource, await this.known(resource.inputs));
    this.met.set(key, one);
    return one;
  }

  /** Inputs without what only the deployment knows. One after the other: what is being looked up counts as not there. */
  private async known(inputs: FactInputs): Promise<FactInputs> {
    const known: Record<string, FactValue | undefined> = {};
    for (const [key, value] of Object.entries(inputs)) known[key] = await this.valueOf(value);
    return known;
  }

  private async valueOf(value: FactValue | undefined): Promise<FactValue | undefined> {
    if (isReference(value)) return this.outputOf(value.$ref, value.property);
    if (isInterpolation(value)) {
      const parts = await this.itemsOf(value.$text);
      return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
    }
    if (isList(value)) return this.itemsOf(value);
    if (typeof value !== 'object' || value === null) return value;
    return isObject(value) ? this.known(value) : undefined;
  }

  /** What is unknown keeps its place in a list. */
  private async itemsOf(list: readonly FactValue[]): Promise<readonly FactValue[]> {
    const items: FactValue[] = [];
    for (const item of list) items.push((await this.valueOf(item)) ?? null);
    return items;
  }

  private async outputOf(key: string, property: string): Promise<string | undefined> {
    const resource = this.declared.get(key);
    const known = resource && this.look.outputsOf?.(resource);
    return known === undefined ? (await this.find(key))?.outputs[property] : known(property);
  }
}
