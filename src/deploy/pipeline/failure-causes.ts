/** A resource that a deployment failed for. */
export interface Cause {
  readonly id: string;
  readonly type: string;
  readonly reason: string;
  /** Of an assignment: its account. */
  readonly account?: string;
}

export function resourceLine({ id, type, reason }: Cause): string {
  return `  ${id} (${type}): ${reason}`;
}

/** Says what a deployment failed for, and how to go on without an account that can't be changed. */
export function causeLines(causes: readonly Cause[]): readonly string[] {
  if (causes.length === 0) return [];
  const accounts = [...new Set(causes.flatMap(({ account }) => account ?? []))].toSorted();
  const failed = ['The last deployment was taken back, since this failed:', ...causes.map(resourceLine)];
  if (accounts.length === 0) return failed;
  return [
    ...failed,
    `  to do: fix it, or deploy without ${accounts.length === 1 ? 'this account' : 'these accounts'} for now, by lines of estate.yaml:`,
    '    access:',
    '      excludedAccounts:',
    ...accounts.flatMap((account) => [
      `        - account: '${account}'`,
      '          reason: why it is left out, and until when',
    ]),
  ];
}
