import { type Created, IncompleteError } from '../resource';

/**
 * Objects of the service that resources of a run stand for. A resource that gets another name in the program is made, which takes
 * over what is there, and then the old one is deleted: in that run, or in the next one, where something else failed.
 */
export class Holders {
  private readonly byObject = new Map<string, Set<string>>();

  /** Says that the program has a resource that stands for an object. */
  add(urn: string, id: string): void {
    this.of(urn, id).add(urn);
  }

  /** Makes a resource. What is deleted afterwards is what was there before, also where it has the same name. */
  async making(urn: string, create: () => Promise<Created>): Promise<Created> {
    try {
      const created = await create();
      this.of(urn, created.id).add(MADE);
      return created;
    } catch (error) {
      if (error instanceof IncompleteError) this.of(urn, error.id).add(MADE);
      throw error;
    }
  }

  /** Tells whether an object stays although this resource goes. */
  isHeldByAnother(urn: string, id: string): boolean {
    const holders = this.of(urn, id);
    holders.delete(urn);
    return holders.size > 0;
  }

  clear(): void {
    this.byObject.clear();
  }

  private of(urn: string, id: string): Set<string> {
    const key = `${typeOf(urn)} ${id}`;
    const holders = this.byObject.get(key) ?? new Set();
    this.byObject.set(key, holders);
    return holders;
  }
}

const MADE = 'made';

/** Type of a resource, without those of its parents. */
function typeOf(urn: string): string {
  return urn.split('::')[2]?.split('$').at(-1) ?? urn;
}
