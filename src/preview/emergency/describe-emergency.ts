import type { EmergencyApplication, EmergencyRole } from '../../estate/sections/emergency/emergency';
import { EMERGENCY_HOME_REGION } from '../../estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../../estate/sections/emergency/emergency-plan';
import { compareText } from '../../estate/source/finding';
import type { Side } from '../facts';
import type { Places } from '../places';
import type { EmergencyReport, EmergencyWho, ReportEmergencyRole } from './report-types';

/** Describes the emergency section; undefined where the estate has none, or its account is not known. */
export function describeEmergency({ plan }: Side, places: Places): EmergencyReport | undefined {
  const { emergency: section } = plan.estate;
  const { emergency } = plan;
  if (section === undefined || emergency === undefined) return undefined;
  const { account, signInUrls, sessionSeconds, emails, alarmRegions, metadata } = emergency;
  return {
    place: places.of(section.at),
    state: metadata === undefined ? 'pending' : 'deployable',
    account: { id: account.id, name: account.name, isManagement: account.id === emergency.managementAccountId },
    who: whoOf(section.application),
    signInUrls,
    sessionMinutes: sessionSeconds / 60,
    roles: section.roles
      .map((role) => describeRole(role, emergency, places))
      .toSorted((one, other) => compareText(one.name, other.name)),
    emails,
    alarmRegions: [EMERGENCY_HOME_REGION, ...alarmRegions].toSorted(compareText),
  };
}

function whoOf(application: EmergencyApplication | undefined): EmergencyWho {
  if (application === undefined) return { kind: 'other' };
  const { group, members, displayName } = application;
  return {
    kind: 'group',
    group: group.text,
    members,
    application: displayName,
    secondFactor: secondFactorOf(application),
  };
}

function secondFactorOf({
  conditionalAccess,
  signInManagedElsewhere,
}: EmergencyApplication): 'asked' | 'reported' | 'elsewhere' | 'none' {
  if (signInManagedElsewhere !== undefined) return 'elsewhere';
  if (conditionalAccess === undefined) return 'none';
  return conditionalAccess.state === 'enabled' ? 'asked' : 'reported';
}

function describeRole(role: EmergencyRole, plan: EmergencyPlan, places: Places): ReportEmergencyRole {
  const accounts = plan.targets
    .filter(({ roles }) => roles.includes(role))
    .map(({ account: { id, name } }) => ({ id, name, isManagement: id === plan.managementAccountId }));
  const { permissionsBoundary: boundary } = role;
  return {
    name: role.name,
    ...(role.description !== undefined && { description: role.description }),
    place: places.of([...role.at, 'name']),
    accounts,
    policies: [
      ...role.managedPolicies,
      ...role.customerManagedPolicies.map(({ path, name }) => `${path}${name}`),
    ].toSorted(compareText),
    ...(boundary && {
      boundary: boundary.kind === 'managed' ? boundary.policy : `${boundary.policy.path}${boundary.policy.name}`,
    }),
    regions: role.regions.map(({ text }) => text).toSorted(compareText),
  };
}
