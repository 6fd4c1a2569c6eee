import { changeLead } from './access/change-blocks';
import type { Blocks, Section } from './blocks/block';
import { line, list, name, paragraph, quiet } from './blocks/make';
import { markdownLine, markdownOf, markdownOfSections } from './blocks/markdown';
import { count, formatNumber } from '../text/amounts';
import type { Answer, Report } from './report';
import { firstSections, sectionsOf, sizeFigures } from './sections';
import { commitText } from './labels';
import { renderParts, type TerminalOptions } from './blocks/terminal';
import { helpSection } from './findings-section';
import { findingHelp } from '../package/contents/addresses';

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
  const head = `## ${title}\n${markdownOf([...headline, ...summary(report)])}`;
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

interface SummaryOptions extends TerminalOptions {
  /** Files that were written, as the user would name them. */
  readonly files: readonly string[];
  /** Parts that stand on the terminal already, and are left out where they are still the same. @default none */
  readonly shown?: readonly string[];
}

/** The summary for a terminal: what is there, and, in the order of the page, what changes, what is wrong and the rest. */
export function renderTerminal(report: Report, { files, colour, shown = [] }: SummaryOptions): string {
  const help = helpSection(report) ?? [];
  const sections = [sizeSection(report), ...sectionsOf(report)].concat(help, writtenSection(report, files));
  const left = renderParts(sections, { colour }).filter((part) => !shown.includes(part));
  return `${shown.length > 0 ? '\n' : ''}${left.join('\n\n')}\n`;
}

/** The parts with which the summary begins, before an engine has run: what is there, what changes and what is wrong. */
export function renderFirst(answer: Answer, options: TerminalOptions): readonly string[] {
  return renderParts([sizeSection(answer), ...firstSections(answer, false)], options);
}

function sizeSection(report: Answer): Section {
  const blocks = [{ kind: 'figures', items: sizeFigures(report) }] as const;
  return { id: 'size', title: `Estate ${report.estate}`, blocks };
}

function writtenSection({ placement }: Report, files: readonly string[]): Section {
  const lines = files.map((file) => line`${file}`);
  const commit = placement?.outcome === 'written' ? [line`${placement.file}  ${quiet('(commit it)')}`] : [];
  return { id: 'written', title: 'Written', blocks: [list([...lines, ...commit])] };
}

/** The report for machines, as `docs/schemas/preview.json` describes it. Lists have a stable order, and the text ends with a newline. */
export function renderJson(report: Report): string {
  return [...jsonPieces(report)].join('');
}

/** Assignments of a piece: about a megabyte. */
const PIECE = 5_000;

/** What begins and ends the list of assignments, the only one that grows large. No other key of this name is indented so little. */
const [OPENING, CLOSING] = ['\n "assignments": [', '\n ]'];

/** The same in pieces: the whole text of a large estate takes more memory than all that it is made from. */
export function* jsonPieces(report: Report): Generator<string> {
  const { assignments } = report;
  const [before, after] = `${textOf({ ...outputOf(report), assignments: [] })}\n`.split(`${OPENING}]`);
  yield `${before}${OPENING}`;
  for (let start = 0; start < assignments.length; start += PIECE) {
    const piece = textOf({ assignments: assignments.slice(start, start + PIECE) });
    yield (start === 0 ? '' : ',') + piece.slice(`{${OPENING}`.length, -`${CLOSING}\n}`.length);
  }
  yield `${assignments.length === 0 ? ']' : CLOSING}${after}`;
}

function textOf(value: unknown): string {
  return JSON.stringify(value, undefined, 1);
}

/** `help`: address of the page about a finding. */
function outputOf(report: Report) {
  const findings = report.findings.map((finding) => ({ ...finding, help: findingHelp(finding.code, 'latest') }));
  return { ...report, findings };
}

/**
 * Type from which the schema is generated.
 *
 * @public
 */
export type PreviewOutput = ReturnType<typeof outputOf>;
