import { compareText } from '../../estate/source/finding';
import { isPowerfulPolicy } from '../../estate/sections/access/policy-power';
import type { Risk } from '../labels';
import {
  type EmergencyReport,
  type ReportEmergencyAccount,
  type ReportEmergencyRole,
  regionsText,
  whoText,
} from './describe-emergency';

/** Change of who may do what in an emergency. */
export interface EmergencyChange {
  readonly kind: 'gained' | 'lost' | 'changed';
  readonly text: string;
  readonly risks: readonly Risk[];
}

/** Changes from one report to the other; a side without emergency access is undefined. */
export function compareEmergency(
  before: EmergencyReport | undefined,
  after: EmergencyReport | undefined,
): readonly EmergencyChange[] {
  const [roles, newRoles] = [before?.roles ?? [], after?.roles ?? []];
  const names = new Set([...roles, ...newRoles].map(({ name }) => name));
  const changes = [...names].flatMap((name) =>
    compareRole(
      roles.find((role) => role.name === name),
      newRoles.find((role) => role.name === name),
    ),
  );
  const rest = before && after ? compareRest(before, after) : [];
  return [...changes, ...rest].toSorted(
    (one, other) => ORDER[one.kind] - ORDER[other.kind] || compareText(one.text, other.text),
  );
}

const ORDER: Readonly<Record<EmergencyChange['kind'], number>> = { gained: 0, lost: 1, changed: 2 };

type Role = ReportEmergencyRole | undefined;

function compareRole(old: Role, now: Role): readonly EmergencyChange[] {
  return [
    ...accessOnlyIn(now, old).map(({ text, risks }) => ({ kind: 'gained' as const, text, risks })),
    ...accessOnlyIn(old, now).map(({ text }) => ({ kind: 'lost' as const, text, risks: [] })),
    ...(old && now ? changesOf(old, now) : []),
  ];
}

function accessOnlyIn(role: Role, other: Role): readonly Omit<EmergencyChange, 'kind'>[] {
  if (role === undefined) return [];
  const { name, policies, accounts } = role;
  const known = new Set(other?.accounts.map(({ id }) => id));
  return accounts
    .filter(({ id }) => !known.has(id))
    .map((account) => ({ text: `${name} in ${account.name}: ${policies.join(', ')}`, risks: risksOf(role, account) }));
}

function risksOf({ policies }: ReportEmergencyRole, { isManagement }: ReportEmergencyAccount): readonly Risk[] {
  return [
    ...(isManagement ? (['management-account'] as const) : []),
    ...(policies.some(isPowerfulPolicy) ? (['administrator'] as const) : []),
  ];
}

function changesOf(old: ReportEmergencyRole, now: ReportEmergencyRole): readonly EmergencyChange[] {
  const isRaised = now.policies.some(isPowerfulPolicy) && !old.policies.some(isPowerfulPolicy);
  return [
    ...changed(`policies of ${now.name}`, old.policies.join(', '), now.policies.join(', ')).map((change) =>
      isRaised ? { ...change, risks: ['administrator' as const] } : change,
    ),
    ...changed(`boundary of ${now.name}`, old.boundary ?? 'none', now.boundary ?? 'none'),
    ...changed(`Regions of ${now.name}`, regionsText(old), regionsText(now)),
  ];
}

function compareRest(before: EmergencyReport, after: EmergencyReport): readonly EmergencyChange[] {
  return [
    ...changed('who signs in', whoText(before.who), whoText(after.who)),
    ...changed('account that people sign in to', before.account.name, after.account.name),
    ...changed('sign-in', before.signInUrls.join(', '), after.signInUrls.join(', ')),
    ...changed('length of a sign-in', `${before.sessionMinutes} minutes`, `${after.sessionMinutes} minutes`),
    ...changed('who is told', before.emails.join(', '), after.emails.join(', ')),
    ...changed('Regions that are listened in', before.alarmRegions.join(', '), after.alarmRegions.join(', ')),
  ];
}

function changed(what: string, from: string, to: string): readonly EmergencyChange[] {
  return from === to ? [] : [{ kind: 'changed', text: `${what}: ${to} (was: ${from})`, risks: [] }];
}
