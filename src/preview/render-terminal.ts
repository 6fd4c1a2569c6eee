import { styleText } from 'node:util';
import type { Finding } from '../estate/source/finding';
import { formatFinding } from '../estate/source/finding';
import { emergencyChangeLines, emergencyLines } from './emergency/terminal-lines';
import { entraChangeLines, entraLines } from './entra/terminal-lines';
import { hostingChangeLines, hostingLines } from './hosting/terminal-lines';
import type { Paint } from './paint';
import type { AccessChange, Changes, Report } from './report-types';
import type { Effect } from './access/set-types';
import { count, formatNumber, listSome, shorten, visible } from './text';
import {
  accessCountsText,
  commitText,
  acknowledgementText,
  causePlaces,
  joinPlaces,
  pendingText,
  REPLACEMENT_WORDS,
  RISK_WORDS,
  shortPlace,
} from './words';

export interface TerminalOptions {
  /** Whether the terminal shows colours. */
  readonly colour: boolean;
  /** Files that were written, as the user would name them. */
  readonly files: readonly string[];
}

/** Lines of one kind that a summary shows; the files have them all. */
const SHOWN_CHANGES = 12;
const SHOWN_FINDINGS = 40;
const SHOWN_NAMES = 4;
const NAME_CHARACTERS = 60;

/** The summary for a terminal: what is there, what changes, what is wrong, what was written. */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const paint: Paint = (style, text) => (options.colour ? styleText(style, text, { validateStream: false }) : text);
  const sections = [
    countLines(report, paint),
    entraLines(report.entra, paint),
    hostingLines(report.hosting, paint),
    emergencyLines(report.emergency, paint),
    changeLines(report.changes, paint),
    entraChangeLines(report.changes?.entra, paint),
    hostingChangeLines(report.changes?.hosting ?? [], paint),
    emergencyChangeLines(report.changes?.emergency ?? [], paint),
    findingLines(report.findings, paint),
    stackLines(report, paint),
    fileLines(report, options.files, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function countLines({ estate, counts }: Report, paint: Paint): readonly string[] {
  const rows: readonly (readonly [string, number, string])[] = [
    ['accounts', counts.accounts, counts.leftOut === 0 ? '' : `${formatNumber(counts.leftOut)} left out: not active`],
    ['groups', counts.groups, ''],
    ['permission sets', counts.permissionSets, ''],
    ['assignments', counts.assignments, counts.pending === 0 ? '' : `and ${formatNumber(counts.pending)} pending`],
  ];
  const table = rows.map(([name, value, note]) => [`  ${name}`, formatNumber(value), paint('dim', note)]);
  return [paint('bold', `Estate ${visible(estate)}`), ...align(table, ['left', 'right', 'left'])];
}

type Side = 'left' | 'right';

/** Pads the cells of each column to one width. Only the last column may hold styled text. */
function align(rows: readonly (readonly string[])[], sides: readonly Side[]): readonly string[] {
  const widths = sides.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => padCell(cell, widths[column], sides[column]))
      .join('  ')
      .trimEnd(),
  );
}

function padCell(cell: string, width = 0, side: Side = 'left'): string {
  return side === 'left' ? cell.padEnd(width) : cell.padStart(width);
}

function changeLines(changes: Changes | undefined, paint: Paint): readonly string[] {
  if (changes === undefined) return [];
  const { counts, notCompared } = changes;
  const title = `Changes against ${visible(changes.revision)}${commitText(changes)}`;
  const details = [
    ...some(changes.gained.map((change) => accessLines(change, 'gain', paint))),
    ...some(changes.lost.map((change) => accessLines(change, 'lose', paint))),
    ...some(changes.replacements.map((one) => replacementLine(one, paint))),
    ...some(changes.permissionSets.map((one) => setLine(one, paint))),
    ...changes.attributes.map((text) => `  ~ attribute ${visible(text)}`),
  ];
  return [
    `${paint('bold', title)}: ${counts === undefined ? paint(['bold', 'red'], 'NOT COMPARED') : accessCountsText(counts)}`,
    ...(notCompared === undefined ? [] : [paint('yellow', `  ${visible(notCompared)}`)]),
    ...changes.notes.map((note) => paint('yellow', `  ${visible(note)}`)),
    ...details,
  ];
}

function some(lines: readonly string[]): readonly string[] {
  if (lines.length <= SHOWN_CHANGES) return lines;
  return [...lines.slice(0, SHOWN_CHANGES), `  … and ${formatNumber(lines.length - SHOWN_CHANGES)} more`];
}

