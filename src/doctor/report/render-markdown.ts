import { code, prose } from '../../preview/markdown-text';
import { formatNumber } from '../../preview/text';
import type { CheckedResult, Examination } from '../examination';
import { notComparedLine, OUTCOME_WORDS, totalsLine, withSharedAdvice } from './words';

/** Observations of one check in the table. */
const SHOWN = 20;

/** The examination for a comment or a job's summary: a table of the checks, and below it what is not well. */
export function renderMarkdown(examination: Examination): string {
  const { estate, totals, checks } = examination;
  const notCompared = notComparedLine(examination);
  const rows = checks.map(({ id, title, outcome }) => `| ${OUTCOME_WORDS[outcome]} | ${prose(title)} | ${code(id)} |`);
  const sections = checks.filter(({ outcome }) => outcome !== 'ok').flatMap(section);
  return [
    `## Health of ${code(estate)}`,
    '',
    `${totalsLine(totals)}.`,
    '',
    '| Outcome | Check | Id |',
    '| --- | --- | --- |',
    ...rows,
    ...sections,
    ...(notCompared === undefined ? [] : ['', prose(notCompared)]),
    '',
  ].join('\n');
}

function section({ title, observations }: CheckedResult): readonly string[] {
  const told = observations.filter(({ outcome }) => outcome !== 'ok');
  const more = told.length - SHOWN;
  return [
    '',
    `### ${prose(title)}`,
    '',
    ...withSharedAdvice(told.slice(0, SHOWN)).flatMap(({ outcome, message, advice }) => [
      `- **${OUTCOME_WORDS[outcome]}**: ${prose(message)}`,
      ...(advice === undefined ? [] : [`  - to do: ${prose(advice)}`]),
    ]),
    ...(more > 0 ? [`- and ${formatNumber(more)} more`] : []),
  ];
}
