/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Requests that a rule hits, of those that it fits. */
export interface FaultTiming {
  /** Requests that fit and pass before the first fault. @default 0 */
  readonly skip?: number;
  /** Faults before the rule is used up. */
  readonly times?: number;
  /** Share of fitting requests that are hit, by the seed. @default 1 */
  readonly probability?: number;
}

interface FaultOptions<Rule, Subject> {
  readonly fits: (rule: Rule, subject: Subject) => boolean;
  /** Faults of a rule that does not say how many. */
  readonly times: number;
}

interface ActiveRule<Rule> {
  readonly rule: Rule;
  skip: number;
  times: number;
}

/** Decides which requests go wrong. The same rules and the same seed hit the same requests in the same order. */
export class Faults<Rule extends FaultTiming, Subject> {
  private rules: ActiveRule<Rule>[] = [];
  private random = seededRandom(1);

  constructor(private readonly options: FaultOptions<Rule, Subject>) {}

  /** Adds rules; the first that fits a request decides. */
  add(...rules: readonly Rule[]): void {
    const { times } = this.options;
    this.rules.push(...rules.map((rule) => ({ rule, skip: rule.skip ?? 0, times: rule.times ?? times })));
  }

  seed(seed: number): void {
    this.random = seededRandom(seed);
  }

  clear(): void {
    this.rules = [];
  }

  /** Faults that are still to come. */
  get pending(): number {
    return this.rules.reduce((sum, { times }) => sum + times, 0);
  }

  /** Tells whether a rule that was added may still hit a request. */
  isPending(rule: Rule): boolean {
    return this.rules.some((active) => active.rule === rule && active.times > 0);
  }

  next(subject: Subject): Rule | undefined {
    return this.rules.find((active) => this.options.fits(active.rule, subject) && this.hits(active))?.rule;
  }

  private hits(active: ActiveRule<Rule>): boolean {
    if (active.times <= 0) return false;
    if (active.skip > 0) {
      active.skip -= 1;
      return false;
    }
    const { probability = 1 } = active.rule;
    if (probability < 1 && this.random() >= probability) return false;
    active.times -= 1;
    return true;
  }
}
