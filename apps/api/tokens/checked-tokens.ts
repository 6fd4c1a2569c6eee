import { hash } from 'node:crypto';
import { verifyAccessToken, type Caller, type TokenRules, type VerifiedToken } from './access-token';

interface Checked extends VerifiedToken {
  /** Of the keys when it came. */
  readonly version: number;
}

/** Number of tokens that are remembered; the one that was checked first goes first. */
const CAPACITY = 2_000;

/**
 * Checks tokens, and remembers by a hash those that were accepted: a person's token comes with every request for an hour.
 * One that is remembered counts within its own times, and until keys are fetched again. A token that was
 * refused is checked each time.
 */
export class CheckedTokens {
  readonly #checked = new Map<string, Checked>();

  constructor(
    private readonly rules: TokenRules,
    private readonly capacity = CAPACITY,
  ) {}

  /**
   * Caller that a token speaks for. @throws TokenFault if it is not to be accepted, KeysUnavailable if there never were
   * keys
   */
  async callerOf(token: string): Promise<Caller> {
    const digest = hash('sha256', token, 'base64url');
    const known = this.#checked.get(digest);
    if (known !== undefined && this.#isCurrent(known)) return known.caller;
    this.#checked.delete(digest);
    // From before: keys that are fetched meanwhile need not be those that it is checked with.
    const version = this.#keysVersion();
    const verified = await verifyAccessToken(token, this.rules);
    this.#remember(digest, { ...verified, version });
    return verified.caller;
  }

  #isCurrent(checked: Checked): boolean {
    const seconds = (this.rules.now?.() ?? new Date()).getTime() / 1_000;
    return checked.nbf <= seconds && seconds < checked.exp && checked.version === this.#keysVersion();
  }

  #keysVersion(): number {
    const { flows } = this.rules;
    return flows['sign-in'].keys.version + flows['step-up'].keys.version;
  }

  #remember(digest: string, checked: Checked): void {
    const [oldest] = this.#checked.keys();
    if (this.#checked.size >= this.capacity && oldest !== undefined) this.#checked.delete(oldest);
    this.#checked.set(digest, checked);
  }
}
