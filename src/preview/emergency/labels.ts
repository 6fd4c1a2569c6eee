import type { EmergencyReport, EmergencyWho, ReportEmergencyRole } from './report-types';

export function whoText(who: EmergencyWho): string {
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

export function sessionText({ sessionMinutes }: EmergencyReport): string {
  return `${sessionMinutes} minutes`;
}

export function policiesText(policies: readonly string[]): string {
  return policies.join(', ');
}

export function boundaryText({ boundary }: ReportEmergencyRole): string {
  return boundary ?? 'none';
}

export function regionsText(regions: readonly string[]): string {
  return regions.length === 0 ? 'all' : regions.join(', ');
}

export function accountsText({ accounts }: ReportEmergencyRole): string {
  return accounts.map(({ name }) => name).join(', ');
}

export const EMERGENCY_PENDING =
  'Nothing of it is deployed to AWS: the metadata of the identity provider is not there yet.';
