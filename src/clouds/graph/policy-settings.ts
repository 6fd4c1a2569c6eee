import { isProperties, mappingsIn, type Properties, textOf } from '../../../provider/values';
import type { PolicySettings } from '../facts/workforce-facts';
import { textsOf } from './texts';

/**
 * Settings of a Conditional Access policy, setting by setting. Whatever Graph answers that is not empty is a setting, so that
 * conditions and controls that this project does not know are seen too. Source: Graph's page 'conditionalAccessPolicy'.
 */
export function settingsOf(policy: Properties): PolicySettings {
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
export function strengthText(id: string): string {
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