function accessLines(change: AccessChange, verb: 'gain' | 'lose', paint: Paint): string {
  const sign = verb === 'gain' ? paint('green', '+') : paint('red', '-');
  const accounts = listSome(
    change.accounts.map((account) => name(account.name)),
    SHOWN_NAMES,
  );
  const risks = change.risks.map((risk) => paint(['bold', 'red'], ` [${RISK_WORDS[risk]}]`)).join('');
  const pending = change.state === 'pending' ? paint('yellow', pendingText(change, verb)) : '';
  const what = `${name(change.group)} ${verb} ${name(change.permissionSet)}`;
  const why = change.reasons.map(({ text, place }) => `${visible(text)}${place ? ` (${shortPlace(place)})` : ''}`);
  const places = joinPlaces(causePlaces(change.causes));
  return [
    `  ${sign} ${what} in ${count(change.accounts.length, 'account')}: ${accounts}${risks}${pending}`,
    paint('dim', `      ${why.join(', ')} · ${visible(places)}`),
  ].join('\n');
}

function name(text: string): string {
  return shorten(visible(text), NAME_CHARACTERS);
}

function replacementLine({ kind, subject, assignments }: Changes['replacements'][number], paint: Paint): string {
  const size = assignments === 0 ? '' : `, ${count(assignments, 'assignment')}`;
  return `  ${paint(['bold', 'red'], '!')} ${REPLACEMENT_WORDS[kind]}: ${visible(subject)}${size}`;
}

const EFFECT_STYLES: Readonly<Record<Effect, Parameters<Paint>[0]>> = {
  widened: 'red',
  either: 'yellow',
  narrowed: 'green',
  neutral: 'dim',
};

function setLine(change: Changes['permissionSets'][number], paint: Paint): string {
  const details = change.details.map(({ text }) => shorten(visible(text), 2 * NAME_CHARACTERS));
  const effect = change.kind === 'changed' && change.effect !== 'neutral' ? change.effect : change.kind;
  const word = effect === 'either' ? 'changed both ways' : effect;
  const what = details.length === 0 ? '' : `: ${listSome(details, SHOWN_NAMES)}`;
  return `  ~ permission set ${name(change.name)} ${paint(EFFECT_STYLES[change.effect], word)}${what}`;
}

function findingLines(findings: readonly Finding[], paint: Paint): readonly string[] {
  if (findings.length === 0) return [`${paint('bold', 'Findings')}: ${paint('green', 'none')}`];
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  const lines = [...errors, ...warnings].map((finding) => findingText(finding, paint));
  const rest = lines.length - SHOWN_FINDINGS;
  return [
    `${paint('bold', 'Findings')}: ${count(errors.length, 'error')}, ${count(warnings.length, 'warning')}`,
    ...lines.slice(0, SHOWN_FINDINGS),
    ...(rest > 0 ? [`  … and ${formatNumber(rest)} more`] : []),
  ];
}

function findingText(finding: Finding, paint: Paint): string {
  const { severity, acknowledgement } = finding;
  const word = severity === 'error' ? paint('red', 'error  ') : paint('yellow', 'warning');
  const line = `  ${word}  ${visible(formatFinding(finding))}`;
  if (acknowledgement === undefined) return line;
  // The lines stand as they are to be pasted.
  return [line, `           ${paint('dim', acknowledgementText(acknowledgement))}`, ...acknowledgement.lines].join(
    '\n',
  );
}

function stackLines({ stacks, serviceStacks, hosting, synthesis, changes }: Report, paint: Paint): readonly string[] {
  const rows = stacks.map(({ name: stack, account, region, permissionSets, shards }) => {
    const assignments = shards.reduce((sum, shard) => sum + shard.assignments, 0);
    const size = `${count(permissionSets, 'permission set')}, ${count(assignments, 'assignment')} in ${count(shards.length, 'shard')}`;
    return [`  ${stack}`, `${account} ${region}`, `${size}${operationText(changes, stack)}`];
  });
  const { account = '', region = '' } = hosting ?? {};
  const others = [...serviceStacks, ...(hosting?.stacks ?? []).map((stack) => ({ ...stack, account, region }))];
  const sized = others.map(({ name: stack, resources, ...home }) => {
    const size = resources === undefined ? '' : count(resources, 'resource');
    return [`  ${stack}`, `${home.account} ${home.region}`, `${size}${operationText(changes, stack)}`];
  });
  if (rows.length + sized.length === 0) return [];
  const title = synthesis === 'skipped' ? 'Stacks (not synthesised: there are errors)' : 'Stacks';
  return [paint('bold', title), ...align([...rows, ...sized], ['left', 'left', 'left'])];
}

function operationText(changes: Changes | undefined, stack: string): string {
  const operation = changes?.operations.find((one) => one.stack === stack);
  if (operation === undefined) return '';
  const { created, updated, replaced, deleted } = operation;
  return `; resources: ${formatNumber(created)} created, ${formatNumber(updated)} updated, ${formatNumber(replaced)} replaced, ${formatNumber(deleted)} deleted`;
}

function fileLines({ placement }: Report, files: readonly string[], paint: Paint): readonly string[] {
  const written =
    placement?.outcome === 'written' ? [`  ${visible(placement.file)}  ${paint('dim', '(commit it)')}`] : [];
  const lines = [...files.map((file) => `  ${visible(file)}`), ...written];
  return lines.length === 0 ? [] : [paint('bold', 'Written'), ...lines];
}
