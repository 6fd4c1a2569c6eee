import { compareText } from '../../estate/source/finding';
import { isPowerfulPolicy } from '../../estate/sections/access/policy-power';
import type { EmergencyChange, EmergencyReport, ReportEmergencyAccount, ReportEmergencyRole } from './report-types';
import { boundaryText, policiesText, regionsText, sessionText, whoText } from './labels';

/** Changes from one report to the other; a side without emergency access is undefined. */
export function compareEmergency(
  before: EmergencyReport | undefined,
  after: EmergencyReport | undefined,
): readonly EmergencyChange[] {
  const changes = [...compareRoles(before?.roles ?? [], after?.roles ?? []), ...compareRest(before, after)];
  return changes.toSorted((one, other) => ORDER[one.kind] - ORDER[other.kind] || compareText(one.text, other.text));
}

const ORDER: Readonly<Record<EmergencyChange['kind'], number>> = { gained: 0, lost: 1, changed: 2 };

function compareRoles(
  before: readonly ReportEmergencyRole[],
  after: readonly ReportEmergencyRole[],
): readonly EmergencyChange[] {
  const names = new Set([...before, ...after].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const [old, now] = [before.find((role) => role.name === name), after.find((role) => role.name === name)];
    return [
      ...accountsOnlyIn(now, old).map((account) => access('gained', now, account)),
      ...accountsOnlyIn(old, now).map((account) => access('lost', old, account)),
      ...(old === undefined || now === undefined ? [] : changesOf(old, now)),
    ];
  });
}

function accountsOnlyIn(
  role: ReportEmergencyRole | undefined,
  other: ReportEmergencyRole | undefined,
): readonly ReportEmergencyAccount[] {
  const known = new Set(other?.accounts.map(({ id }) => id));
  return role?.accounts.filter(({ id }) => !known.has(id)) ?? [];
}

function access(
  kind: 'gained' | 'lost',
  role: ReportEmergencyRole | undefined,
  account: ReportEmergencyAccount,
): EmergencyChange {
  const { name = '', policies = [] } = role ?? {};
  const risks = [
    ...(account.isManagement ? (['management-account'] as const) : []),
    ...(policies.some(isPowerfulPolicy) ? (['administrator'] as const) : []),
  ];
  return { kind, text: `${name} in ${account.name}: ${policiesText(policies)}`, risks: kind === 'gained' ? risks : [] };
}

function changesOf(old: ReportEmergencyRole, now: ReportEmergencyRole): readonly EmergencyChange[] {
  const isRaised = now.policies.some(isPowerfulPolicy) && !old.policies.some(isPowerfulPolicy);
  return [
    ...changed(`policies of ${now.name}`, policiesText(old.policies), policiesText(now.policies)).map((change) =>
      isRaised ? { ...change, risks: ['administrator' as const] } : change,
    ),
    ...changed(`boundary of ${now.name}`, boundaryText(old), boundaryText(now)),
    ...changed(`Regions of ${now.name}`, regionsText(old.regions), regionsText(now.regions)),
  ];
}

function compareRest(
  before: EmergencyReport | undefined,
  after: EmergencyReport | undefined,
): readonly EmergencyChange[] {
  if (before === undefined || after === undefined) return [];
  return [
    ...changed('who signs in', whoText(before.who), whoText(after.who)),
    ...changed('account that people sign in to', before.account.name, after.account.name),
    ...changed('sign-in', before.signInUrls.join(', '), after.signInUrls.join(', ')),
    ...changed('length of a sign-in', sessionText(before), sessionText(after)),
    ...changed('who is told', before.emails.join(', '), after.emails.join(', ')),
    ...changed('Regions that are listened in', before.alarmRegions.join(', '), after.alarmRegions.join(', ')),
  ];
}

function changed(what: string, from: string, to: string): readonly EmergencyChange[] {
  return from === to ? [] : [{ kind: 'changed', text: `${what}: ${to} (was: ${from})`, risks: [] }];
}
