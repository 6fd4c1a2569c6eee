import type { Assigned, NamedObjects, PolicySettings, SignInPolicy } from '../../clouds/facts/workforce-facts';
import { together } from '../../clouds/reading';
import type { ConditionalAccess } from '../../estate/sections/workforce/workforce';
import { type SignInRule, signInRules } from '../../estate/sections/workforce/sign-in-rules';
import type { ClientId, ObjectId } from '../../estate/source/ids';
import { quotedList } from '../../text/suggest';
import { check, entraOf, examine, failure, type Observed, ok, okUnless, warning, workforceOf } from '../check';
import { WORKFORCE_UP } from './applications';

/** A policy of the estate, and where it is to be. */
interface DeclaredPolicy {
  readonly declared: ConditionalAccess;
  /** The application that it is about. */
  readonly appId: ClientId | undefined;
  readonly policies: readonly SignInPolicy[];
  readonly named: NamedObjects;
}

const SET_BACK = `find out who changed it (audit log of Entra ID), then ${WORKFORCE_UP}; then set back what is left in the Entra admin center: Conditional Access`;

/** The policy of a name that is there; of several the one that is about the application. */
function findNamed(displayName: string, { appId, policies }: DeclaredPolicy): SignInPolicy | undefined {
  const named = policies.filter(({ name }) => name === displayName);
  return named.find(({ applications }) => appId !== undefined && applications.includes(appId)) ?? named[0];
}

/** Tells whether a policy includes an application; where there is none, whether it includes all. */
function isAboutApplication(
  { applications, excludedApplications }: SignInPolicy,
  appId: ClientId | undefined,
): boolean {
  if (appId === undefined) return applications.includes('All');
  return [appId, 'All'].some((one) => applications.includes(one)) && !excludedApplications.includes(appId);
}

/** Tells whether a policy asks for a second factor at an application. */
export function covers(policy: SignInPolicy, appId: ClientId | undefined): boolean {
  return policy.asksForMfa && isAboutApplication(policy, appId);
}

/** Tells whether the policies of the estate are there once, and say what the estate says: no more, no less. */
function examineDeclared(policy: DeclaredPolicy, further: Observed): Observed {
  const rules = signInRules(policy.declared);
  return okUnless(
    [...rules.flatMap((rule) => ruleFaults(rule, policy)), ...further],
    `asked for by ${quotedList(rules.map(({ displayName }) => displayName))}, as declared`,
  );
}

function ruleFaults(rule: SignInRule, policy: DeclaredPolicy): Observed {
  const { policies, named } = policy;
  const name = `'${rule.displayName}'`;
  const found = findNamed(rule.displayName, policy);
  const namesakes = policies.filter((one) => one.name === rule.displayName);
  return [
    ...(found === undefined
      ? [failure(`there is no Conditional Access policy ${name}, which the estate declares`, WORKFORCE_UP)]
      : settingFaults(found.settings, settingsWanted(rule, policy), { name, named })),
    namesakes.length > 1 &&
      failure(
        `${namesakes.length} Conditional Access policies have the name ${name}: ${quotedList(namesakes.map(({ id }) => id))}`,
        'delete those in the Entra admin center that `pulumi stack export` does not have',
      ),
  ];
}

function settingFaults(
  found: PolicySettings,
  wanted: PolicySettings,
  { name, named }: { readonly name: string; readonly named: NamedObjects },
): Observed {
  const places = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].toSorted();
  return places.map((place) => {
    const [is, should] = [found[place] ?? [], wanted[place] ?? []];
    return (
      is.join() !== should.join() &&
      failure(
        `the policy ${name}: ${LABELS[place] ?? place} is ${listed(is, named)}, declared is ${listed(should, named)}`,
        SET_BACK,
      )
    );
  });
}

