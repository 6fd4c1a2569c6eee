import type { MarkdownSection } from '../markdown-sections';
import { code, prose } from '../markdown-text';
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

/** The way to AWS besides IAM Identity Center. */
export function emergencySections(emergency: EmergencyReport | undefined): readonly MarkdownSection[] {
  if (emergency === undefined) return [];
  const { account, state, who, roles, emails, alarmRegions } = emergency;
  const pending = state === 'pending' ? ` **${EMERGENCY_PENDING}**` : '';
  return [
    {
      title: 'Emergency access',
      intro:
        `By ${code(account.name)} (${account.id}), for ${sessionText(emergency)}: ${prose(whoText(who))}. ` +
        `Uses in ${prose(alarmRegions.join(', '))} are told to ${prose(emails.join(', '))}.${pending}`,
      table: '| Role | Accounts | Policies | Boundary | Regions |\n| --- | --- | --- | --- | --- |',
      lines: roles.map(
        (role) =>
          `| ${code(role.name)} | ${prose(accountsText(role))} | ${prose(policiesText(role.policies))} | ${prose(boundaryText(role))} | ${prose(regionsText(role.regions))} |`,
      ),
    },
  ];
}

const VERBS = { gained: '**gained**', lost: 'lost', changed: 'changed' } as const;

/** What changes about it. */
export function emergencyChangeSections(changes: readonly EmergencyChange[]): readonly MarkdownSection[] {
  return [
    {
      title: 'Changes in emergency access',
      lines: changes.map(({ kind, text, risks }) => {
        const badges = risks.map((risk) => ` **${RISK_WORDS[risk]}**`).join('');
        return `- ${VERBS[kind]}: ${prose(text)}${badges}`;
      }),
    },
  ];
}
