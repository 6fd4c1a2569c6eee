import type { Blocks, Section } from '../blocks/block';
import { badge, facts, line, marked, name, note, only, place, table, titled } from '../blocks/make';
import { RISK_LABELS, shortPlace } from '../labels';
import type { EmergencyChange, EmergencyReport } from './report-types';
import {
  accountsText,
  boundaryText,
  EMERGENCY_PENDING,
  policiesText,
  regionsText,
  sessionText,
  whoText,
} from './labels';

/** The way to AWS besides IAM Identity Center: for whom, into what, and who is told. */
export function emergencySection(emergency: EmergencyReport): Section {
  const { account, state, who, roles, emails, alarmRegions } = emergency;
  return {
    id: 'emergency',
    title: 'Emergency access',
    lead: line`Sign-in to ${name(account.name, account.id)}, for ${sessionText(emergency)}`,
    blocks: [
      ...(state === 'pending' ? [note(line`${EMERGENCY_PENDING}`)] : []),
      table(
        'Emergency roles',
        ['Role', 'Accounts', 'Policies', 'Boundary', 'Regions'],
        roles.map((role) => [
          [name(role.name)],
          line`${accountsText(role)}${role.accounts.some(({ isManagement }) => isManagement) ? line` ${badge('management account', 'bad')}` : ''}`,
          line`${policiesText(role.policies)}`,
          line`${boundaryText(role)}`,
          line`${regionsText(role.regions)}`,
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
