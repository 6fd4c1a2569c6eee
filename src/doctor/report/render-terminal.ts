import { styleText } from 'node:util';
import { visible } from '../../estate/source/visible';
import type { Paint } from '../../preview/paint';
import { formatNumber } from '../../preview/text';
import type { Observation, Outcome } from '../check';
import type { CheckedResult, Examination } from '../examination';
import { notComparedLine, OUTCOME_WORDS, totalsLine, withSharedAdvice } from './words';

/** Observations of one check that a terminal shows; the JSON has them all. */
const SHOWN = 12;

const STYLES: Readonly<Record<Outcome, Parameters<Paint>[0]>> = {
  failure: 'red',
  warning: 'yellow',
  unknown: 'magenta',
  ok: 'green',
};

/** The examination for a terminal: every check in a line, and below it what is not well and what to do. */
export function renderTerminal(examination: Examination, { colour }: { readonly colour: boolean }): string {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
  const width = Math.max(...Object.values(OUTCOME_WORDS).map((word) => word.length));
  const notCompared = notComparedLine(examination);
  const lines = examination.checks.flatMap((result) => checkLines(result, width, paint));
  return [
    paint('bold', `Estate ${visible(examination.estate)}`),
    '',
    ...lines,
    '',
    totalsLine(examination.totals),
    ...(notCompared === undefined ? [] : [notCompared]),
    '',
  ].join('\n');
}

function checkLines(
  { id, title, outcome, observations }: CheckedResult,
  width: number,
  paint: Paint,
): readonly string[] {
  const word = paint(STYLES[outcome], OUTCOME_WORDS[outcome].padEnd(width));
  const head = `${word}  ${title}  ${paint('dim', id)}`;
  const indent = ' '.repeat(width + 2);
  // Where nothing is wrong, what was looked at says enough.
  const told = observations.filter((one) => outcome === 'ok' || one.outcome !== 'ok');
  const more = told.length - SHOWN;
  return [
    head,
    ...withSharedAdvice(told.slice(0, SHOWN)).flatMap((one) =>
      observationLines(one, outcome).map((line) => indent + line),
    ),
    ...(more > 0 ? [`${indent}and ${formatNumber(more)} more; --json has all of them`] : []),
  ];
}

function observationLines({ outcome, message, advice }: Observation, worst: Outcome): readonly string[] {
  const label = outcome === worst ? '' : `${OUTCOME_WORDS[outcome]}: `;
  return [`${label}${visible(message)}`, ...(advice === undefined ? [] : [`  to do: ${visible(advice)}`])];
}
