/** Milliseconds from one try to the next until the first one works. */
const RETRY_MS = 250;

export interface FetchedOptions {
  /** Is told of a fetch that failed, once while it goes on failing in the same way. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds from one fetch in the background to the next. @default none after the first that worked */
  readonly refreshMs?: number | undefined;
}

/**
 * A value that another service publishes. It is fetched at the start and again until it is there; what is there stays, however
 * long that service is away.
 */
export abstract class Fetched<Value> {
  value: Value | undefined;
  #pending: Promise<Value> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #fault: string | undefined;

  constructor(private readonly background: FetchedOptions) {}

  protected abstract load(): Promise<Value>;

  get isReady(): boolean {
    return this.value !== undefined;
  }

  start(): void {
    this.#isStopped = false;
    void this.#repeat();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Fetches once, however many ask. @throws what the fetch threw; `onFailure` is told too */
  refresh(): Promise<Value> {
    this.#pending ??= this.#fetch().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #repeat(): Promise<void> {
    await this.refresh().catch(() => undefined);
    const pause = this.isReady ? this.background.refreshMs : RETRY_MS;
    if (!this.#isStopped && pause !== undefined) this.#timer = setTimeout(() => void this.#repeat(), pause).unref();
  }

  async #fetch(): Promise<Value> {
    try {
      this.value = await this.load();
      this.#fault = undefined;
      return this.value;
    } catch (error) {
      if (this.#fault !== String(error)) this.background.onFailure(error);
      this.#fault = String(error);
      throw error;
    }
  }
}
