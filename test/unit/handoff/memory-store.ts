import type { HandoffStore, StoredSecret } from '../../../src/handoff/store';

/** The process ended here, as far as a store can tell. */
export class Killed extends Error {}

/** Parameters and the secret in memory, and every write in its order. */
export class MemoryStore implements HandoffStore {
  readonly parameters = new Map<string, string>();
  readonly writes: string[] = [];
  secret: StoredSecret = { state: 'empty' };
  private versions = 0;
  private left = Number.POSITIVE_INFINITY;

  /** Lets so many writes through; the next one fails, before or after it took effect. */
  killAfter(writes: number, takesEffect: boolean): void {
    this.left = writes;
    this.takesEffect = takesEffect;
  }

  private takesEffect = false;

  accountId = () => Promise.resolve('210000000011');

  readParameters = (names: readonly string[]) =>
    Promise.resolve(new Map([...this.parameters].filter(([name]) => names.includes(name))));

  writeParameter = (name: string, value: string) =>
    this.write(name, () => {
      this.parameters.set(name, value);
    });

  readSecret = () => Promise.resolve(this.secret);

  writeSecret = async (name: string, value: string) => {
    this.versions += 1;
    const version = `version-${this.versions}`;
    await this.write(name, () => {
      this.secret = { state: 'present', value, version };
    });
    return version;
  };

  private write(name: string, effect: () => void): Promise<void> {
    const isLast = this.left === 0;
    this.left -= 1;
    if (!isLast || this.takesEffect) {
      effect();
      this.writes.push(name);
    }
    return isLast ? Promise.reject(new Killed()) : Promise.resolve();
  }
}
