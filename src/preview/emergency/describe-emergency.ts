import type { EmergencyApplication, EmergencyRole } from '../../estate/sections/emergency/emergency';
import { EMERGENCY_HOME_REGION } from '../../estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../../estate/sections/emergency/emergency-plan';
import { compareText } from '../../estate/source/finding';
import type { Side } from '../facts';
import { known } from '../known';
import type { Places } from '../places';

/** The way to AWS that does without IAM Identity Center. */
export type EmergencyReport = NonNullable<ReturnType<typeof describeEmergency>>;
export type ReportEmergencyRole = ReturnType<typeof describeRole>;
export type ReportEmergencyAccount = ReportEmergencyRole['accounts'][number];

/** Describes the emergency section; undefined where the estate has none, or its account is not known. */
export function describeEmergency({ plan }: Side, places: Places) {
  const { emergency: section } = plan.estate;
  const { emergency } = plan;
  if (section === undefined || emergency === undefined) return undefined;
  const { account, signInUrls, sessionSeconds, emails, alarmRegions, metadata } = emergency;
  return {
    place: places.of(section.at),
    /** `pending`: nothing is deployed to AWS until the metadata of the identity provider is there. */
    state: metadata === undefined ? ('pending' as const) : ('deployable' as const),
    /** The account that people sign in to. */
    account: { id: account.id, name: account.name, isManagement: account.id === emergency.managementAccountId },
    who: whoOf(section.application),
    /** Sign-in addresses of AWS, the preferred one first. */
    signInUrls,
    sessionMinutes: sessionSeconds / 60,
    roles: section.roles
      .map((role) => describeRole(role, emergency, places))
      .toSorted((one, other) => compareText(one.name, other.name)),
    emails,
    /** Regions in which uses are listened for. */
    alarmRegions: [EMERGENCY_HOME_REGION, ...alarmRegions].toSorted(compareText),
  };
}

/** `other`: another identity provider than Entra ID says it. */
function whoOf(application: EmergencyApplication | undefined) {
  if (application === undefined) return { kind: 'other' } as const;
  const { group, members, displayName } = application;
  const secondFactor = secondFactorOf(application);
  return { kind: 'group', group: group.text, members, application: displayName, secondFactor } as const;
}

function secondFactorOf(application: EmergencyApplication): keyof typeof SECOND_FACTOR {
  const { conditionalAccess, signInManagedElsewhere } = application;
  if (signInManagedElsewhere !== undefined) return 'elsewhere';
  if (conditionalAccess === undefined) return 'none';
  return conditionalAccess.state === 'enabled' ? 'asked' : 'reported';
}

function describeRole(role: EmergencyRole, plan: EmergencyPlan, places: Places) {
  const { permissionsBoundary: boundary } = role;
  const nameOf = ({ path, name }: { readonly path: string; readonly name: string }): string => `${path}${name}`;
  return known({
    name: role.name,
    description: role.description,
    place: places.of([...role.at, 'name']),
    accounts: plan.targets
      .filter(({ roles }) => roles.includes(role))
      .map(({ account: { id, name } }) => ({ id, name, isManagement: id === plan.managementAccountId })),
    /** Names or ARNs. */
    policies: [...role.managedPolicies, ...role.customerManagedPolicies.map(nameOf)].toSorted(compareText),
    boundary: boundary && (boundary.kind === 'managed' ? boundary.policy : nameOf(boundary.policy)),
    /** Empty where it may act in all. */
    regions: role.regions.map(({ text }) => text).toSorted(compareText),
  });
}

export function whoText(who: EmergencyReport['who']): string {
  if (who.kind === 'other') return 'whoever the other identity provider names';
  const { group, members, application, secondFactor } = who;
  return `members of '${group}' (${MEMBERS[members]}) by the application '${application}', ${SECOND_FACTOR[secondFactor]}`;
}

const MEMBERS = { standing: 'at all times', onDemand: 'empty until an emergency' } as const;

const SECOND_FACTOR = {
  asked: 'with a second factor',
  reported: 'with a second factor that is only reported',
  elsewhere: 'with a second factor by a policy outside of the estate',
  none: 'WITHOUT a second factor',
} as const;

export function regionsText({ regions }: ReportEmergencyRole): string {
  return regions.length === 0 ? 'all' : regions.join(', ');
}
