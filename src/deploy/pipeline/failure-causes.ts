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
  const [existing, others] = [causes.filter(isThere), causes.filter((cause) => !isThere(cause))];
  return [
    'The last deployment was taken back, since this failed:',
    ...causes.map(resourceLine),
    ...(existing.length === 0 ? [] : [EXISTS]),
    ...exclusionLines([...new Set(others.flatMap(({ account }) => account ?? []))].toSorted()),
  ];
}

/** Code that a handler of CloudFormation answers with ('Handler error codes'), and IAM Identity Center's own words. */
const isThere = ({ reason }: Cause): boolean => /AlreadyExists|already exists/.test(reason);

const EXISTS =
  '  to do: what exists already was made by another stack, another program or a person. Take it out there and deploy that first, or ' +
  'delete it by hand, and deploy again; to take it over as it is, import it (docs/importing.md)';

/** Lines that leave out accounts which can't be changed. */
function exclusionLines(accounts: readonly string[]): readonly string[] {
  if (accounts.length === 0) return [];
  return [
    `  to do: fix it, or deploy without ${accounts.length === 1 ? 'this account' : 'these accounts'} for now, by lines of estate.yaml:`,
    '    access:',
    '      excludedAccounts:',
    ...accounts.flatMap((account) => [
      `        - account: '${account}'`,
      '          reason: why it is left out, and until when',
    ]),
  ];
}
