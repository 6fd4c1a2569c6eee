import type { Directory } from '../../directory/directory';
import type { Entity } from '../../store/store';
import { objectOf, textOf, textsOf } from '../../json';

/** Settings of a user flow that people make in the Azure portal, since Graph has no property for them. */
export interface PortalSettings {
  readonly multifactor: 'off' | 'on' | 'conditional';
  readonly multifactorMethod: 'phone' | 'email';
  /** Ids of user attributes. */
  readonly claims: readonly string[];
}

/** Saves the page of a user flow in the portal, as a person does. @throws GraphError 404 */
export function setInPortal(directory: Directory, flowId: string, settings: Partial<PortalSettings>): void {
  const flow = directory.get('userFlows', flowId);
  directory.put('userFlows', { ...flow, _portal: { ...portalSettingsOf(flow), ...settings } });
}

/** A flow as the portal shows it. A new one has no second factor, and no claims. */
export function portalSettingsOf(flow: Entity): PortalSettings {
  const settings = objectOf(flow, '_portal');
  const state = textOf(settings, 'multifactor');
  return {
    multifactor: state === 'on' || state === 'conditional' ? state : 'off',
    multifactorMethod: textOf(settings, 'multifactorMethod') === 'email' ? 'email' : 'phone',
    claims: textsOf(settings, 'claims'),
  };
}
