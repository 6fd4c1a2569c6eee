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
import { formatNumber, listSome, shorten } from '../../text/amounts';
import { differenceText, isolated, RIGHT_TO_LEFT, visible, withinText } from './text';

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
function fence(text: string, language: string): string {
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

/** Longest name that is written in full. Names in AWS and Entra have at most 256 characters. */
const NAME_CHARACTERS = 120;

/**
 * A name in the reader's text, as `<code>`. Whatever Markdown, HTML, a table, a mention or a reference could be made of
 * becomes a character reference: those never count as markup, in no dialect of Markdown.
 */
export function codeText(text: string): string {
  const markup = `<code>${escapeText(shorten(visible(text), NAME_CHARACTERS))}</code>`;
  // Around the element, so that nobody copies them with the name.
  return RIGHT_TO_LEFT.test(text) ? `\u2068${markup}\u2069` : markup;
}

/** Text of messages, which may hold names: escaped like `codeText`, without references, and cut after 300 characters. */
export function prose(text: string): string {
  const shown = isolated(shorten(visible(text), 300));
  // A colon only has a meaning right before what follows: of an address, or of an emoji's name.
  return shown.split(BEFORE_REFERENCES).map(escapeText).join(BREAK).replaceAll('&#58; ', ': ');
}

/**
 * Forges look for mentions, references and names of emoji in the text of a page, where character references count no more;
 * they leave out code. So that `@name`, `#12`, `GH-12` and `:name:` are not found, something without width is put before
 * the name. Some have more forms: `group/project!12`, `*iteration:12`, `[work_item:12]`.
 */
const BEFORE_REFERENCES =
  /(?<=(?<![\p{L}\p{N}])[@!$~%&^]|#|\bGH-|(?<![\p{L}\p{N}:]):)(?=[\p{L}\p{N}_+-])|(?<=[!$~%&])(?=\d)|(?<=\*)(?=iteration:)|(?<=\[)(?=\w+:)/giu;
const BREAK = '&#8203;';

/** Characters that would begin a list, a rule, a block of code or a quick action at the start of a line. */
function lineStart(markdown: string): string {
  return markdown
    .trimStart()
    .replace(/^-/, '&#45;')
    .replace(/^\//, '&#47;')
    .replace(/^(\d+)\./, '$1&#46;')
    .replace(/^(\d+)\)/, '$1&#41;');
}

/**
 * Text for a block of code, in which Markdown, HTML and references mean nothing, but two things may. A forge looks for quick
 * actions (`/approve`) at the start of lines before it knows of blocks, and takes three backticks for the end of any; and
 * another keeps a mention as `@<id>`. A space and something without width take the meaning from these.
 */
export function blockText(text: string): string {
  return text.replace(/^(?=\/\w)/gm, ' ').replace(/@(?=<)/g, '@\u200b');
}

/** Everything but letters, digits, spaces and what is harmless in any place. `www.` would begin a link. */
function escapeText(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}\p{M} ,/;'"?%-]/gu, (character) =>
      isPlain(character) ? character : `&#${character.codePointAt(0) ?? 0};`,
    )
    .replace(/(?<=www)\./gi, '&#46;');
}

/** Emoji and the like have no meaning to Markdown. A dot or parenthesis only has one beside others that are escaped. */
function isPlain(character: string): boolean {
  return character > '\u007f' || '.()'.includes(character);
}
