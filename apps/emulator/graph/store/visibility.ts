import { seededRandom } from '../../base/faults';
import type { Quirks } from '../quirks';
import type { Collection, Entity, ObjectChange } from './store';

/** Reads for which a directory that is spread over many machines shows an earlier state. */
export interface LagSettings {
  /** Reads that answer 404 after an object was created. @default 0 */
  readonly creates?: number;
  /** Reads that show the former state after an object was changed. @default 0 */
  readonly updates?: number;
  /** Reads that still show an object after it was deleted. @default 0 */
  readonly deletes?: number;
  /** With a seed the numbers above are the most, and each change draws its own from 0. @default none: always the most */
  readonly seed?: number;
}

interface Former {
  readonly collection: Collection;
  readonly id: string;
  /** From the oldest on that a replica may still have; undefined where it has none. */
  readonly versions: readonly (Entity | undefined)[];
  reads: number;
}

/**
 * Eventual consistency, counted in reads and not in time, so that a test sees the same every time. With the quirk `out-of-order`
 * and a seed any replica may answer a read: one that has all changes, or one that lags, and after a newer answer an older one.
 */
export class Visibility {
  /** By collection and id: what belongs to an object may have the id of that object. */
  private readonly former = new Map<string, Former>();
  private settings: LagSettings = {};
  private random: (() => number) | undefined;

  constructor(private readonly quirks: Pick<Quirks, 'lag'>) {}

  set(settings: LagSettings): void {
    this.settings = settings;
    this.random = settings.seed === undefined ? undefined : seededRandom(settings.seed);
    this.former.clear();
  }

  changed({ collection, id, before, after }: ObjectChange): void {
    if (!this.isOn()) return;
    const key = keyOf(collection, id);
    const pending = this.former.get(key);
    const reads = this.draw(before, after);
    if (reads === 0 && pending === undefined) return;
    // A change on top of one that is not visible yet does not make the older one visible.
    const versions = [...(pending?.versions ?? []), before];
    this.former.set(key, { collection, id, versions, reads: Math.max(reads, pending?.reads ?? 0) });
  }

  /** The object as a reader sees it now; counts as a read. */
  read(collection: Collection, id: string, current: Entity | undefined): Entity | undefined {
    const key = keyOf(collection, id);
    const former = this.isOn() ? this.former.get(key) : undefined;
    if (former === undefined || this.among(2) === 1) return current;
    former.reads -= 1;
    if (former.reads <= 0) this.former.delete(key);
    return former.versions[this.among(former.versions.length)];
  }

  /** Objects of a collection as a reader sees them now, with those that are gone for others; counts as a read of each. */
  list(collection: Collection, current: readonly Entity[]): readonly Entity[] {
    const there = new Set(current.map(({ id }) => id));
    const former = this.isOn() ? [...this.former.values()] : [];
    const gone = former.filter((one) => one.collection === collection && !there.has(one.id));
    return [
      ...current.flatMap((entity) => this.read(collection, entity.id, entity) ?? []),
      ...gone.flatMap(({ id }) => this.read(collection, id, undefined) ?? []),
    ];
  }

  /** Says that a request that changes the object does not find it; that counts as a read. */
  isHidden(collection: Collection, id: string): boolean {
    const former = this.isOn() ? this.former.get(keyOf(collection, id)) : undefined;
    if (former?.versions.includes(undefined) !== true) return false;
    return this.read(collection, id, { id }) === undefined;
  }

  /** Shows all that was written so far, as when time has passed. */
  settle(): void {
    this.former.clear();
  }

  /** Draws one of so many; the first where replicas answer in order. */
  private among(count: number): number {
    if (this.quirks.lag !== 'out-of-order' || this.random === undefined) return 0;
    return Math.floor(this.random() * count);
  }

  /** Tells whether anything lags. What was not visible yet when the quirk was set is visible from then on. */
  private isOn(): boolean {
    if (this.quirks.lag === 'none') this.settle();
    return this.quirks.lag !== 'none';
  }

  private draw(before: Entity | undefined, after: Entity | undefined): number {
    const { creates = 0, updates = 0, deletes = 0 } = this.settings;
    if (before === undefined) return this.upTo(creates);
    return this.upTo(after === undefined ? deletes : updates);
  }

  private upTo(most: number): number {
    return this.random === undefined ? most : Math.floor(this.random() * (most + 1));
  }
}

function keyOf(collection: Collection, id: string): string {
  return `${collection}/${id}`;
}
