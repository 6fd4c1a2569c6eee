import { CfnResource, CfnStackSet, type Stack } from 'aws-cdk-lib';
import { asList } from '../../../src/estate/sections/access/policy-document';
import { isObject } from '../../../src/estate/sections/access/json';
import { compareText } from '../../../src/estate/source/finding';
import type { Template } from './repeated-assignments';

const POLICIES = ['AWS::CloudFormation::StackSet', 'AWS::IAM::ManagedPolicy'];
const ACCOUNTS = ['StackInstancesGroup', '0', 'DeploymentTargets', 'Accounts'];

/**
 * Adds to a stack of policies what is deployed and no longer declared, policies and accounts: permission sets that are
 * still deployed may refer to it. What is declared stays as it is declared, its document too.
 */
export function keepPolicies(stack: Stack, { Resources = {} }: Template): void {
  const declared = new Map(
    stack.node
      .findAll()
      .filter(CfnResource.isCfnResource)
      .map((resource) => [stack.getLogicalId(resource), resource]),
  );
  for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
    if (!POLICIES.includes(Type)) continue;
    const own = declared.get(id);
    if (own === undefined) {
      new CfnResource(stack, `Kept${id}`, { type: Type, properties: { ...Properties } }).overrideLogicalId(id);
    } else if (own instanceof CfnStackSet) {
      own.addPropertyOverride(
        ACCOUNTS.join('.'),
        union(accountsOf(own.stackInstancesGroup), writtenAccounts(Properties)),
      );
    }
  }
}

function union(declared: readonly string[], deployed: readonly string[]): readonly string[] {
  return [...new Set([...declared, ...deployed])].toSorted(compareText);
}

/** Accounts of a stack set of a template. */
function writtenAccounts({ StackInstancesGroup: groups }: Readonly<Record<string, unknown>>): readonly string[] {
  return asList(groups).flatMap((group) => {
    const targets = isObject(group) ? group['DeploymentTargets'] : undefined;
    return isObject(targets) ? asList(targets['Accounts']).filter((account) => typeof account === 'string') : [];
  });
}

/** Accounts of a stack set of this app. */
function accountsOf(groups: CfnStackSet['stackInstancesGroup']): readonly string[] {
  return asList(groups).flatMap((group) => {
    const targets = isObject(group) ? group['deploymentTargets'] : undefined;
    return isObject(targets) ? asList(targets['accounts']).filter((account) => typeof account === 'string') : [];
  });
}
