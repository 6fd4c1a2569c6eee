import type { Paint } from '../paint';
import { formatNumber, shorten, visible } from '../text';
import type { EntraChanges, EntraReport, ResourceChange } from './report-types';
import { ACTION_WORDS, changeCounts, contentsOf, inputChangeText } from './words';

/** Changes that a terminal shows, and characters of an input; the files have them all. */
const SHOWN_CHANGES = 20;
const SHOWN_INPUTS = 3;
const INPUT_CHARACTERS = 140;

/** What the programs register, one line a program. */
export function entraLines(entra: EntraReport | undefined, paint: Paint): readonly string[] {
  if (entra === undefined || entra.programs.length === 0) return [];
  const lines = entra.programs.flatMap((program) => {
    const failure = program.failure === undefined ? '' : paint('red', ' (fails)');
    const notes = program.notes.map((note) => paint('dim', `    ${note}`));
    return [`  ${visible(program.stack)}  ${contentsOf(program)}${failure}`, ...notes];
  });
  return [`${paint('bold', 'Entra ID')} on ${entra.day}`, ...lines];
}

const SIGNS: Readonly<Record<ResourceChange['action'], readonly [sign: string, style: 'red' | 'green' | 'yellow']>> = {
  create: ['+', 'green'],
  update: ['~', 'yellow'],
  replace: ['±', 'red'],
  delete: ['-', 'red'],
};

/** What changes in Entra ID, the dangerous first. */
export function entraChangeLines(changes: EntraChanges | undefined, paint: Paint): readonly string[] {
  if (changes === undefined) return [];
  const title = paint('bold', 'Changes in Entra ID');
  const { notCompared, resources } = changes;
  if (notCompared !== undefined) {
    return [`${title}: ${paint(['bold', 'red'], 'NOT COMPARED')}`, paint('yellow', `  ${visible(notCompared)}`)];
  }
  const rest = resources.length - SHOWN_CHANGES;
  return [
    `${title}: ${changeCounts(changes)}`,
    ...changes.abandoned.map((text) => `  ${paint(['bold', 'red'], '!')} ${visible(text)}`),
    ...resources.slice(0, SHOWN_CHANGES).flatMap((change) => changeLines(change, paint)),
    ...(rest > 0 ? [`  … and ${formatNumber(rest)} more`] : []),
  ];
}

function changeLines({ action, what, label, inputs, dangers, notes }: ResourceChange, paint: Paint): readonly string[] {
  const [sign, style] = SIGNS[action];
  const shown = inputs
    .slice(0, SHOWN_INPUTS)
    .map((input) => shorten(visible(inputChangeText(input)), INPUT_CHARACTERS));
  const more = inputs.length - shown.length;
  return [
    `  ${paint(style, sign)} ${what} ${visible(label)} ${ACTION_WORDS[action]}`,
    ...dangers.map((danger) => `      ${paint(['bold', 'red'], '!')} ${visible(danger)}`),
    ...notes.map((note) => `      ${visible(note)}`),
    ...shown.map((text) => paint('dim', `      ${text}`)),
    ...(more > 0 ? [paint('dim', `      … and ${formatNumber(more)} more inputs`)] : []),
  ];
}
