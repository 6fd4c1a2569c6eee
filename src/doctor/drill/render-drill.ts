import { code, prose } from '../../preview/markdown-text';
import type { Examination } from '../examination';
import { renderMarkdown } from '../report/render-markdown';
import { renderTerminal } from '../report/render-terminal';
import type { LastStep } from './last-step';

/** A drill up to its last step. */
export interface Drill {
  /** The links of the path. */
  readonly examination: Examination;
  readonly lastStep: LastStep;
}

/** Whether every link holds. */
export type Verdict = 'proven' | 'broken' | 'incomplete';

export function verdictOf({ totals }: Examination): Verdict {
  if (totals.failure > 0) return 'broken';
  return totals.unknown > 0 ? 'incomplete' : 'proven';
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  proven: 'The path holds up to its last step, which needs a person.',
  broken: 'The path is broken: repair it before somebody needs it.',
  incomplete: 'The path is not proven: some links could not be checked.',
};

/** For a terminal: the links, and what a person does now. */
export function renderDrillTerminal({ examination, lastStep }: Drill, options: { readonly colour: boolean }): string {
  const links = [...lastStep.signIn, ...lastStep.switchRole].map(({ what, url }) => `  ${what}\n    ${url}`);
  return [
    renderTerminal(examination, options),
    VERDICTS[verdictOf(examination)],
    '',
    'The last step:',
    ...lastStep.todo.map((text, index) => `  ${index + 1}. ${text}`),
    '',
    ...links,
    '',
  ].join('\n');
}

/** Everything, for machines and for evidence. */
export function renderDrillJson({ examination, lastStep }: Drill): string {
  const { estate, examinedAt, totals, checks, notCompared } = examination;
  const verdict = verdictOf(examination);
  const record = { estate, drilledAt: examinedAt, verdict, totals, links: checks, notCompared, lastStep };
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** A record to keep: what was proven, and what the people who took part write. */
export function renderDrillRecord({ examination, lastStep }: Drill): string {
  const { estate, examinedAt } = examination;
  return [
    `# Drill of the emergency access of ${code(estate)}`,
    '',
    `${examinedAt}. ${VERDICTS[verdictOf(examination)]}`,
    '',
    renderMarkdown(examination),
    '## The last step',
    '',
    ...lastStep.todo.map((text, index) => `${index + 1}. ${prose(text)}`),
    '',
    ...[...lastStep.signIn, ...lastStep.switchRole].map(({ what, url }) => `- ${prose(what)}: <${url}>`),
    '',
    '| Seen | By whom | When |',
    '| --- | --- | --- |',
    `| signed in: ${prose(lastStep.session)} |  |  |`,
    '| switched to a role |  |  |',
    ...lastStep.emails.map((email) => `| alarms came to ${prose(email)} |  |  |`),
    '| signed out |  |  |',
    '',
  ].join('\n');
}
