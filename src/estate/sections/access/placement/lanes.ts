/**
 * Account assignments that IAM Identity Center works on at once (IAM Identity Center quotas), and so the lanes of a shard.
 * Assignments of a lane depend on one another in a row.
 */
export const LANES = 10;

/**
 * Lanes of one shard. IAM Identity Center updates one role of an account at a time (its quotas), so an account has all its
 * assignments of a shard in one lane: two of them never wait for the same account side by side.
 */
export class Lanes {
  /** Assignments of each lane; the first lane is number 1. */
  private readonly loads: number[] = Array.from({ length: LANES }, () => 0);
  private readonly byAccount = new Map<string, number>();

  /** The lane of an account: the one that it has, or else the one with the least to do. */
  laneOf(account: string): number {
    return this.byAccount.get(account) ?? this.leastLoaded();
  }

  /** Assignments in a lane. */
  loadOf(lane: number): number {
    return this.loads[lane - 1] ?? 0;
  }

  /** Adds assignments of an account to a lane, which is the account's from then on. */
  add(account: string, lane: number, assignments = 1): void {
    this.byAccount.set(account, lane);
    this.loads[lane - 1] = this.loadOf(lane) + assignments;
  }

  private leastLoaded(): number {
    return this.loads.indexOf(Math.min(...this.loads)) + 1;
  }
}
