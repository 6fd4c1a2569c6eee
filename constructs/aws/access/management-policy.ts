import { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { statementsOf } from '../../../src/estate/sections/access/policy-document';
import type { Acknowledgement, JsonObject, OwnPolicy } from '../../../src/estate/sections/estate';
import { acknowledge } from '../acknowledge';

export interface ManagementPolicyProps {
  readonly policy: OwnPolicy;
}

/** A policy in the management account, which service-managed stack sets leave out. */
export class ManagementPolicy extends Construct {
  constructor(scope: Construct, id: string, { policy }: ManagementPolicyProps) {
    super(scope, id);
    const { name, path, document } = policy;
    // IAM can't change a description later, so there is none.
    new CfnManagedPolicy(this, 'Resource', { managedPolicyName: name, path, policyDocument: document.document });
    acknowledge(this, wildcards(document.document));
  }
}

/** Every wildcard of what the document allows. */
function wildcards(document: JsonObject): readonly Acknowledgement[] {
  const allowed = statementsOf(document).filter(({ effect }) => effect === 'Allow');
  const found = allowed.flatMap(({ actions, resources }) => [
    ...actions.map((action) => `Action::${action}`),
    ...resources.map((resource) => `Resource::${resource}`),
  ]);
  return [...new Set(found)]
    .filter((finding) => finding.includes('*'))
    .map((finding) => ({ at: [], rule: `AwsSolutions-IAM5[${finding}]`, reason: JUDGED }));
}

const JUDGED =
  'The estate has the document, which a review sees; where a permission set attaches it or has it as its boundary, the rules of the policy checks judge it.';
