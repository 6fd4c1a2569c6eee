import type { JsonObject } from '../../../apps/emulator/graph/json';
import type { ConditionalAccess } from '../../../src/estate/sections/workforce/workforce';

/** A declared policy as azuread sends it to Graph. */
export function policyBody(
  { displayName, state, requirement, signInFrequency }: ConditionalAccess,
  appId: string,
  excludeGroups: readonly string[],
): JsonObject {
  const grantControls =
    requirement.kind === 'mfa'
      ? { operator: 'OR', builtInControls: ['mfa'] }
      : { operator: 'OR', builtInControls: [], authenticationStrength: { id: requirement.policyId } };
  const frequency =
    signInFrequency?.kind === 'period'
      ? { value: signInFrequency.value, type: signInFrequency.unit, frequencyInterval: 'timeBased' }
      : { frequencyInterval: 'everyTime' };
  const authenticationType = 'primaryAndSecondaryAuthentication';
  return {
    displayName,
    state: state === 'enabled' ? 'enabled' : 'enabledForReportingButNotEnforced',
    conditions: {
      clientAppTypes: ['all'],
      applications: { includeApplications: [appId], excludeApplications: [], includeUserActions: [] },
      users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups },
    },
    grantControls,
    ...(signInFrequency && {
      sessionControls: { signInFrequency: { ...frequency, authenticationType, isEnabled: true } },
    }),
  };
}
