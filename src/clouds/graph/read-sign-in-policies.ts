import { isProperties, type Properties } from '../../../provider/values';
import { textOf } from '../../../provider/values';
import type { SignInPolicy } from '../facts/workforce-facts';
import type { Directory } from './directory';
import { settingsOf } from './policy-settings';
import { textsOf } from './texts';

/** Conditional Access policies of the directory. @throws GraphError */
export async function readSignInPolicies({ context }: Directory): Promise<readonly SignInPolicy[]> {
  return (await context.graph.list('/v1.0/identity/conditionalAccess/policies')).map(policyOf);
}

/** A policy as Graph answers it, in the words of the checks. */
export function policyOf(policy: Properties): SignInPolicy {
  const conditions = inside(policy, 'conditions');
  const applications = inside(conditions, 'applications');
  const users = inside(conditions, 'users');
  const controls = inside(policy, 'grantControls');
  return {
    id: textOf(policy['id']),
    name: textOf(policy['displayName']),
    settings: settingsOf(policy),
    isEnforced: policy['state'] === 'enabled',
    applications: textsOf(applications['includeApplications']),
    excludedApplications: textsOf(applications['excludeApplications']),
    users: textsOf(users['includeUsers']),
    groups: textsOf(users['includeGroups']),
    excludedGroups: textsOf(users['excludeGroups']),
    excludedUsers: textsOf(users['excludeUsers']),
    otherControls: otherControlsOf(controls),
    asksForMfa:
      textsOf(controls['builtInControls']).includes('mfa') || isProperties(controls['authenticationStrength']),
    exceptions: exceptionsOf(conditions, controls),
  };
}

/** The conditions that every policy has; each other one narrows it. */
const PLAIN_CONDITIONS = ['users', 'applications', 'clientAppTypes'];

/** Source: Graph's pages 'conditionalAccessConditionSet', 'conditionalAccessUsers', 'conditionalAccessGrantControls'. */
function exceptionsOf(conditions: Properties, controls: Properties): readonly string[] {
  const [users, applications] = [inside(conditions, 'users'), inside(conditions, 'applications')];
  const alternatives = otherControlsOf(controls);
  const narrowing = Object.keys(conditions).filter((key) => !PLAIN_CONDITIONS.includes(key));
  const leavesGuestsOut =
    isSet(users['excludeGuestsOrExternalUsers']) || textsOf(users['excludeUsers']).includes('GuestsOrExternalUsers');
  return [
    ...(isSet(users['excludeRoles']) ? ['leaves out directory roles'] : []),
    ...(leavesGuestsOut ? ['leaves out guests'] : []),
    ...(narrowing.some((key) => isSet(conditions[key])) ? ['is for some sign-ins alone'] : []),
    ...(isSet(applications['applicationFilter']) ? ['filters applications'] : []),
    ...(textsOf(conditions['clientAppTypes']).includes('all') ? [] : ['is for some clients alone']),
    ...(controls['operator'] === 'OR' && alternatives.length > 0 ? [`takes ${alternatives.join(', ')} instead`] : []),
  ];
}

function otherControlsOf(controls: Properties): readonly string[] {
  return [
    ...textsOf(controls['builtInControls']).filter((control) => control !== 'mfa'),
    ...textsOf(controls['customAuthenticationFactors']),
    ...textsOf(controls['termsOfUse']).map((id) => `terms of use ${id}`),
  ];
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isProperties(value) ? Object.values(value).some(isSet) : textOf(value) !== '';
}

function inside(object: Properties, key: string): Properties {
  const value = object[key];
  return isProperties(value) ? value : {};
}
