import { changeSection } from './access/change-blocks';
import { accountsSection, matrixSection, setsSection } from './access/estate-sections';
import { applicationSection } from './access/application-blocks';
import { exceptionSection } from './access/exception-blocks';
import type { Figure, Section } from './blocks/block';
import { formatNumber } from './blocks/text';
import { emergencySection } from './emergency/emergency-blocks';
import { entraSection } from './entra/entra-blocks';
import { dangersOf } from './entra/words';
import { findingsSection } from './findings-section';
import { hostingSection } from './hosting/hosting-blocks';
import type { Changes, Report } from './report-types';
import { stackSection } from './stacks/stack-section';

/** The report as sections, in the order in which they are read. */
export function sectionsOf(report: Report): readonly Section[] {
  const { changes, exceptions, applications, entra, emergency, hosting } = report;
  return [
    ...(changes === undefined ? [] : [changeSection(changes)]),
    findingsSection(report),
    ...(exceptions === undefined ? [] : [exceptionSection(exceptions)]),
    matrixSection(report),
    setsSection(report),
    ...(applications === undefined ? [] : [applicationSection(applications)]),
    accountsSection(report),
    ...(entra === undefined || entra.programs.length === 0 ? [] : [entraSection(entra, changes?.entra)]),
    ...(emergency === undefined ? [] : [emergencySection(emergency)]),
    ...(hosting === undefined ? [] : [hostingSection(hosting)]),
    stackSection(report),
  ];
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
