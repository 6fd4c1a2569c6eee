import { ALLOWING_LABEL, MASS_CHANGE_LABEL } from '../../estate/sections/pipeline/change-limits';
import { PLACEMENT_FILE } from '../../estate/source/estate-folder';
import { visibleLines } from '../../estate/source/visible';
import type { Span, Spans } from '../../preview/blocks/block';
import { code, line, link, list, name, paragraph, strong, table, titled } from '../../preview/blocks/make';
import { blockText, markdownLine, markdownOf } from '../../preview/blocks/markdown';
import { count } from '../../text/amounts';
import type { Forge, Reported } from '../forges/forge';
import type { ForgeWords } from '../forges/runner';
import type { PublishedImage } from './images';
import { DEPLOYS_NOTHING, type LeftOut } from './deployed-parts';
import type { Outcome } from './outcome';
import { type Engine, ENGINES } from './steps';
import type { Deployment } from './deployed-base';

export interface CommentParts {
  readonly estate: string;
  /** Longest text that the forge takes. */
  readonly characters: number;
  /** Base of the comparison, in Markdown. @default left out: the preview says it */
  readonly comparedWith?: string;
  /** Commit, base, run and engines that the text is of; absent for a summary. */
  readonly version?: NoteVersion | undefined;
  /** True if the estate has errors, which the preview shows. @default false */
  readonly hasErrors?: boolean;
  /** Given where AWS has another organization than the estate, by which access would change. @default it has not */
  readonly staleSnapshot?: StaleSnapshot | undefined;
  /** preview.md: it begins with who gains and who loses access. Absent where the preview failed. */
  readonly preview: string | undefined;
  /** Words of the engines about what is deployed; none where the clouds were not asked, as for a fork. */
  readonly outcomes: readonly Outcome[];
  /** Parts that the pipeline does not deploy. @default none */
  readonly leftOut?: LeftOut | undefined;
  /** Lines by which the placement file must change: `-` before what goes, `+` before what comes. @default none */
  readonly placement?: readonly string[] | undefined;
  /** Images that were published for the approval. @default none */
  readonly images?: readonly PublishedImage[] | undefined;
  /** Resources that are destroyed. */
  readonly destruction: readonly string[];
  /** Changes of access beyond the estate's limits, in words. */
  readonly massChanges: readonly string[];
  /** Page of the run. */
  readonly runUrl: string;
  /** Words for what keeps the whole report; absent where nothing does. */
  readonly kept?: ReturnType<ForgeWords['keeps']> | undefined;
}

export interface StaleSnapshot {
  /** Branch of the open proposal; absent where there is none. */
  readonly proposal: string | undefined;
}

/** Of one estate there is one comment. */
export function commentMarker(estate: string): string {
  return `<!-- entra-aws-identity preview of ${estate} -->`;
}

/** The comment of a pull request, always short enough: errors, access, then what takes a label, then what the engines say. */
export function composeComment(parts: CommentParts): string {
  const {
    estate,
    characters,
    comparedWith,
    version,
    hasErrors = false,
    preview,
    outcomes,
    leftOut,
    images = [],
    placement = [],
  } = parts;
  const { destruction, massChanges } = parts;
  const failed = line`${strong('The preview failed')}: the run says why.`;
  const body = preview ?? `## ${markdownLine(line`Access of ${name(estate)}`)}\n${markdownOf([paragraph(failed)])}`;
  const foot = markdownOf([paragraph(footOf(parts))]);
  const base = comparedWith === undefined ? '' : `${comparedWith}\n\n`;
  // No label lets an estate with errors pass.
  const labelled = hasErrors ? '' : labelSections(massChanges, destruction);
  const marker = [commentMarker(estate), ...(version === undefined ? [] : [versionLine(version)])].join('\n');
  const head = `${marker}\n${base}${staleSection(parts)}${leftOutSection(leftOut)}${body.trimEnd()}\n${labelled}${imageSection(images)}`;
  const room = characters - head.length - foot.length;
  const placed = placementSection(placement, room);
  return `${head}${placed}${outcomeSection(estate, outcomes, room - placed.length)}${foot}`;
}