/** Settings in the words of Entra's admin center; any other one goes by its place in Graph's answer. */
const LABELS: Readonly<Record<string, string>> = {
  state: 'the state',
  grantControls: 'what grants access',
  'sessionControls.signInFrequency': 'the sign-in frequency',
  'conditions.applications.includeApplications': 'the list of applications',
  'conditions.applications.excludeApplications': 'the list of excluded applications',
  'conditions.clientAppTypes': 'the list of client apps',
  'conditions.signInRiskLevels': 'the risk of a sign-in',
  'conditions.userRiskLevels': 'the risk of a person',
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
function settingsWanted(rule: SignInRule, { declared, appId, named }: DeclaredPolicy): PolicySettings {
  const { controls, strength, signInRiskLevels, userRiskLevels, excludedLocations, signInFrequency } = rule;
  const excluded = declared.excludedGroups.flatMap(({ name }): readonly string[] => {
    const ids = named.groups.get(name) ?? [];
    return ids.length === 0 ? [name] : ids;
  });
  const grants = [...controls, ...(strength === undefined ? [] : [`authentication strength ${strength}`])];
  return {
    state: [declared.state === 'enabled' ? 'enabled' : 'enabledForReportingButNotEnforced'],
    'conditions.applications.includeApplications': appId === undefined ? [] : [appId],
    'conditions.users.includeUsers': ['All'],
    ...(excluded.length > 0 && { 'conditions.users.excludeGroups': excluded.toSorted() }),
    'conditions.clientAppTypes': ['all'],
    ...(signInRiskLevels && { 'conditions.signInRiskLevels': signInRiskLevels.toSorted() }),
    ...(userRiskLevels && { 'conditions.userRiskLevels': userRiskLevels.toSorted() }),
    ...(excludedLocations && {
      'conditions.locations.includeLocations': ['All'],
      'conditions.locations.excludeLocations': excludedLocations.toSorted(),
    }),
    grantControls: [grants.toSorted().join(' and ')],
    ...(signInFrequency && {
      'sessionControls.signInFrequency': [
        signInFrequency.kind === 'every-time' ? 'every time' : `${signInFrequency.value} ${signInFrequency.unit}`,
      ],
    }),
  };
}

/** Gaps that a policy outside of the estate leaves open for people who are assigned, as ends of a sentence about it. */
function gapsOf(policy: SignInPolicy, assigned: Assigned, { members }: NamedObjects): readonly string[] {
  const { excludedGroups, excludedUsers, exceptions } = policy;
  const out = new Set([...excludedUsers, ...excludedGroups.flatMap((id) => members.get(id) ?? [])]);
  const groups = assigned.groups.filter(({ id }) => excludedGroups.includes(id));
  const people = [...assigned.users, ...assigned.groups.flatMap(({ users }) => users)].filter(({ id }) => out.has(id));
  const names = [...new Set(people.map(({ userPrincipalName }) => userPrincipalName))];
  return [
    ...(groups.length === 0 ? [] : [`leaves out the assigned groups ${quotedList(groups.map(({ name }) => name))}`]),
    ...(names.length === 0 ? [] : [`leaves out people who are assigned: ${quotedList(names)}`]),
    ...exceptions,
  ];
}

/** People whom policies are to ask for a second factor. */
interface Asked {
  readonly assigned: Assigned;
  readonly named: NamedObjects;
  /** Ids of the groups that must be asked. */
  readonly groups: readonly ObjectId[];
  /** Observation where no policy asks for one. */
  readonly none: string;
  readonly advice: string;
}

/** Tells whether policies that ask for a second factor ask everybody for it, always. */
function coverage(asking: readonly SignInPolicy[], { assigned, named, groups, none, advice }: Asked): Observed {
  const enforced = asking.filter(({ isEnforced }) => isEnforced);
  if (enforced.length === 0) return [asking.length > 0 ? reportedOnly(asking) : failure(none, advice)];
  const gaps = enforced.map((policy) => ({ policy, gaps: gapsOf(policy, assigned, named) }));
  const sound = gaps.filter((one) => one.gaps.length === 0).map(({ policy }) => policy);
  const isReached = (policies: readonly SignInPolicy[], id: ObjectId): boolean =>
    policies.some((one) => one.users.includes('All') || one.groups.includes(id));
  if (sound.length > 0 && groups.every((id) => isReached(sound, id))) {
    return [ok(`asked for by ${quotedList(sound.map(({ name }) => name))}`)];
  }
  const unnamed = assigned.groups.filter(({ id }) => groups.includes(id) && !isReached(enforced, id));
  return [
    ...gaps.map(
      (one) =>
        one.gaps.length > 0 &&
        warning(`the policy '${one.policy.name}' asks for a second factor, but ${one.gaps.join(' and ')}`, advice),
    ),
    unnamed.length > 0 &&
      warning(
        `no policy with a second factor names these groups: ${quotedList(unnamed.map(({ name }) => name))}`,
        advice,
      ),
  ];
}

function reportedOnly(policies: readonly SignInPolicy[]) {
  return warning(
    `a second factor is only reported, not asked for: ${quotedList(policies.map(({ name }) => name))}`,
    'turn the policy on once its report is right',
  );
}

/** A second factor is asked for by Entra ID: with an external identity provider AWS asks for none. */
export const mfa = check(workforceOf, {
  id: 'console-mfa',
  title: 'Entra ID asks for a second factor on the way to AWS, as declared',
  run: ({ declared: { conditionalAccess: declared }, facts }) => {
    const { application, signInPolicies: policies, assigned, named } = facts;
    return examine(together({ application, policies, assigned, named }), (found) => {
      const appId = found.application?.appId;
      const asked: Asked = {
        ...found,
        groups: found.assigned.groups.map(({ id }) => id),
        none: 'no Conditional Access policy asks for a second factor for AWS',
        advice:
          'add a Conditional Access policy for the AWS application that grants access with multifactor authentication only',
      };
      const asking = found.policies.filter((policy) => covers(policy, appId));
      if (declared === undefined) return coverage(asking, asked);
      const policy = { ...found, declared, appId };
      const own = findNamed(declared.displayName, policy);
      if (declared.state !== 'reportOnly' || own === undefined) return examineDeclared(policy, []);
      // A policy that is declared to report asks for nothing: then another one has to.
      const others = asking.filter((one) => one !== own && one.isEnforced);
      const covered = coverage(others.length > 0 ? others : [own], asked);
      return examineDeclared(
        policy,
        covered.filter((one) => one !== false && one.outcome !== 'ok'),
      );
    });
  },
});

/** A second factor is asked for as declared, and no policy may keep people out for anything else. */
export const emergencyMfa = check(entraOf, {
  id: 'emergency-mfa',
  title: 'The declared factor is asked for in an emergency, and nothing that may not be there',
  run: ({ declared: { conditionalAccess: declared, group: wanted }, facts }) => {
    const { application, signInPolicies: policies, assigned, named } = facts;
    return examine(together({ application, policies, assigned, named }), (found) => {
      const appId = found.application?.appId;
      const groups = found.assigned.groups
        .filter(({ name }) => name === wanted.text)
        .map(({ id }) => id)
        .slice(0, 1);
      const about = found.policies.filter((policy) => isAbout(policy, appId, groups));
      const asked = {
        ...found,
        groups,
        none: 'no Conditional Access policy asks the group for a second factor at this application',
        advice: 'say emergency.application.conditionalAccess, with state: enabled',
      };
      return [
        ...(declared === undefined
          ? coverage(
              about.filter(({ asksForMfa }) => asksForMfa),
              asked,
            )
          : examineDeclared({ ...found, declared, appId }, [
              declared.state === 'reportOnly' &&
                warning(
                  `the factor is only reported, not asked for: '${declared.displayName}'`,
                  'say state: enabled in the estate',
                ),
            ])),
        ...about.map(
          ({ name, isEnforced, otherControls }) =>
            isEnforced &&
            otherControls.length > 0 &&
            warning(
              `the policy '${name}' also has ${quotedList(otherControls)}, which may keep people out in an emergency`,
              'exclude the application or the group from it, or make sure that its people always meet it',
            ),
        ),
      ];
    });
  },
});

function isAbout(policy: SignInPolicy, appId: ClientId | undefined, group: readonly ObjectId[]): boolean {
  const { users, groups, excludedGroups } = policy;
  const isIn = (ids: readonly string[]): boolean => group.some((id) => ids.includes(id));
  return isAboutApplication(policy, appId) && (users.includes('All') || isIn(groups)) && !isIn(excludedGroups);
}
