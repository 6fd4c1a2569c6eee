import type { Section } from '../../preview/blocks/block';
import { line, link, list, name, table } from '../../preview/blocks/make';
import { markdownLine, markdownOf, markdownOfSections } from '../../preview/blocks/markdown';
import type { TerminalOptions } from '../../preview/blocks/terminal';
import { renderSections } from '../../preview/blocks/terminal';
import type { Examination } from '../examination';
import { examinationSections, renderMarkdown } from '../report/render';
import type { LastStep } from './last-step';

/** A drill up to its last step. */
export interface Drill {
  /** The links of the path. */
  readonly examination: Examination;
  readonly lastStep: LastStep;
}

/** True if every link holds. */
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

/** For a terminal: the links of the path, and what a person does now. */
export function renderDrillTerminal({ examination, lastStep }: Drill, options: TerminalOptions): string {
  const verdict = { id: 'verdict', title: VERDICTS[verdictOf(examination)], lead: [], blocks: [] };
  return renderSections([...examinationSections(examination), verdict, lastStepSection(lastStep)], options);
}

function lastStepSection({ todo, signIn, switchRole }: LastStep): Section {
  const links = [...signIn, ...switchRole].map(({ what, url }) => [link(what, url)]);
  return {
    id: 'last-step',
    title: 'The last step',
    blocks: [
      { kind: 'list', items: todo.map((text) => line`${text}`), isNumbered: true, limit: todo.length },
      list(links, links.length),
    ],
  };
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
  const seen = [
    `signed in: ${lastStep.session}`,
    'switched to a role',
    ...lastStep.emails.map((email) => `alarms came to ${email}`),
    'signed out',
  ];
  return [
    `# ${markdownLine(line`Drill of the emergency access of ${name(estate)}`)}\n\n`,
    `${examinedAt}. ${VERDICTS[verdictOf(examination)]}\n\n`,
    renderMarkdown(examination),
    markdownOfSections([lastStepSection(lastStep)], Infinity),
    markdownOf([
      table(
        'What was seen',
        ['Seen', 'By whom', 'When'],
        seen.map((text) => [line`${text}`, [], []]),
      ),
    ]),
  ].join('');
}