/** Digits of a commit that tell it from others. */
const COMMIT_DIGITS = 10;

function footOf({ version, preview, kept, runUrl }: CommentParts): Spans {
  const commit = version === undefined ? '' : line`Of the commit ${code(version.commit.slice(0, COMMIT_DIGITS))}. `;
  const run = link('The run', runUrl);
  if (preview === undefined || kept === undefined) return line`${commit}${run} has the logs.`;
  return line`${commit}${run} has the whole report in ${kept.where} ${code(kept.name)}.`;
}

function staleSection({ estate, staleSnapshot }: CommentParts): string {
  if (staleSnapshot === undefined) return '';
  const { proposal } = staleSnapshot;
  const what = line`${strong('AWS has another organization')} than ${code('organization.json')}, and access would be other by it: ${code(`${estate}-snapshot`)} below says how.`;
  const where =
    proposal === undefined
      ? line`No proposal of it is open: ${code('npx --no entra-aws snapshot')} makes one.`
      : line`The branch ${code(proposal)} proposes it.`;
  return `${markdownOf([paragraph(line`${what} ${where}`)]).trim()}\n\n`;
}

function leftOutSection(leftOut: LeftOut | undefined): string {
  if (leftOut === undefined) return '';
  const what = leftOut.isEverything ? DEPLOYS_NOTHING : 'the pipeline does not deploy all of this estate';
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return `${markdownOf([paragraph(line`${strong(sentence)}: ${leftOut.reasons.join('; ')}.`)]).trim()}\n\n`;
}

function labelSections(massChanges: readonly string[], destruction: readonly string[]): string {
  const large = labelSection('Changes more access than the limits allow', MASS_CHANGE_LABEL, massChanges);
  return `${large}${labelSection('Destroys', ALLOWING_LABEL, destruction)}`;
}

/** Reasons that are listed. */
const SHOWN_REASONS = 15;

/** Lists reasons for which a change passes only with a label. */
function labelSection(title: string, label: string, reasons: readonly string[]): string {
  const shown = reasons.slice(0, SHOWN_REASONS).map((reason) => [code(reason)]);
  const more = reasons.length - SHOWN_REASONS;
  if (shown.length === 0) return '';
  return markdownOf(
    titled(title, [
      paragraph(line`Only with the label ${code(label)}:`),
      list([...shown, ...(more > 0 ? [line`and ${String(more)} more`] : [])]),
    ]),
  );
}

/** Most characters of the lines by which the placement file must change. */
const PLACEMENT_CHARACTERS = 10_000;

/** Lines of the placement file that differ: a pipeline writes them, or whoever reads this. */
function placementSection(lines: readonly string[], room: number): string {
  if (lines.length === 0) return '';
  const what = line`${code(PLACEMENT_FILE)}: ${count(lines.length, 'line')} must change`;
  return folded(what, lines.join('\n'), Math.min(room, PLACEMENT_CHARACTERS));
}

/** Images by their digests, which are what is deployed. */
function imageSection(images: readonly PublishedImage[]): string {
  if (images.length === 0) return '';
  const title = 'Images';
  const rows = images.map(({ name: image, tag, digest, pushedAt, isNew }) => [
    [name(image)],
    [code(digest)],
    [code(tag.slice(0, SHOWN_DIGITS))],
    [...(isNew ? [strong('built by this run')] : line`since ${pushedAt}`)],
  ]);
  return markdownOf(
    titled(title, [
      paragraph(line`Published already; the deployment runs these digests, or fails.`),
      table(title, ['Image', 'Digest', 'Hash of its sources', 'Published'], rows),
    ]),
  );
}

