import { seededRandom } from '../../base/seeded-random';
import type { Entity } from './store';

/** Reads for which a directory that is spread over many machines shows an earlier state. */
export interface LagSettings {
  /** Reads that answer 404 after an object was created. @default 0 */
  readonly creates?: number;
  /** Reads that show the former state after an object was changed. @default 0 */
  readonly updates?: number;
  /** Reads that still show an object after it was deleted. @default 0 */
  readonly deletes?: number;
  /** With a seed the numbers above are the most, and each change draws its own. @default none: always the most */
  readonly seed?: number;
}

interface Former {
  readonly version: Entity | undefined;
  reads: number;
}

/** Eventual consistency, counted in reads and not in time, so that a test sees the same every time. */
export class Visibility {
  private readonly former = new Map<string, Former>();
  private settings: LagSettings = {};
  private random: () => number = () => 1;

  set(settings: LagSettings): void {
    this.settings = settings;
    this.random = settings.seed === undefined ? () => 1 : seededRandom(settings.seed);
    this.former.clear();
  }

  changed(id: string, before: Entity | undefined, after: Entity | undefined): void {
    const pending = this.former.get(id);
    const reads = this.draw(before, after);
    if (reads === 0 && pending === undefined) return;
    // A change on top of one that is not visible yet does not make the older one visible.
    const version = pending === undefined ? before : pending.version;
    this.former.set(id, { version, reads: Math.max(reads, pending?.reads ?? 0) });
  }

  /** The object as a reader sees it now; counts as a read. */
  read(id: string, current: Entity | undefined): Entity | undefined {
    const former = this.former.get(id);
    if (former === undefined) return current;
    former.reads -= 1;
    if (former.reads <= 0) this.former.delete(id);
    return former.version;
  }

  /** Says that a request that changes the object does not find it; that counts as a read. */
  isHidden(id: string): boolean {
    const former = this.former.get(id);
    return former !== undefined && former.version === undefined && this.read(id, undefined) === undefined;
  }

  private draw(before: Entity | undefined, after: Entity | undefined): number {
    const { creates = 0, updates = 0, deletes = 0 } = this.settings;
    if (before === undefined) return this.upTo(creates);
    return this.upTo(after === undefined ? deletes : updates);
  }

  private upTo(most: number): number {
    return most === 0 ? 0 : Math.ceil(this.random() * most);
  }
}
