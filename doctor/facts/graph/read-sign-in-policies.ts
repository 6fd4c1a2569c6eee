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
    otherControls: otherControlsOf(controls),
    asksForMfa:
      textsOf(controls['builtInControls']).includes('mfa') || isProperties(controls['authenticationStrength']),
    exceptions: exceptionsOf(conditions, controls),
  };
}

const EXCLUSIONS = ['excludeUsers', 'excludeGroups', 'excludeRoles', 'excludeGuestsOrExternalUsers'];
const CONDITIONS = ['platforms', 'locations', 'devices', 'userRiskLevels', 'signInRiskLevels', 'authenticationFlows'];

/** Source: Graph's pages 'conditionalAccessConditionSet', 'conditionalAccessUsers', 'conditionalAccessGrantControls'. */
function exceptionsOf(conditions: Properties, controls: Properties): readonly string[] {
  const users = inside(conditions, 'users');
  const alternatives = otherControlsOf(controls);
  return [
    ...(EXCLUSIONS.some((key) => isSet(users[key])) ? ['leaves people out'] : []),
    ...(CONDITIONS.some((key) => isSet(conditions[key])) ? ['is for some sign-ins alone'] : []),
    ...(textsOf(conditions['clientAppTypes']).includes('all') ? [] : ['is for some clients alone']),
    ...(controls['operator'] === 'OR' && alternatives.length > 0 ? [`takes ${alternatives.join(', ')} instead`] : []),
  ];
}

function otherControlsOf(controls: Properties): readonly string[] {
  return textsOf(controls['builtInControls']).filter((control) => control !== 'mfa');
}

function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : isProperties(value);
}

function inside(object: Properties, key: string): Properties {
  const value = object[key];
  return isProperties(value) ? value : {};
}
