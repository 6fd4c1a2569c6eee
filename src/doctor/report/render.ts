import Builder from 'fast-xml-builder';
import type { Blocks, Marked, Section, Spans, Tone } from '../../preview/blocks/block';
import { badge, line, marked, name, paragraph, quiet, table, titled } from '../../preview/blocks/make';
import { markdownLine, markdownOf } from '../../preview/blocks/markdown';
import { renderSections, type TerminalOptions } from '../../preview/blocks/terminal';
import { formatNumber } from '../../text/amounts';
import { formatted } from '../../text/formats';
import type { Observation, Outcome } from '../check';
import type { CheckedResult, Examination } from '../examination';
import { visibleLines } from '../../estate/source/visible';

export const OUTCOME_LABELS: Readonly<Record<Outcome, string>> = {
  failure: 'failure',
  warning: 'warning',
  unknown: 'could not check',
  ok: 'ok',
};

export const OUTCOME_TONES: Readonly<Record<Outcome, Tone>> = {
  failure: 'bad',
  warning: 'warn',
  unknown: 'pending',
  ok: 'good',
};

/** `2 failures, 1 warning, 0 could not check, 14 ok` */
export function totalsLine(totals: Readonly<Record<Outcome, number>>): string {
  const { failure, warning, unknown, ok } = totals;
  const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  return `${plural(failure, 'failure')}, ${plural(warning, 'warning')}, ${unknown} could not check, ${ok} ok`;
}

/** Observations one after the other that ask for the same are followed by one advice. */
export function withSharedAdvice(observations: readonly Observation[]): readonly Observation[] {
  return observations.map((one, index) => {
    const { advice, ...rest } = one;
    return advice !== undefined && observations[index + 1]?.advice === advice ? rest : one;
  });
}

/** Observations of one check that a terminal and a comment show; the JSON has them all. */
const SHOWN_IN_TERMINAL = 12;
const SHOWN_IN_MARKDOWN = 20;

/** The examination for a terminal: every check with what it saw, and what to do. */
export function renderTerminal(examination: Examination, options: TerminalOptions): string {
  return renderSections(examinationSections(examination), options);
}

export function examinationSections({ estate, checks, totals, notCompared }: Examination): readonly Section[] {
  const { told, unchecked } = byCause(checks);
  const items = [...told.map(checkItem), ...unchecked.map(causeItem)];
  return [
    { id: 'checks', title: `Estate ${estate}`, blocks: [marked(items, items.length)] },
    // Steps of a deployment look for this line.
    { id: 'total', title: totalsLine(totals), lead: [], blocks: [] },
    ...(notCompared.length === 0
      ? []
      : [{ id: 'not-compared', title: 'Not compared', lead: line`${notCompared.join('; ')}.`, blocks: [] }]),
  ];
}

/** The examination for a comment or a job's summary: a table of the checks, and below it what is not well. */
export function renderMarkdown({ estate, checks, totals, notCompared }: Examination): string {
  const { told, unchecked } = byCause(checks.filter(({ outcome }) => outcome !== 'ok'));
  const blocks = [
    paragraph(line`${totalsLine(totals)}.`),
    tableOf(checks),
    ...told.flatMap(checkBlocks),
    ...(unchecked.length === 0 ? [] : titled('Could not be checked', [marked(unchecked.map(causeItem))])),
    ...(notCompared.length === 0 ? [] : [paragraph(line`Not compared: ${notCompared.join('; ')}.`)]),
  ];
  return `## ${markdownLine(line`Health of ${name(estate)}`)}\n${markdownOf(blocks)}`;
}

/** Everything, for machines. */
export function renderJson(examination: Examination): string {
  return formatted('doctor', examination);
}

function tableOf(checks: readonly CheckedResult[]): Blocks[number] {
  return table(
    'Checks',
    ['Outcome', 'Check', 'Id'],
    checks.map(({ id, title, outcome }) => [line`${OUTCOME_LABELS[outcome]}`, line`${title}`, [name(id)]]),
  );
}

/** Checks that could not be made for one and the same reason. */
interface Unchecked {
  readonly cause: Observation;
  readonly checks: readonly CheckedResult[];
}

