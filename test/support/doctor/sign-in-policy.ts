import type { JsonObject } from '../../../apps/emulator/graph/json';
import { signInRules, type SignInRule } from '../../../src/estate/sections/workforce/sign-in-rules';
import type { ConditionalAccess } from '../../../src/estate/sections/workforce/workforce';

/** The first declared policy as azuread sends it to Graph. */
export function policyBody(declared: ConditionalAccess, appId: string, excludeGroups: readonly string[]): JsonObject {
  const [first] = policyBodies(declared, appId, excludeGroups);
  if (first === undefined) throw new Error('no policy is declared');
  return first;
}

/** Declared policies as azuread sends them to Graph. */
export function policyBodies(
  declared: ConditionalAccess,
  appId: string,
  excludeGroups: readonly string[],
): readonly JsonObject[] {
  return signInRules(declared).map((rule) => ({
    displayName: rule.displayName,
    state: declared.state === 'enabled' ? 'enabled' : 'enabledForReportingButNotEnforced',
    conditions: {
      clientAppTypes: ['all'],
      applications: { includeApplications: [appId], excludeApplications: [], includeUserActions: [] },
      users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups },
      signInRiskLevels: rule.signInRiskLevels ?? [],
      userRiskLevels: rule.userRiskLevels ?? [],
      locations:
        rule.excludedLocations === undefined
          ? null
          : { includeLocations: ['All'], excludeLocations: rule.excludedLocations },
    },
    grantControls: {
      operator: rule.controls.length + (rule.strength === undefined ? 0 : 1) > 1 ? 'AND' : 'OR',
      builtInControls: rule.controls,
      ...(rule.strength !== undefined && { authenticationStrength: { id: rule.strength } }),
    },
    ...sessionOf(rule),
  }));
}

function sessionOf({ signInFrequency }: SignInRule): JsonObject {
  if (signInFrequency === undefined) return {};
  const frequency =
    signInFrequency.kind === 'period'
      ? { value: signInFrequency.value, type: signInFrequency.unit, frequencyInterval: 'timeBased' }
      : { frequencyInterval: 'everyTime' };
  const authenticationType = 'primaryAndSecondaryAuthentication';
  return { sessionControls: { signInFrequency: { ...frequency, authenticationType, isEnabled: true } } };
}
