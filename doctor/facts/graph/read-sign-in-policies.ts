import { isProperties, type Properties } from '../../../provider/values';
import { textOf } from '../../../provider/values';
import type { SignInPolicy } from '../workforce-facts';
import type { Directory } from './directory';
import { textsOf } from './texts';

/** Conditional Access policies of the directory. @throws GraphError */
export async function readSignInPolicies({ context }: Directory): Promise<readonly SignInPolicy[]> {
  return (await context.graph.list('/v1.0/identity/conditionalAccess/policies')).map(policyOf);
}

function policyOf(policy: Properties): SignInPolicy {
  const conditions = inside(policy, 'conditions');
  const applications = inside(conditions, 'applications');
  const users = inside(conditions, 'users');
  const controls = inside(policy, 'grantControls');
  return {
    name: textOf(policy['displayName']),
    isEnforced: policy['state'] === 'enabled',
    applications: textsOf(applications['includeApplications']),
    excludedApplications: textsOf(applications['excludeApplications']),
    users: textsOf(users['includeUsers']),
    groups: textsOf(users['includeGroups']),
    excludedGroups: textsOf(users['excludeGroups']),
    otherControls: textsOf(controls['builtInControls']).filter((control) => control !== 'mfa'),
    asksForMfa:
      textsOf(controls['builtInControls']).includes('mfa') || isProperties(controls['authenticationStrength']),
  };
}

function inside(object: Properties, key: string): Properties {
  const value = object[key];
  return isProperties(value) ? value : {};
}