/** Digits of a hash that tell it from others. */
const SHOWN_DIGITS = 12;

const STATES: Readonly<Record<Outcome['state'], Span>> = {
  unchanged: { kind: 'text', text: 'no change' },
  changed: strong('changes'),
  failed: strong('failed'),
  'not-asked': strong('not asked'),
};

function stateOf({ state, unchecked = 0, text }: Outcome): Spans {
  if (state === 'not-asked') return line`${STATES[state]}: ${text}`;
  return unchecked === 0 ? [STATES[state]] : line`${STATES[state]}, ${String(unchecked)} not checked`;
}

/** Words of the engines, as far as there is room: the table first, then the texts, each an equal part. */
function outcomeSection(estate: string, outcomes: readonly Outcome[], room: number): string {
  const rows = outcomes.map((outcome) => [[code(`${estate}-${outcome.step}`)], stateOf(outcome)]);
  const title = 'Against what is deployed';
  const overview = markdownOf(titled(title, [table(title, ['Stack', ''], rows)]));
  const told = outcomes.filter(({ state, text }) => (state === 'changed' || state === 'failed') && text !== '');
  const share = Math.floor((room - overview.length) / Math.max(1, told.length));
  const details = told.map((outcome) => detail(estate, outcome, share)).join('');
  return overview.length > room ? '' : `${overview}${details}`;
}

/** Least room that a text needs to say something. */
const LEAST_CHARACTERS = 300;

function detail(estate: string, { step, command, text }: Outcome, characters: number): string {
  return folded(line`${code(`${estate}-${step}`)}: ${code(command)}`, text, characters);
}

/** A text behind its title; none where there is no room for it. */
function folded(title: Spans, text: string, characters: number): string {
  const open = `\n<details><summary>${markdownLine(title)}</summary>\n\n`;
  const close = '\n\n</details>\n';
  const room = characters - open.length - close.length;
  return room < LEAST_CHARACTERS ? '' : `${open}${fenced(text, room)}${close}`;
}

/** Colours of a terminal. */
const COLOURS = /\u001b\[[0-9;]*m/g;

/**
 * Text as a block of code, in which Markdown, HTML, mentions and quick actions mean nothing. The fence is longer than any row of backticks
 * in the text, so nothing in it ends the block. A text that is too long loses its end, and says so.
 */
export function fenced(text: string, characters: number): string {
  const clean = blockText(visibleLines(text.replace(COLOURS, '').replaceAll('\t', '  ')));
  const rows = clean.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...rows.map((row) => row.length + 1)));
  const room = characters - 2 * fence.length - 'text\n\n'.length - CUT.length;
  const kept =
    clean.length <= room ? clean : `${clean.slice(0, Math.max(0, room)).replace(/[\ud800-\udbff]$/, '')}${CUT}`;
  return `${fence}text\n${kept}\n${fence}`;
}

const CUT = '\n… cut: the artifact of the run has all of it';

/** Everything that says which of two texts about a pull request knows more. */
export interface NoteVersion {
  /** Commit that the pull request proposes. */
  readonly commit: string;
  /** Commit that it was compared with; absent where nothing was compared. */
  readonly base?: string | undefined;
  /** Number of the run: a later one has a greater one. */
  readonly run: number;
  /** Engines that were asked about what is deployed. */
  readonly asked: readonly Engine[];
}

/** A comment of HTML, which people do not see. */
const LINE = /^<!-- commit ([0-9a-f]+), base ([0-9a-f]+|none), run (\d+), asked ([a-z,]+) -->$/m;

export function versionLine({ commit, base = 'none', run, asked }: NoteVersion): string {
  return `<!-- commit ${commit}, base ${base}, run ${run}, asked ${asked.length === 0 ? 'none' : asked.join(',')} -->`;
}

