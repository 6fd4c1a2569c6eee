import { isPowerfulPolicy } from '../../estate/sections/access/policy-power';
import {
  EMERGENCY_HOME_REGION,
  type EmergencyApplication,
  type EmergencyRole,
} from '../../estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../../estate/sections/emergency/emergency-plan';
import { compareText } from '../../estate/source/finding';
import type { Blocks, Section } from '../blocks/block';
import { badge, facts, line, marked, name, note, only, place, table, titled } from '../blocks/make';
import type { Places } from '../compared-side';
import type { Side } from '../facts';
import { known } from '../../text/values';
import { type Risk, RISK_LABELS, shortPlace } from '../labels';

/** The way to AWS that does without IAM Identity Center. */
export type EmergencyReport = NonNullable<ReturnType<typeof describeEmergency>>;
type ReportEmergencyRole = ReturnType<typeof describeRole>;
type ReportEmergencyAccount = ReportEmergencyRole['accounts'][number];

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

function whoText(who: EmergencyReport['who']): string {
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

function regionsText({ regions }: ReportEmergencyRole): string {
  return regions.length === 0 ? 'all' : regions.join(', ');
}

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

/** The way to AWS besides IAM Identity Center: for whom, into what, and who is told. */
export function emergencySection(emergency: EmergencyReport): Section {
  const { account, state, who, roles, emails, alarmRegions, sessionMinutes } = emergency;
  return {
    id: 'emergency',
    title: 'Emergency access',
    lead: line`Sign-in to ${name(account.name, account.id)}, for ${String(sessionMinutes)} minutes`,
    blocks: [
      ...(state === 'pending'
        ? [note(line`Nothing of it is deployed to AWS: the metadata of the identity provider is not there yet.`)]
        : []),
      table(
        'Emergency roles',
        ['Role', 'Accounts', 'Policies', 'Boundary', 'Regions'],
        roles.map((role) => [
          [name(role.name)],
          line`${role.accounts.map((one) => one.name).join(', ')}${role.accounts.some(({ isManagement }) => isManagement) ? line` ${badge('management account', 'bad')}` : ''}`,
          line`${role.policies.join(', ')}`,
          line`${role.boundary ?? 'none'}`,
          line`${regionsText(role)}`,
        ]),
      ),
      facts([
        ['Who', line`${whoText(who)}`],
        ['Alarms', line`${emails.join(', ')}, of uses in ${alarmRegions.join(', ')}`],
      ]),
      only(['page'], [facts([['Defined', [place(shortPlace(emergency.place))]]])]),
    ],
  };
}

const MARKS = {
  gained: { text: '+', tone: 'warn' },
  lost: { text: '-', tone: 'good' },
  changed: { text: '~', tone: 'warn' },
} as const;

/** Changes of it. */
export function emergencyChangeBlocks(changes: readonly EmergencyChange[]): Blocks {
  const items = changes.map(({ kind, text, risks }) => ({
    mark: MARKS[kind],
    what: line`${badge(kind, MARKS[kind].tone)} ${text}${risks.flatMap((risk) => line` ${badge(RISK_LABELS[risk], 'bad')}`)}`,
  }));
  return titled('Changes in emergency access', [marked(items)]);
}
