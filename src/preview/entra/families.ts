/** What a resource is about; the picture colours by it. */
export type Family = 'application' | 'credential' | 'permission' | 'flow' | 'group' | 'provisioning' | 'other';

export const FAMILY_WORDS: Readonly<Record<Family, string>> = {
  application: 'application',
  credential: 'secret or certificate',
  permission: 'consent, assignment or policy',
  flow: 'user flow',
  group: 'group',
  provisioning: 'provisioning',
  other: 'other',
};

/** By the words that a type token holds; the first that fits counts. */
const PATTERNS: readonly (readonly [RegExp, Family])[] = [
  [/:(UserFlow|AuthenticationEventsFlow)$/, 'flow'],
  [/(Password|Certificate)$/, 'credential'],
  [/(PermissionGrant|AppRoleAssignment|ConditionalAccessPolicy)$/, 'permission'],
  [/:(Group|getGroup)$/, 'group'],
  [/:Synchronization\w+$/, 'provisioning'],
  [/(application|servicePrincipal|claimsMapping|getApplication|getServicePrincipal)/i, 'application'],
];

export function familyOf(type: string): Family {
  return PATTERNS.find(([pattern]) => pattern.test(type))?.[1] ?? 'other';
}
