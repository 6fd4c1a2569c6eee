import { changeLead } from './access/change-blocks';
import type { Blocks } from './blocks/block';
import { line, name, paragraph } from './blocks/make';
import { markdownLine, markdownOf, markdownOfSections } from './blocks/markdown';
import { count, formatNumber } from './blocks/text';
import { overviewOf } from './overview';
import type { Report } from './report';
import { sectionsOf } from './sections';
import { commitText } from './labels';

/** Longest text of `preview.md`: a comment on GitHub takes 65,536 characters, and something may be put around it. */
export const MAX_MARKDOWN_CHARACTERS = 60_000;

/** The report for a pull request's comment, always under 60,000 characters: sections are cut, and say by how much. */
export function renderMarkdown(report: Report): string {
  const { changes } = report;
  const sections = sectionsOf(report).map((section) => (section.id === 'changes' ? { ...section, lead: [] } : section));
  const headline =
    changes === undefined
      ? []
      : [paragraph(line`${changeLead(changes)} against ${name(changes.revision)}${commitText(changes)}.`)];
  const title = markdownLine(line`Access of ${name(report.estate)}`);
  const head = `## ${title}\n${markdownOf([...headline, ...summary(report), ...overviewOf(report)])}`;
  return head + markdownOfSections(sections, MAX_MARKDOWN_CHARACTERS - 1 - head.length);
}

function summary({ counts, synthesis }: Report): Blocks {
  const size = [
    `${count(counts.assignments, 'assignment')} of ${count(counts.permissionSets, 'permission set')} to ${count(counts.groups, 'group')} in ${count(counts.accounts, 'account')}`,
    ...(counts.pending > 0 ? [`${formatNumber(counts.pending)} pending`] : []),
    ...(counts.leftOut > 0 ? [`${count(counts.leftOut, 'account')} left out`] : []),
  ].join(', ');
  const skipped = synthesis === 'skipped' ? ' Templates were not synthesised: there are errors.' : '';
  return [paragraph(line`${size}. ${count(counts.errors, 'error')}, ${count(counts.warnings, 'warning')}.${skipped}`)];
}
