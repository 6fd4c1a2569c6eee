import type { SessionTable, Stored } from './session-table';
import type { SessionState } from './state';

/** A page may show a session as it was so long ago, on another machine. What writes reads the table. */
const REUSE_MS = 2_000;
const MAX_SESSIONS = 2_000;

interface Recent {
  readonly stored: Stored;
  readonly readAt: number;
}

/** Sessions that this process has read or written just now, in front of the table. */
export class RecentSessions {
  readonly #recent = new Map<string, Recent>();

  constructor(private readonly table: SessionTable) {}

  /** The session as it was at most two seconds ago. */
  async findRecent(sessionId: string): Promise<Stored | undefined> {
    const known = this.#recent.get(sessionId);
    const isUsable = known !== undefined && performance.now() - known.readAt < REUSE_MS;
    return isUsable && this.table.isLive(known.stored) ? known.stored : await this.find(sessionId);
  }

  async find(sessionId: string): Promise<Stored | undefined> {
    return this.#keep(sessionId, await this.table.find(sessionId));
  }

  async put(sessionId: string, state: SessionState, replaces: number): Promise<Stored> {
    this.#recent.delete(sessionId);
    const stored = await this.table.put(sessionId, state, replaces);
    this.#keep(sessionId, stored);
    return stored;
  }

  async touch(sessionId: string, stored: Stored): Promise<Stored> {
    const touched = await this.table.touch(sessionId, stored);
    const known = this.#recent.get(sessionId);
    if (touched !== stored && known?.stored.version === stored.version) {
      this.#recent.set(sessionId, { ...known, stored: touched });
    }
    return touched;
  }

  async remove(sessionId: string): Promise<void> {
    await this.table.remove(sessionId);
    this.#recent.delete(sessionId);
  }

  #keep(sessionId: string, stored: Stored | undefined): Stored | undefined {
    this.#recent.delete(sessionId);
    if (stored === undefined) return undefined;
    const [oldest] = this.#recent.keys();
    if (oldest !== undefined && this.#recent.size >= MAX_SESSIONS) this.#recent.delete(oldest);
    this.#recent.set(sessionId, { stored, readAt: performance.now() });
    return stored;
  }
}
