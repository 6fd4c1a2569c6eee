import { CfnStackSet, CfnWaitConditionHandle } from 'aws-cdk-lib';
import { CfnManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, type Reasons } from '../acknowledge';
import { type PolicyRollout, stackSetNameOf } from '../../../src/estate/sections/access/plan/rollouts';
import { deployedDocument, statementsOf } from '../../../src/estate/sections/access/policy-document';
import { MANAGED_POLICY_CHARACTERS } from '../../../src/estate/sections/limits';
import type { JsonObject, OwnPolicy } from '../../../src/estate/sections/estate';

/** Place from which stack sets reach the accounts of the organization. */
export interface StackSetHome {
  readonly estateName: string;
  /** Id of the organization's root. */
  readonly rootId: string;
  /** Region of the stacks in the accounts; IAM itself has none. */
  readonly region: string;
  /** `DELEGATED_ADMIN` outside of the management account. */
  readonly callAs: 'SELF' | 'DELEGATED_ADMIN';
}

export interface PolicyStackSetProps {
  readonly home: StackSetHome;
  readonly rollout: PolicyRollout;
}

/**
 * A policy in the accounts of the organization, by a service-managed stack set. Its accounts are those that the estate names,
 * one by one: an account that joins an OU later comes with the next snapshot, in a reviewed change, and not by itself.
 */
export class PolicyStackSet extends Construct {
  constructor(scope: Construct, id: string, { home, rollout }: PolicyStackSetProps) {
    super(scope, id);
    const { policy, members, excluded } = rollout;
    new CfnStackSet(this, 'Resource', {
      stackSetName: stackSetNameOf(home.estateName, policy.name),
      description: policy.description ?? `The policy ${policy.path}${policy.name} of the estate ${home.estateName}`,
      permissionModel: 'SERVICE_MANAGED',
      callAs: home.callAs,
      autoDeployment: { enabled: false },
      capabilities: ['CAPABILITY_NAMED_IAM'],
      // An operation waits for another one, such as a look for drift, instead of failing. It can't be changed later by a
      // delegated administrator.
      managedExecution: { Active: true },
      // All accounts at once, and red where one fails; as many may as the estate excludes, which AWS may refuse to change.
      operationPreferences: {
        concurrencyMode: 'SOFT_FAILURE_TOLERANCE',
        failureToleranceCount: excluded.length,
        maxConcurrentPercentage: 100,
      },
      stackInstancesGroup: [
        {
          regions: [home.region],
          deploymentTargets: {
            organizationalUnitIds: [home.rootId],
            accountFilterType: 'INTERSECTION',
            accounts: members.map((account) => account.id),
          },
        },
      ],
      templateBody: JSON.stringify(templateOf(policy)),
    });
  }
}

function templateOf(policy: OwnPolicy): unknown {
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: { Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: policyProperties(policy) } },
  };
}

function policyProperties({ name, path, document: { document } }: OwnPolicy) {
  // IAM can't change a description later; the stack set's can be.
  return { ManagedPolicyName: name, Path: path, PolicyDocument: deployedDocument(document, MANAGED_POLICY_CHARACTERS) };
}

export interface ManagementPolicyProps {
  readonly policy: OwnPolicy;
}

/** A policy in the management account, which service-managed stack sets leave out. */
export class ManagementPolicy extends Construct {
  constructor(scope: Construct, id: string, { policy }: ManagementPolicyProps) {
    super(scope, id);
    const { name, path } = policy;
    const policyDocument = deployedDocument(policy.document.document, MANAGED_POLICY_CHARACTERS);
    // IAM can't change a description later, so there is none.
    new CfnManagedPolicy(this, 'Resource', { managedPolicyName: name, path, policyDocument });
    acknowledge(this, wildcards(policyDocument));
  }
}

/** Every wildcard of what the document allows. */
function wildcards(document: JsonObject): Reasons {
  const allowed = statementsOf(document).filter(({ effect }) => effect === 'Allow');
  const found = allowed.flatMap(({ actions, resources }) => [
    ...actions.map((action) => `Action::${action}`),
    ...resources.map((resource) => `Resource::${resource}`),
  ]);
  const broken = found.filter((finding) => finding.includes('*'));
  return Object.fromEntries(broken.map((finding) => [`AwsSolutions-IAM5[${finding}]`, JUDGED]));
}

const JUDGED =
  'The estate has the document, which a review sees; where a permission set attaches it or has it as its boundary, the rules of the policy checks judge it.';

/**
 * Keeps a stack deployable that has nothing left to hold. CloudFormation refuses a template without resources, and the CDK
 * CLI leaves out a stack that the app no longer has: either way the last grants would stay deployed after they were removed.
 * A wait condition handle does nothing and costs nothing.
 */
export class StackAnchor extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new CfnWaitConditionHandle(this, 'Resource');
  }
}
