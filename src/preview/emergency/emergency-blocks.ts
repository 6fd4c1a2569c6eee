import type { Blocks, Section } from '../blocks/block';
import { badge, facts, line, marked, name, note, only, place, table, titled } from '../blocks/make';
import { RISK_LABELS, shortPlace } from '../labels';
import type { EmergencyChange } from './compare-emergency';
import { type EmergencyReport, regionsText, whoText } from './describe-emergency';

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
