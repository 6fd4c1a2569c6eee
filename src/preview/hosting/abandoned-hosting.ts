import type { Estate } from '../../estate/sections/estate';
import { HOSTING_KINDS, stackName } from '../../estate/plan/stacks';
import type { Replacement } from '../report-types';

/** Stacks of the hosting that the base deploys and head does not, or does elsewhere: nothing deletes them. */
export function hostingAbandoned(base: Estate, head: Estate): readonly Replacement[] {
  const [before, now] = [base.hosting, head.hosting];
  if (before === undefined) return [];
  const isSame = now?.account === before.account && now.region === before.region && base.name === head.name;
  if (isSame) return [];
  return HOSTING_KINDS.toReversed().map((role) => {
    const name = stackName(base.name, role);
    return {
      kind: 'hosting-abandoned',
      subject: `${name} in account ${before.account} (${before.region})`,
      detail: `The estate no longer deploys it, but it stays in the account, with what it holds and costs: \`aws cloudformation delete-stack --stack-name ${name} --region ${before.region}\`, in production after lifting termination protection.`,
      assignments: 0,
    };
  });
}
