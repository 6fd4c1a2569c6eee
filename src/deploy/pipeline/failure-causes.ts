import { type Cause, type Granted, waysOn } from './ways-on';

export function resourceLine({ id, type, reason }: Cause): string {
  return `  ${id} (${type}): ${reason}`;
}

/** Says what a deployment failed for, and how to go on without an account that can't be changed. */
export function causeLines(causes: readonly Cause[], plan: Granted): readonly string[] {
  if (causes.length === 0) return [];
  const [existing, others] = [causes.filter(isThere), causes.filter((cause) => !isThere(cause))];
  return [
    'The last deployment was taken back, since this failed:',
    ...causes.map(resourceLine),
    ...(existing.length === 0 ? [] : [EXISTS]),
    ...waysOn(others, plan),
  ];
}

/** Code that a handler of CloudFormation answers with ('Handler error codes'), and IAM Identity Center's own words. */
const isThere = ({ reason }: Cause): boolean => /AlreadyExists|already exists/.test(reason);

const EXISTS =
  '  to do: what exists already was made by another stack, another program or a person. Take it out there and deploy that first, or ' +
  'delete it by hand, and deploy again; to take it over as it is, import it (docs/importing.md)';
