import type { Blocks, Marked, Section } from '../../preview/blocks/block';
import { badge, line, marked, paragraph, table, titled } from '../../preview/blocks/make';
import { markdownOf } from '../../preview/blocks/markdown';
import { renderSections, type TerminalOptions } from '../../preview/blocks/terminal';
import { formatNumber } from '../../preview/blocks/text';
import type { Observation } from '../check';
import type { CheckedResult, Examination } from '../examination';
import { OUTCOME_LABELS, OUTCOME_TONES, totalsLine } from './render';

/** An observation with what was asked. */
interface Row {
  readonly asked: string;
  readonly observation: Observation;
}

/** The examination as one table for a terminal, a row an observation, and below it what there is to do. */
export function renderTable(examination: Examination, options: TerminalOptions): string {
  const { estate, checks, totals, notCompared } = examination;
  const rows = rowsOf(checks);
  const todo = rows.flatMap(todoItem);
  const sections: readonly Section[] = [
    { id: 'rows', title: `Before a deployment of ${estate}`, blocks: [tableOf(rows)] },
    { id: 'todo', title: 'To do', blocks: [marked(todo, todo.length)] },
    { id: 'total', title: totalsLine(totals), lead: [], blocks: [] },
    { id: 'not-asked', title: 'Not asked', lead: line`${notCompared.join('; ')}.`, blocks: [] },
  ];
  return renderSections(todo.length === 0 ? sections.filter(({ id }) => id !== 'todo') : sections, options);
}

/** The same for a comment or a job's summary. */
export function renderTableMarkdown({ estate, checks, totals, notCompared }: Examination): string {
  const rows = rowsOf(checks);
  const todo = rows.flatMap(todoItem);
  const blocks: Blocks = [
    paragraph(line`${totalsLine(totals)}.`),
    tableOf(rows),
    ...(todo.length === 0 ? [] : titled('To do', [marked(todo, todo.length)])),
    paragraph(line`Not asked: ${notCompared.join('; ')}.`),
  ];
  return `## Before a deployment of ${estate}\n${markdownOf(blocks)}`;
}

function rowsOf(checks: readonly CheckedResult[]): readonly Row[] {
  return checks.flatMap(({ title, observations }) =>
    observations.map((observation) => ({ asked: title, observation })),
  );
}

function tableOf(rows: readonly Row[]): Blocks[number] {
  return table(
    'Rows',
    ['Outcome', 'Asked', 'Where', 'Found'],
    rows.map(({ asked, observation: { outcome, where = [], message } }) => [
      [badge(OUTCOME_LABELS[outcome], OUTCOME_TONES[outcome])],
      line`${asked}`,
      line`${shortened(where)}`,
      line`${message}`,
    ]),
  );
}

/** The list below the table, and the JSON, have all places. */
function shortened([first, ...others]: readonly string[]): string {
  if (first === undefined) return '';
  return others.length === 0 ? first : `${first} and ${formatNumber(others.length)} more`;
}

function todoItem({ observation: { outcome, where = [], message, advice } }: Row): readonly Marked[] {
  if (advice === undefined) return [];
  return [
    {
      mark: { text: OUTCOME_LABELS[outcome], tone: OUTCOME_TONES[outcome] },
      what: line`${message}`,
      notes: [...(where.length === 0 ? [] : [line`${where.join(', ')}`]), line`to do: ${advice}`],
    },
  ];
}
