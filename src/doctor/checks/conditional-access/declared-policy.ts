import type { ConditionalAccess } from '../../../estate/sections/workforce/workforce';
import type { SignInFrequency } from '../../../estate/sections/workforce/conditional-access-schema';
import type { ClientId } from '../../../estate/source/ids';
import { quotedList } from '../../../text/suggest';
import { failure, type Observation } from '../../check';
import type { NamedObjects, PolicySettings, SignInPolicy } from '../../../clouds/facts/workforce-facts';
import { PULUMI_UP } from '../saml/application';

/** A policy of the estate, and where it is to be. */
export interface DeclaredPolicy {
  readonly declared: ConditionalAccess;
  /** The application that it is about. */
  readonly appId: ClientId | undefined;
  readonly policies: readonly SignInPolicy[];
  readonly named: NamedObjects;
}

const SET_BACK = `find out who changed it (audit log of Entra ID), then ${PULUMI_UP}; what that leaves, set back in the Entra admin center: Conditional Access`;

/** The policy of the estate that is there; of several of its name the one that is about the application. */
export function findDeclared({ declared, appId, policies }: DeclaredPolicy): SignInPolicy | undefined {
  const named = policies.filter(({ name }) => name === declared.displayName);
  return named.find(({ applications }) => appId !== undefined && applications.includes(appId)) ?? named[0];
}

/** Tells whether a policy includes an application; where there is none, whether it includes all. */
export function isAboutApplication(
  { applications, excludedApplications }: SignInPolicy,
  appId: ClientId | undefined,
): boolean {
  if (applications.includes('All')) return appId === undefined || !excludedApplications.includes(appId);
  return appId !== undefined && applications.includes(appId) && !excludedApplications.includes(appId);
}

/** Tells whether the policy of the estate is there once, and says what the estate says: no more, no less. */
export function examineDeclared(policy: DeclaredPolicy): readonly Observation[] {
  const { declared, policies, named } = policy;
  const name = `'${declared.displayName}'`;
  const found = findDeclared(policy);
  if (found === undefined) {
    return [failure(`there is no Conditional Access policy ${name}, which the estate declares`, PULUMI_UP)];
  }
  const namesakes = policies.filter((one) => one.name === declared.displayName);
  const wanted = settingsWanted(policy);
  const places = [...new Set([...Object.keys(wanted), ...Object.keys(found.settings)])].toSorted();
  return [
    ...(namesakes.length === 1
      ? []
      : [
          failure(
            `${namesakes.length} Conditional Access policies have the name ${name}: ${quotedList(namesakes.map(({ id }) => id))}`,
            'delete those in the Entra admin center that `pulumi stack export` does not have',
          ),
        ]),
    ...places.flatMap((place) => {
      const [is, should] = [found.settings[place] ?? [], wanted[place] ?? []];
      if (is.join() === should.join()) return [];
      const words = (texts: readonly string[]): string => listed(texts, named);
      return [
        failure(
          `the policy ${name}: ${LABELS[place] ?? place} is ${words(is)}, declared is ${words(should)}`,
          SET_BACK,
        ),
      ];
    }),
  ];
}

/** Settings in the words of Entra's admin center; any other one goes by its place in Graph's answer. */
const LABELS: Readonly<Record<string, string>> = {
  state: 'the state',
  grantControls: 'what grants access',
  'sessionControls.signInFrequency': 'the sign-in frequency',
  'conditions.applications.includeApplications': 'the list of applications',
  'conditions.applications.excludeApplications': 'the list of excluded applications',
  'conditions.clientAppTypes': 'the list of client apps',
  'conditions.locations.includeLocations': 'the list of locations',
  'conditions.locations.excludeLocations': 'the list of excluded locations',
  'conditions.platforms.includePlatforms': 'the list of platforms',
  'conditions.platforms.excludePlatforms': 'the list of excluded platforms',
  'conditions.users.includeUsers': 'the list of people',
  'conditions.users.excludeUsers': 'the list of excluded people',
  'conditions.users.includeGroups': 'the list of groups',
  'conditions.users.excludeGroups': 'the list of excluded groups',
  'conditions.users.includeRoles': 'the list of roles',
  'conditions.users.excludeRoles': 'the list of excluded roles',
};

/** `'Emergency Access' (id), 'All'`. */
function listed(texts: readonly string[], { names, groups }: NamedObjects): string {
  const declared = new Map<string, string>([...groups].flatMap(([name, ids]) => ids.map((id) => [id, name] as const)));
  const shown = texts.map((text) => {
    const name = names.get(text) ?? declared.get(text);
    return name === undefined ? `'${text}'` : `'${name}' (${text})`;
  });
  return shown.toSorted().join(', ') || 'not set';
}

/** As Graph answers a policy that the program `workforce` made (constructs/entra/conditional-access.ts). */
function settingsWanted({ declared, appId, named }: DeclaredPolicy): PolicySettings {
  const { state, requirement, signInFrequency, excludedGroups } = declared;
  const excluded = excludedGroups.flatMap(({ name }): readonly string[] => {
    const ids = named.groups.get(name) ?? [];
    return ids.length === 0 ? [name] : ids;
  });
  return {
    state: [state === 'enabled' ? 'enabled' : 'enabledForReportingButNotEnforced'],
    'conditions.applications.includeApplications': appId === undefined ? [] : [appId],
    'conditions.users.includeUsers': ['All'],
    ...(excluded.length > 0 && { 'conditions.users.excludeGroups': excluded.toSorted() }),
    'conditions.clientAppTypes': ['all'],
    grantControls: [requirement.kind === 'mfa' ? 'mfa' : `authentication strength ${requirement.policyId}`],
    ...(signInFrequency && { 'sessionControls.signInFrequency': [frequencyText(signInFrequency)] }),
  };
}

function frequencyText(frequency: SignInFrequency): string {
  return frequency.kind === 'every-time' ? 'every time' : `${frequency.value} ${frequency.unit}`;
}
