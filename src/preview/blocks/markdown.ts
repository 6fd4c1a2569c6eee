import {
  type Block,
  type BlockRenderers,
  type Blocks,
  blocksFor,
  type Marked,
  renderBlock,
  renderSpan,
  type Section,
  type SpanRenderers,
  type Spans,
  type Tone,
} from './block';
import { lanesTable } from './lanes';
import { blockText, codeText, lineStart, prose } from './markdown-text';
import { differenceText, formatNumber, listSome, withinText } from './text';

/** Items of a list within a line or a cell. */
const SHOWN_ITEMS = 6;

const BADGES: Readonly<Record<Tone, (text: string) => string>> = {
  bad: (text) => `**[${text}]**`,
  warn: (text) => `**${text}**`,
  pending: (text) => `(${text})`,
  good: (text) => text,
  plain: (text) => text,
};

const plain = ({ text }: { readonly text: string }): string => prose(text);
const asCode = ({ text }: { readonly text: string }): string => codeText(text);

const SPANS: SpanRenderers<string> = {
  text: plain,
  name: ({ text, id }) => `${codeText(text)}${id === undefined ? '' : ` (${prose(id)})`}`,
  code: asCode,
  place: asCode,
  strong: ({ text }) => `**${prose(text)}**`,
  quiet: plain,
  small: ({ text }) => ` (${prose(text)})`,
  link: ({ text, href }) => (isAddress(href) ? `[${prose(text)}](${href})` : prose(text)),
  explained: ({ text, href }) => (isAddress(href) ? `[${prose(text)}](${href})` : prose(text)),
  badge: ({ text, tone }) => BADGES[tone](prose(text)),
  names: ({ items }) => listSome(items.map(spanText), SHOWN_ITEMS),
  lines: ({ items }) => listSome(items.map(markdownLine), SHOWN_ITEMS),
};

