import type { Paint } from '../paint';
import { visible } from '../text';
import { RISK_WORDS } from '../words';
import type { EmergencyChange, EmergencyReport } from './report-types';
import {
  accountsText,
  boundaryText,
  EMERGENCY_PENDING,
  policiesText,
  regionsText,
  sessionText,
  whoText,
} from './words';

/** Whether there is another way to AWS, for whom, and into what. */
export function emergencyLines(emergency: EmergencyReport | undefined, paint: Paint): readonly string[] {
  if (emergency === undefined) return [];
  const { account, state, who, roles, emails, alarmRegions } = emergency;
  return [
    `${paint('bold', 'Emergency access')} by ${visible(account.name)} (${account.id}), for ${sessionText(emergency)}`,
    ...(state === 'pending' ? [paint('yellow', `  ${EMERGENCY_PENDING}`)] : []),
    `  who     ${visible(whoText(who))}`,
    ...roles.map(
      (role) =>
        `  ${visible(role.name)} in ${visible(accountsText(role))}: ${visible(policiesText(role.policies))}; ` +
        `boundary ${visible(boundaryText(role))}; Regions ${visible(regionsText(role.regions))}`,
    ),
    `  alarms  ${visible(emails.join(', '))}, of uses in ${alarmRegions.join(', ')}`,
  ];
}

const SIGNS = { gained: ['+', 'green'], lost: ['-', 'red'], changed: ['~', 'yellow'] } as const;

/** What changes about it. */
export function emergencyChangeLines(changes: readonly EmergencyChange[], paint: Paint): readonly string[] {
  if (changes.length === 0) return [];
  return [
    paint('bold', 'Changes in emergency access'),
    ...changes.map(({ kind, text, risks }) => {
      const [sign, style] = SIGNS[kind];
      const badges = risks.map((risk) => paint(['bold', 'red'], ` [${RISK_WORDS[risk]}]`)).join('');
      return `  ${paint(style, sign)} ${visible(text)}${badges}`;
    }),
  ];
}
