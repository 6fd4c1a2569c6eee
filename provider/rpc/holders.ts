import { type Created, type Held, IncompleteError } from '../resource';
import type { Properties } from '../values';

/**
 * Objects of the service that resources of a run stand for. A resource that gets another name in the program is made, which takes
 * over what is there, and then the old one is deleted: in that run, or in the next one, where something else failed.
 */
export class Holders {
  private readonly byObject = new Map<string, HeldObject>();

  /** Says that the program has a resource that stands for an object, and what it declares of it. */
  add(urn: string, id: string, inputs: Properties): void {
    this.hold({ urn, id, inputs }, urn);
  }

  /** Makes a resource. What is deleted afterwards is what was there before, also where it has the same name. */
  async making(urn: string, inputs: Properties, create: () => Promise<Created>): Promise<Created> {
    try {
      const created = await create();
      this.hold({ urn, id: created.id, inputs }, MADE);
      return created;
    } catch (error) {
      if (error instanceof IncompleteError) this.hold({ urn, id: error.id, inputs }, MADE);
      throw error;
    }
  }

  /** Objects of the type of a resource that the program stands for. */
  ofTypeOf(urn: string): readonly Held[] {
    const type = typeOf(urn);
    return [...this.byObject.values()].filter((one) => one.type === type && one.holders.size > 0);
  }

  /** Tells whether an object stays although this resource goes. */
  isHeldByAnother(urn: string, id: string): boolean {
    const holders = this.byObject.get(keyOf(urn, id))?.holders;
    holders?.delete(urn);
    return holders !== undefined && holders.size > 0;
  }

  clear(): void {
    this.byObject.clear();
  }

  private hold({ urn, id, inputs }: Held & { readonly urn: string }, holder: string): void {
    const key = keyOf(urn, id);
    const { holders = new Set<string>() } = this.byObject.get(key) ?? {};
    this.byObject.set(key, { type: typeOf(urn), id, inputs, holders: holders.add(holder) });
  }
}

interface HeldObject extends Held {
  readonly type: string;
  readonly holders: Set<string>;
}

const MADE = 'made';

function keyOf(urn: string, id: string): string {
  return `${typeOf(urn)} ${id}`;
}

/** Type of a resource, without those of its parents. */
function typeOf(urn: string): string {
  return urn.split('::')[2]?.split('$').at(-1) ?? urn;
}
