import type { Blocks, Marked, Section, Spans, Tone } from '../../preview/blocks/block';
import { line, marked, name, paragraph, quiet, table, titled } from '../../preview/blocks/make';
import { markdownLine, markdownOf } from '../../preview/blocks/markdown';
import type { TerminalOptions } from '../../preview/blocks/terminal';
import { renderSections } from '../../preview/blocks/terminal';
import { formatNumber } from '../../preview/blocks/text';
import type { Observation, Outcome } from '../check';
import type { CheckedResult, Examination } from '../examination';
import { OUTCOME_LABELS, totalsLine, withSharedAdvice } from './labels';

/** Observations of one check that a terminal and a comment show; the JSON has them all. */
const SHOWN_IN_TERMINAL = 12;
const SHOWN_IN_MARKDOWN = 20;

const TONES: Readonly<Record<Outcome, Tone>> = { failure: 'bad', warning: 'warn', unknown: 'pending', ok: 'good' };

/** The examination for a terminal: every check with what it saw, and what to do. */
export function renderTerminal(examination: Examination, options: TerminalOptions): string {
  return renderSections(examinationSections(examination), options);
}

export function examinationSections({ estate, checks, totals, notCompared }: Examination): readonly Section[] {
  return [
    { id: 'checks', title: `Estate ${estate}`, blocks: [marked(checks.map(checkItem), checks.length)] },
    // Steps of a deployment look for this line.
    { id: 'total', title: totalsLine(totals), lead: [], blocks: [] },
    ...(notCompared.length === 0
      ? []
      : [{ id: 'not-compared', title: 'Not compared', lead: line`${notCompared.join('; ')}.`, blocks: [] }]),
  ];
}

/** The examination for a comment or a job's summary: a table of the checks, and below it what is not well. */
export function renderMarkdown({ estate, checks, totals, notCompared }: Examination): string {
  const notWell = checks.filter(({ outcome }) => outcome !== 'ok');
  const blocks = [
    paragraph(line`${totalsLine(totals)}.`),
    tableOf(checks),
    ...notWell.flatMap(checkBlocks),
    ...(notCompared.length === 0 ? [] : [paragraph(line`Not compared: ${notCompared.join('; ')}.`)]),
  ];
  return `## ${markdownLine(line`Health of ${name(estate)}`)}\n${markdownOf(blocks)}`;
}

/** Everything, for machines. */
export function renderJson(examination: Examination): string {
  return `${JSON.stringify(examination, undefined, 2)}\n`;
}

function tableOf(checks: readonly CheckedResult[]): Blocks[number] {
  return table(
    'Checks',
    ['Outcome', 'Check', 'Id'],
    checks.map(({ id, title, outcome }) => [line`${OUTCOME_LABELS[outcome]}`, line`${title}`, [name(id)]]),
  );
}

function markOf(outcome: Outcome): Marked['mark'] {
  return { text: OUTCOME_LABELS[outcome], tone: TONES[outcome] };
}

/** A check with what it found; where nothing is wrong, with what it looked at. */
function checkItem({ id, title, outcome, observations }: CheckedResult): Marked {
  const told = observations.filter((one) => outcome === 'ok' || one.outcome !== 'ok');
  const more = told.length - SHOWN_IN_TERMINAL;
  return {
    mark: markOf(outcome),
    what: line`${title}  ${quiet(id)}`,
    notes: [
      ...withSharedAdvice(told.slice(0, SHOWN_IN_TERMINAL)).flatMap((one) => observationLines(one, outcome)),
      ...(more > 0 ? [line`and ${formatNumber(more)} more; --json has all of them`] : []),
    ],
  };
}

function observationLines({ outcome, message, advice }: Observation, worst: Outcome): readonly Spans[] {
  const label = outcome === worst ? '' : `${OUTCOME_LABELS[outcome]}: `;
  return [line`${label}${message}`, ...(advice === undefined ? [] : [line`  to do: ${advice}`])];
}

function checkBlocks({ title, observations }: CheckedResult): Blocks {
  const told = observations.filter(({ outcome }) => outcome !== 'ok');
  const more = told.length - SHOWN_IN_MARKDOWN;
  const items = withSharedAdvice(told.slice(0, SHOWN_IN_MARKDOWN)).map(({ outcome, message, advice }) => ({
    mark: markOf(outcome),
    what: line`${message}`,
    ...(advice !== undefined && { notes: [line`to do: ${advice}`] }),
  }));
  return [...titled(title, [marked(items)]), ...(more > 0 ? [paragraph(line`… and ${formatNumber(more)} more`)] : [])];
}