/** An address without what could end the parentheses around it, or a cell. */
function isAddress(href: string): boolean {
  return /^https?:\/\/[\w.~:/?#@!$&*+,;=%-]+$/.test(href);
}

function spanText(span: Spans[number]): string {
  return renderSpan(span, SPANS);
}

/** A line of Markdown. */
export function markdownLine(spans: Spans): string {
  // A colon at the end of a line has no meaning.
  return lineStart(spans.map(spanText).join('')).replace(/&#58;$/, ':');
}

/** Blocks as Markdown, in full. */
export function markdownOf(blocks: Blocks): string {
  return fitParts(partsOf(blocks), Number.MAX_SAFE_INTEGER);
}

/** Sections as Markdown within a number of characters. Those without content are left out. */
export function markdownOfSections(sections: readonly Section[], budget: number): string {
  return fitParts(sections.flatMap(sectionParts), budget);
}

/** The title of a section that begins with a heading adds nothing to it. */
function sectionParts({ title, lead = [], blocks }: Section): readonly MarkdownPart[] {
  const shown = blocksFor('markdown', blocks);
  const intro: Blocks = lead.length === 0 ? [] : [{ kind: 'paragraph', spans: lead }];
  const content = [...intro, ...shown];
  if (content.length === 0) return [];
  return partsOf(content[0]?.kind === 'heading' ? content : [{ kind: 'heading', text: title, level: 3 }, ...content]);
}

type PartRenderers = BlockRenderers<readonly MarkdownPart[]>;

const lines = (all: readonly string[]): readonly MarkdownPart[] =>
  all.length === 0 ? [] : [{ head: '\n', lines: all }];

const PARTS: PartRenderers = {
  heading: ({ text, note, level }) => [
    {
      head: `\n${'#'.repeat(level)} ${prose(text)}\n${note === undefined ? '' : `\n${lineStart(prose(note))}\n`}`,
      lines: [],
    },
  ],
  paragraph: ({ spans }) => [{ head: `\n${markdownLine(spans)}\n`, lines: [] }],
  table: ({ columns, rows }) =>
    rows.length === 0
      ? []
      : [
          {
            head: `\n${row(columns.map(prose))}\n${row(columns.map(() => '---'))}\n`,
            lines: rows.map((cells) => row(cells.map(markdownLine))),
          },
        ],
  list: ({ items, isNumbered }) =>
    lines(items.map((item, index) => `${isNumbered === true ? `${index + 1}.` : '-'} ${markdownLine(item)}`)),
  facts: ({ entries }) => lines(entries.map(([term, what]) => `- ${lineStart(prose(term))}: ${markdownLine(what)}`)),
  marked: ({ items }) => lines(items.map(markedItem)),
  figures: ({ items }) =>
    lines(
      items.map(
        ({ label, value, note }) =>
          `- ${formatNumber(value)} ${prose(label)}${note === undefined ? '' : ` (${prose(note)})`}`,
      ),
    ),
  fold: ({ title, blocks }) => [{ head: `\n**${markdownLine(title)}**\n`, lines: [] }, ...partsOf(blocks)],
  text: ({ text }) => [{ head: `\n${fence(blockText(text), 'text')}\n`, lines: [] }],
  matrix: () => [],
  tree: () => [],
  graph: () => [],
  lanes: (block) => PARTS.table(lanesTable(block)),
};

function partsOf(blocks: Blocks): readonly MarkdownPart[] {
  return blocksFor('markdown', blocks).flatMap((block: Block) => renderBlock(block, PARTS));
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A word is said; the sign of a change is told by the heading, or by the words. */
function markedItem(item: Marked): string {
  const { mark, at, what, within, dangers = [], notes = [] } = item;
  const word = /\w/.test(mark.text) ? `**${mark.text}**: ` : '';
  const place = at === undefined ? '' : `${markdownLine(at)}: `;
  const where =
    within === undefined ? '' : ` ${withinText(within)} ${listSome(within.items.map(spanText), SHOWN_ITEMS)}`;
  const below = [
    ...dangers.map((danger) => `**Danger:** ${prose(danger)}`),
    ...notes.map(markdownLine),
    ...lastLine(item),
  ];
  return [
    `- ${word}${place}${markdownLine(what)}${where}`,
    ...below.map((text) => `  - ${lineStart(text)}`),
    ...pasteLines(item),
  ].join('\n');
}

/** Details and reasons, on one line. */
function lastLine({ details = [], differences = [], why }: Marked): readonly string[] {
  const all = [...details.map(({ text }) => text), ...differences.map(differenceText)];
  const parts = [
    ...(all.length === 0 ? [] : [listSome(all.map(prose), SHOWN_ITEMS)]),
    ...(why === undefined ? [] : [markdownLine(why)]),
  ];
  return parts.length === 0 ? [] : [parts.join(' · ')];
}

/** Folded, and indented as a part of the list's item. */
function pasteLines({ paste }: Marked): readonly string[] {
  if (paste === undefined) return [];
  const block = fence(paste.lines.join('\n'), 'yaml').split('\n');
  const summary = `<details><summary>${markdownLine([{ kind: 'text', text: paste.title }])}</summary>`;
  return [summary, '', ...block, '', '</details>'].map((text) => (text === '' ? '' : `  ${text}`));
}

/** The fence is longer than any row of backticks in the text, so that nothing in it ends the block. */
export function fence(text: string, language: string): string {
  const rows = text.match(/`+/g) ?? [];
  const marks = '`'.repeat(Math.max(3, ...rows.map((ticks) => ticks.length + 1)));
  return `${marks}${language}\n${text}\n${marks}`;
}

/** A piece of Markdown that can be cut after any of its lines. */
interface MarkdownPart {
  /** Text before the lines, with its line breaks. */
  readonly head: string;
  readonly lines: readonly string[];
}

/** Characters that every later part may count on, or its whole length if that is less. */
const RESERVED = 3_000;

/**
 * Joins parts within a number of characters. The first ones are served first, but leave something to each later one; a part
 * that is cut ends with `… and 1,234 more`.
 */
function fitParts(parts: readonly MarkdownPart[], budget: number): string {
  const reserves = parts.map((part) => Math.min(RESERVED, fullLength(part)));
  let later = reserves.reduce((sum, reserve) => sum + reserve, 0);
  let text = '';
  parts.forEach((part, index) => {
    later -= reserves[index] ?? 0;
    text += cutPart(part, budget - text.length - later);
  });
  return text;
}

function fullLength({ head, lines }: MarkdownPart): number {
  return lines.reduce((sum, line) => sum + line.length + 1, head.length);
}

/** Longest `… and 1,234 more` with its line breaks. */
const MORE_CHARACTERS = 40;

function cutPart(part: MarkdownPart, budget: number): string {
  const fits = fullLength(part) <= budget;
  let text = part.head;
  let shown = 0;
  for (const line of part.lines) {
    if (!fits && text.length + line.length + 1 > budget - MORE_CHARACTERS) break;
    text += `${line}\n`;
    shown++;
  }
  const rest = part.lines.length - shown;
  return rest === 0 ? text : `${text}\n… and ${formatNumber(rest)} more\n`;
}
