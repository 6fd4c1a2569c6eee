/**
 * One at a time per key. Graph replaces the credentials of a service principal as a whole list: two resources that read,
 * change and write the list at once would undo each other's change.
 */
export class Locks {
  private readonly tails = new Map<string, Promise<unknown>>();

  /** Runs a task once those before it under the same key have ended, well or not. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    this.tails.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.tails.get(key) === mine) this.tails.delete(key);
    }
  }
}
