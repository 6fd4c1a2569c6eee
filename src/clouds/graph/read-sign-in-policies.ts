import { isProperties, mappingsIn, type Properties, textOf } from '../../../provider/values';
import type { PolicySettings, SignInPolicy } from '../facts/workforce-facts';
import { type Directory, textsOf } from './directory';

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

/**
 * Settings of a Conditional Access policy, setting by setting. Whatever Graph answers that is not empty is a setting, so that
 * conditions and controls that this project does not know are seen too. Source: Graph's page 'conditionalAccessPolicy'.
 */
function settingsOf(policy: Properties): PolicySettings {
  const { grantControls, sessionControls, conditions } = policy;
  const session = isProperties(sessionControls) ? sessionControls : {};
  const { signInFrequency, ...others } = session;
  const entries = [
    ['state', textOf(policy['state'])] as const,
    ...flatten('conditions', conditions),
    ...grantOf(isProperties(grantControls) ? grantControls : {}),
    ...frequencyOf(isProperties(signInFrequency) ? signInFrequency : {}),
    ...flatten('sessionControls', others),
  ];
  const byPlace = Map.groupBy(entries, ([place]) => place);
  return Object.fromEntries([...byPlace].map(([place, all]) => [place, all.map(([, text]) => text).toSorted()]));
}

type Entry = readonly [place: string, text: string];

/** Lists count by their items; what is empty or off says nothing. */
function flatten(place: string, value: unknown): readonly Entry[] {
  if (Array.isArray(value)) return value.flatMap((item) => flatten(place, item));
  if (!isProperties(value)) {
    const text = textOf(value);
    return text === '' || value === false ? [] : [[place, text]];
  }
  if (value['isEnabled'] === false) return [];
  return Object.entries(value)
    .filter(([key]) => !key.includes('@'))
    .flatMap(([key, inner]) => flatten(`${place}.${key}`, inner));
}

/** The controls in one text: one of them means the same with either operator. */
function grantOf(controls: Properties): readonly Entry[] {
  const { authenticationStrength: strength } = controls;
  const all = [
    ...['builtInControls', 'customAuthenticationFactors', 'termsOfUse'].flatMap((key) => textsOf(controls[key])),
    ...mappingsIn([strength]).map((one) => strengthText(textOf(one['id']))),
  ];
  return all.length === 0
    ? []
    : [['grantControls', all.toSorted().join(controls['operator'] === 'AND' ? ' and ' : ' or ')]];
}

/** An authentication strength as a control. */
function strengthText(id: string): string {
  return `authentication strength ${id}`;
}

/** `8 hours`. */
function frequencyOf(control: Properties): readonly Entry[] {
  if (control['isEnabled'] === false || Object.keys(control).length === 0) return [];
  const every =
    control['frequencyInterval'] === 'everyTime'
      ? 'every time'
      : `${textOf(control['value'])} ${textOf(control['type'])}`;
  const isPartial = control['authenticationType'] === 'secondaryAuthentication';
  return [['sessionControls.signInFrequency', `${every}${isPartial ? ', the second factor alone' : ''}`]];
}