/** Checks that say something of their own, and those that one cause kept from being made: such as a missing sign-in. */
function byCause(checks: readonly CheckedResult[]): {
  readonly told: readonly CheckedResult[];
  readonly unchecked: readonly Unchecked[];
} {
  const groups = Map.groupBy(checks, (check) => causeOf(check));
  const shared = [...groups].filter(([cause, same]) => cause !== undefined && same.length > 1);
  const grouped = new Set(shared.flatMap(([, same]) => same));
  return {
    told: checks.filter((check) => !grouped.has(check)),
    unchecked: shared.flatMap(([, same]) => {
      const cause = same[0]?.observations.find(({ outcome }) => outcome === 'unknown');
      return cause === undefined ? [] : [{ cause, checks: same }];
    }),
  };
}

/** The one reason for which a check could not be made; undefined where it found something, or there are several. */
function causeOf({ outcome, observations }: CheckedResult): string | undefined {
  if (outcome !== 'unknown') return undefined;
  const reasons = new Set(observations.map(({ message, advice }) => JSON.stringify([message, advice])));
  const [reason] = reasons;
  return reasons.size === 1 ? reason : undefined;
}

function causeItem({ cause: { message, advice }, checks }: Unchecked): Marked {
  return {
    mark: markOf('unknown'),
    what: line`${message}`,
    notes: [
      ...(advice === undefined ? [] : [line`  to do: ${advice}`]),
      line`${formatNumber(checks.length)} checks: ${checks.map(({ id }) => id).join(', ')}`,
    ],
  };
}

function markOf(outcome: Outcome): Marked['mark'] {
  return { text: OUTCOME_LABELS[outcome], tone: OUTCOME_TONES[outcome] };
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
    { id: 'rows', title: `Before a deployment of ${estate}`, blocks: [rowsTable(rows)] },
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
    rowsTable(rows),
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

function rowsTable(rows: readonly Row[]): Blocks[number] {
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

const XML = new Builder({
  format: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  attributesGroupName: '$',
  suppressEmptyNode: true,
});

/**
 * The examination as JUnit XML, by the schema of Jenkins: a test case a check. A failure is a failure, what could not be checked is
 * skipped, and warnings are output of the test case. What takes time is reading, before the first check: it is the suite's.
 */
export function renderJunit({ estate, examinedAt, seconds, totals, checks, notCompared }: Examination): string {
  const time = seconds.toFixed(3);
  const all = { name: `doctor ${estate}`, tests: checks.length, failures: totals.failure, errors: 0, time };
  const properties = notCompared.map((value, index) => attributes({ name: `not compared ${index + 1}`, value }));
  const testsuite = {
    ...attributes({ ...all, skipped: totals.unknown, timestamp: examinedAt }),
    ...(properties.length > 0 && { properties: { property: properties } }),
    testcase: checks.map(testCase),
  };
  return XML.build({
    '?xml': attributes({ version: '1.0', encoding: 'UTF-8' }),
    testsuites: { ...attributes(all), testsuite },
  });
}

function testCase({ id, area, title, outcome, observations }: CheckedResult): unknown {
  const told = visibleLines(observations.map(describe).join('\n'));
  const first = attributes({ message: firstOf(observations) });
  return {
    ...attributes({ classname: `doctor.${area}.${id}`, name: title, time: '0' }),
    ...(outcome === 'failure' && { failure: { ...first, '#text': told } }),
    ...(outcome === 'unknown' && { skipped: first }),
    'system-out': told,
  };
}

function firstOf(observations: readonly Observation[]): string {
  const worst = observations.find(({ outcome }) => outcome === 'failure' || outcome === 'unknown');
  return worst === undefined ? '' : describe(worst);
}

function describe({ outcome, message, advice }: Observation): string {
  return `${OUTCOME_LABELS[outcome]}: ${message}${advice === undefined ? '' : ` (to do: ${advice})`}`;
}

/** Control characters are not allowed in XML at all: they are written out. */
function attributes(values: Readonly<Record<string, string | number>>): Record<string, unknown> {
  return { $: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, visibleLines(String(value))])) };
}
