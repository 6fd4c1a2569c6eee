import { MASS_CHANGE_LABEL } from '../../estate/sections/pipeline/change-limits';
import type { Span, Spans } from '../../preview/blocks/block';
import { code, line, link, list, name, paragraph, strong, table, titled } from '../../preview/blocks/make';
import { markdownLine, markdownOf } from '../../preview/blocks/markdown';
import type { PublishedImage } from './approved-images';
import { ALLOWING_LABEL } from './destruction';
import { fenced } from './fenced';
import { DEPLOYS_NOTHING, type LeftOut } from './left-out';
import type { Outcome } from './outcome';

export interface CommentParts {
  readonly estate: string;
  /** Longest text that the forge takes. */
  readonly characters: number;
  /** Base of the comparison, in Markdown. @default left out: the preview says it */
  readonly comparedWith?: string;
  /** preview.md: it begins with who gains and who loses access. Absent where the preview failed. */
  readonly preview: string | undefined;
  /** Words of the engines about what is deployed; none where the clouds were not asked, as for a fork. */
  readonly outcomes: readonly Outcome[];
  /** Parts that the pipeline does not deploy. @default none */
  readonly leftOut?: LeftOut | undefined;
  /** Images that were published for the approval. @default none */
  readonly images?: readonly PublishedImage[] | undefined;
  /** Resources that are destroyed. */
  readonly destruction: readonly string[];
  /** Changes of access beyond the estate's limits, in words. */
  readonly massChanges: readonly string[];
  /** Page of the run. */
  readonly runUrl: string;
}

/** Of one estate there is one comment. */
export function commentMarker(estate: string): string {
  return `<!-- entra-aws-identity preview of ${estate} -->`;
}

/** The comment of a pull request, always short enough: access first, then what takes a label, then what the engines say. */
export function composeComment(parts: CommentParts): string {
  const { estate, characters, comparedWith, preview, outcomes, leftOut, images = [], runUrl } = parts;
  const { destruction, massChanges } = parts;
  const failed = line`${strong('The preview failed')}: the run says why.`;
  const body = preview ?? `## ${markdownLine(line`Access of ${name(estate)}`)}\n${markdownOf([paragraph(failed)])}`;
  const foot = markdownOf([
    paragraph(line`${link('The run', runUrl)} has the whole report as its artifact ${code('preview')}.`),
  ]);
  const base = comparedWith === undefined ? '' : `${comparedWith}\n\n`;
  const labelled = [
    labelSection('Changes more access than the limits allow', MASS_CHANGE_LABEL, massChanges),
    labelSection('Destroys', ALLOWING_LABEL, destruction),
  ].join('');
  const head = `${commentMarker(estate)}\n${base}${leftOutSection(leftOut)}${body.trimEnd()}\n${labelled}${imageSection(images)}`;
  const room = characters - head.length - foot.length;
  return `${head}${outcomeSection(estate, outcomes, room)}${foot}`;
}

function leftOutSection(leftOut: LeftOut | undefined): string {
  if (leftOut === undefined) return '';
  const what = leftOut.isEverything ? DEPLOYS_NOTHING : 'the pipeline does not deploy all of this estate';
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return `${markdownOf([paragraph(line`${strong(sentence)}: ${leftOut.reasons.join('; ')}.`)]).trim()}\n\n`;
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
export function outcomeSection(estate: string, outcomes: readonly Outcome[], room: number): string {
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
  const open = `\n<details><summary>${markdownLine(line`${code(`${estate}-${step}`)}: ${code(command)}`)}</summary>\n\n`;
  const close = '\n\n</details>\n';
  const room = characters - open.length - close.length;
  return room < LEAST_CHARACTERS ? '' : `${open}${fenced(text, room)}${close}`;
}
