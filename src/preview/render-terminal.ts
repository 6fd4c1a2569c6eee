import type { Section } from './blocks/block';
import { line, list, quiet } from './blocks/make';
import type { TerminalOptions } from './blocks/terminal';
import { renderSections } from './blocks/terminal';
import { helpSection } from './findings-section';
import { overviewOf } from './overview';
import type { Report } from './report';
import { sectionsOf, sizeFigures } from './sections';

interface SummaryOptions extends TerminalOptions {
  /** Files that were written, as the user would name them. */
  readonly files: readonly string[];
}

/** Sections at the end, which is what a reader of a terminal sees first. */
const LAST: readonly string[] = ['changes', 'findings', 'deployment'];

/** The summary for a terminal: what is there, what changes, what is wrong, what was written. */
export function renderTerminal(report: Report, { files, colour }: SummaryOptions): string {
  const sections = sectionsOf(report);
  const size: Section = {
    id: 'size',
    title: `Estate ${report.estate}`,
    blocks: [{ kind: 'figures', items: sizeFigures(report) }, ...overviewOf(report)],
  };
  const rest = sections.filter(({ id }) => !LAST.includes(id));
  const last = sections.filter(({ id }) => LAST.includes(id));
  const help = helpSection(report) ?? [];
  return renderSections([size, ...rest, ...last].concat(help, writtenSection(report, files)), { colour });
}

function writtenSection({ placement }: Report, files: readonly string[]): Section {
  const lines = files.map((file) => line`${file}`);
  const commit = placement?.outcome === 'written' ? [line`${placement.file}  ${quiet('(commit it)')}`] : [];
  return { id: 'written', title: 'Written', blocks: [list([...lines, ...commit])] };
}
