import { changeSection } from './access/change-blocks';
import { accountsSection, matrixSection, setsSection } from './access/estate-sections';
import { applicationSection } from './access/applications';
import { exceptionSection } from './access/exceptions';
import type { Figure, Section } from './blocks/block';
import { formatNumber } from './blocks/text';
import { emergencySection } from './emergency/emergency';
import { dangersOf, entraSection } from './entra/entra-blocks';
import { findingsSection } from './findings-section';
import { hostingSection } from './hosting/hosting';
import type { Changes, Report } from './report';
import { stackSection } from './stack-section';

/** The report as sections, in the order in which they are read. */
export function sectionsOf(report: Report): readonly Section[] {
  const { changes, exceptions, applications, entra, emergency, hosting } = report;
  return [
    changes && changeSection(changes),
    findingsSection(report),
    exceptions && exceptionSection(exceptions),
    matrixSection(report),
    setsSection(report),
    applications && applicationSection(applications),
    accountsSection(report),
    entra && entra.programs.length > 0 ? entraSection(entra, changes?.entra) : undefined,
    emergency && emergencySection(emergency),
    hosting && hostingSection(hosting),
    stackSection(report),
  ].filter((section) => section !== undefined);
}

/** Figures of how much there is. */
export function sizeFigures({ counts }: Report): readonly Figure[] {
  const { accounts, groups, permissionSets, assignments, pending, leftOut } = counts;
  return [
    { label: 'accounts', value: accounts, ...noted(leftOut, 'left out: not active') },
    { label: 'groups', value: groups },
    { label: 'permission sets', value: permissionSets },
    { label: 'assignments', value: assignments, ...noted(pending, 'pending') },
  ];
}

/** Figures of how much changes; nothing where nothing was compared. */
export function changeFigures(changes: Changes | undefined): readonly Figure[] {
  if (changes?.counts === undefined) return [];
  const { gained, gainedPending, lost, withdrawn } = changes.counts;
  const dangers = changes.entra?.notCompared === undefined && changes.entra ? dangersOf(changes.entra).length : 0;
  return [
    { label: 'gained', value: gained, tone: gained > 0 ? 'good' : 'plain', ...noted(gainedPending, 'of them pending') },
    { label: 'lost', value: lost, tone: lost > 0 ? 'bad' : 'plain', ...noted(withdrawn, 'withdrawn') },
    ...(dangers === 0 ? [] : [{ label: 'dangers in Entra ID', value: dangers, tone: 'bad' } as const]),
  ];
}

function noted(value: number, words: string): Pick<Figure, 'note'> {
  return value === 0 ? {} : { note: `${formatNumber(value)} ${words}` };
}