/** Version of a text; undefined where it has none, as texts once had. */
export function versionIn(text: string): NoteVersion | undefined {
  const [, commit, base, run, asked] = LINE.exec(text) ?? [];
  if (commit === undefined || asked === undefined) return undefined;
  const engines = asked.split(',');
  return {
    commit,
    base: base === 'none' ? undefined : base,
    run: Number(run),
    asked: ENGINES.filter((engine) => engines.includes(engine)),
  };
}

/**
 * Tells whether a text of the newest commit may take the place of the one that is there. Of the same commit against the same base,
 * the one with answers of more engines stays: jobs of one run end in any order. Otherwise that of the later run stays.
 */
export function mayReplace(there: NoteVersion | undefined, own: NoteVersion): boolean {
  if (there === undefined || there.commit !== own.commit) return true;
  if (there.base !== own.base) return there.run <= own.run;
  const lacks = (one: NoteVersion, other: NoteVersion): boolean =>
    other.asked.some((engine) => !one.asked.includes(engine));
  if (lacks(own, there)) return false;
  return lacks(there, own) || there.run <= own.run;
}

/** Label of the report. */
const DRIFT_LABEL = 'drift';

/** Of the outcomes there is one for each step that was to be looked at. */
interface DriftParts extends Pick<CommentParts, 'estate' | 'outcomes' | 'runUrl' | 'characters'> {
  /** Commits that were merged and are not deployed, with the deployment before them. @default none */
  readonly waiting?: { readonly commits: number; readonly deployed: Deployment } | undefined;
}

/** Of one estate there is one open report. */
function driftMarker(estate: string): string {
  return `<!-- entra-aws-identity drift of ${estate} -->`;
}

export function composeDriftReport({ estate, outcomes, runUrl, characters, waiting }: DriftParts): string {
  const countOf = (state: Outcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
  const skipped = countOf('not-asked');
  const found = `Of ${outcomes.length} looks, ${countOf('changed')} found drift and ${countOf('failed')} failed${skipped === 0 ? '' : `; ${skipped} did not take place`}.`;
  const told = markdownOf([paragraph(line`${found} Last looked at by ${link('this run', runUrl)}.`)]);
  const head = `${driftMarker(estate)}\n## ${markdownLine(line`Drift of ${name(estate)}`)}\n${told}${waitingText(waiting)}`;
  return `${head}${outcomeSection(estate, outcomes, characters - head.length)}`;
}

/** Commits that wait for an approval: the looks compare with what was deployed. */
function waitingText(waiting: DriftParts['waiting']): string {
  if (waiting === undefined) return '';
  const { commits, deployed } = waiting;
  const digits = deployed.commit.slice(0, COMMIT_DIGITS);
  const commit = deployed.url === undefined ? digits : link(digits, deployed.url);
  return markdownOf([
    paragraph(
      line`${strong('Waits for its deployment')}: this estate has changed in ${count(commits, 'commit')} since ${commit}, which was deployed last. That is not drift, and is not counted.`,
    ),
  ]);
}

/** Tells whether something was looked at, and nothing was found. A look that the pipeline leaves out has its line in the comment. */
export function isClean(outcomes: readonly Outcome[]): boolean {
  const looks = outcomes.filter(({ state }) => state !== 'not-asked');
  return looks.length > 0 && looks.every(({ state }) => state === 'unchanged');
}

/** Opens the report, or updates the one that is open, or closes it where everything was looked at and nothing was found. */
export async function reportDrift(
  forge: Forge,
  { estate, outcomes, waiting }: Pick<DriftParts, 'estate' | 'outcomes' | 'waiting'>,
): Promise<Reported> {
  const characters = forge.limits.report;
  const body = composeDriftReport({ estate, outcomes, waiting, runUrl: forge.runUrl, characters });
  return forge.report({
    marker: driftMarker(estate),
    title: `Drift of ${estate}`,
    label: DRIFT_LABEL,
    body,
    isOpen: !isClean(outcomes),
  });
}
