import { stripVTControlCharacters, styleText } from 'node:util';
import { visibleLines } from '../../estate/source/visible';
import type {
  Block,
  BlockKind,
  BlockOf,
  BlockRenderers,
  Figure,
  Marked,
  Section,
  SpanRenderers,
  Spans,
  Tone,
} from './block';
import { blocksFor, renderBlock, renderSpan } from './block';
import { lanesTable } from './lanes';
import { formatNumber, listSome, shorten } from '../../text/amounts';
import { differenceText, isolated, visible as escaped, withinText } from './text';

const visible = (text: string): string => isolated(escaped(text));

type Style = Parameters<typeof styleText>[0];

/** Styles a text for a terminal, or leaves it alone. */
type Paint = (style: Style, text: string) => string;

/** Names of a list, details of a change, and characters of a text that a terminal shows; the files have them all. */
const SHOWN_NAMES = 4;
const SHOWN_DETAILS = 4;
const NAME_CHARACTERS = 60;
const DETAIL_CHARACTERS = 140;
/** Widest cell that its column is as wide as. */
const WIDEST_CELL = 60;

const STYLES: Readonly<Record<Tone, Style>> = {
  good: 'green',
  bad: ['bold', 'red'],
  warn: 'yellow',
  pending: 'magenta',
  plain: 'dim',
};

export interface TerminalOptions {
  /** True if the terminal shows colours. */
  readonly colour: boolean;
}

/** Sections for a terminal, each after an empty line. Those with nothing for a terminal are left out. */
export function renderSections(sections: readonly Section[], options: TerminalOptions): string {
  return `${renderParts(sections, options).join('\n\n')}\n`;
}

/** Each section for a terminal, and what each of its headings begins, by itself. */
export function renderParts(sections: readonly Section[], { colour }: TerminalOptions): readonly string[] {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
  return sections.flatMap((section) => partsOf(section, paint)).map((lines) => lines.join('\n'));
}

/** The section, and what its headings begin. A title alone says nothing, unless the section is told by its lead. */
function partsOf({ title, lead, blocks }: Section, paint: Paint): readonly (readonly string[])[] {
  const terminal = rendererFor(paint);
  const shown = blocksFor('terminal', blocks);
  const starts = shown.flatMap(({ kind }, index) => (kind === 'heading' ? [index] : []));
  const parts = [
    [
      titleOf(title, lead === undefined ? '' : terminal.text(lead), paint),
      ...terminal.lines(shown.slice(0, starts[0])),
    ],
    ...starts.map((start, index) => terminal.lines(shown.slice(start, starts[index + 1]))),
  ];
  return parts.filter((lines, index) => lines.length > 1 || (index === 0 && lead !== undefined));
}

function titleOf(text: string, after: string, paint: Paint): string {
  return `${paint('bold', visible(text))}${after === '' ? '' : `: ${after}`}`;
}

interface Renderer {
  readonly lines: (blocks: readonly Block[]) => readonly string[];
  readonly text: (spans: Spans) => string;
}

function rendererFor(paint: Paint): Renderer {
  const spans = spanRenderers(paint);
  const text = (all: Spans): string => all.map((span) => renderSpan(span, spans)).join('');
  const tableLines = ({ columns, rows }: BlockOf<'table'>, widest: number): readonly string[] => {
    const [head = '', ...body] = align([columns, ...rows.map((row) => row.map(text))], widest);
    return body.length === 0 ? [] : [paint('dim', head), ...body];
  };
  const blocks: BlockRenderers<readonly string[]> = {
    heading: ({ text: title, note = '' }) => [titleOf(title, visible(note), paint)],
    paragraph: ({ spans: all, tone }) => [
      tone === undefined ? `  ${text(all)}` : paint(tone === 'note' ? 'yellow' : 'dim', `  ${text(all)}`),
    ],
    table: (block) => tableLines(block, WIDEST_CELL),
    list: ({ items, isNumbered, limit }) =>
      some(
        items.map((item, index) => `  ${isNumbered === true ? `${index + 1}. ` : ''}${text(item)}`),
        limit,
      ),
    facts: ({ entries }) => align(entries.map(([term, what]) => [visible(term), text(what)])),
    marked: ({ items, limit }) => {
      const width = Math.max(...items.map(({ mark }) => mark.text.length));
      return some(
        items.map((item) => markedLines(item, { width, paint, text }).join('\n')),
        limit,
      );
    },
    figures: ({ items }) => figures(items, paint),
    fold: ({ title, blocks: inner }) => [`  ${text(title)}`, ...lines(blocksFor('terminal', inner))],
    text: ({ text: lines }) => visibleLines(lines).split('\n'),
    matrix: () => [],
    tree: () => [],
    graph: () => [],
    // A few rows, and none of them may stand askew: what changes is in the widest cells.
    lanes: (block) => tableLines(lanesTable(block), Infinity),
  };
  const lines = (all: readonly Block[]): readonly string[] =>
    spacedLines(all.map((block) => ({ kind: block.kind, lines: renderBlock(block, blocks) })));
  return { text, lines };
}

interface RenderedBlock {
  readonly kind: BlockKind;
  readonly lines: readonly string[];
}

/** An empty line tells the columns of a block from those of the one before it. */
function spacedLines(blocks: readonly RenderedBlock[]): readonly string[] {
  const shown = blocks.filter(({ lines }) => lines.length > 0);
  return shown.flatMap(({ kind, lines }, index) => {
    const before = shown[index - 1];
    return before !== undefined && ALIGNED.has(kind) && ALIGNED.has(before.kind) ? ['', ...lines] : lines;
  });
}

const ALIGNED: ReadonlySet<BlockKind> = new Set(['facts', 'figures', 'lanes', 'table']);

interface MarkedOptions {
  readonly width: number;
  readonly paint: Paint;
  readonly text: (spans: Spans) => string;
}

/** A word is followed by two spaces, a sign by one; what belongs to it stands below, further in. */
function markedLines(item: Marked, { width, paint, text }: MarkedOptions): readonly string[] {
  const { mark, at, what, within, dangers = [], notes = [], why, paste } = item;
  const isSign = width === 1;
  const indent = ' '.repeat(isSign ? 6 : width + 4);
  const quietly = (words: string): string => paint('dim', `${indent}${words}`);
  const where = within === undefined ? '' : ` ${withinText(within)} ${text([{ kind: 'names', items: within.items }])}`;
  return [
    `  ${paint(STYLES[mark.tone], mark.text.padEnd(width))}${isSign ? ' ' : '  '}${at === undefined ? '' : `${text(at)}: `}${text(what)}${where}`,
    ...dangers.map((danger) => `${indent}${paint(STYLES.bad, '!')} ${visible(danger)}`),
    ...notes.map((note) => `${indent}${text(note)}`),
    ...some(detailsOf(item), SHOWN_DETAILS, '').map(quietly),
    ...(why === undefined ? [] : [quietly(text(why))]),
    // The lines stand as they are to be pasted.
    ...(paste === undefined ? [] : [quietly(paste.title), ...paste.lines]),
  ];
}

function spanRenderers(paint: Paint): SpanRenderers<string> {
  const plain = ({ text }: { readonly text: string }): string => visible(text);
  const spans: SpanRenderers<string> = {
    text: plain,
    name: ({ text }) => isolated(shorten(escaped(text), NAME_CHARACTERS)),
    code: plain,
    place: plain,
    strong: ({ text }) => paint('bold', visible(text)),
    quiet: ({ text }) => paint('dim', visible(text)),
    small: ({ text }) => paint('dim', ` (${visible(text)})`),
    explained: ({ text }) => paint('dim', visible(text)),
    link: ({ text, href }) => `${visible(text)} ${visible(href)}`,
    badge: ({ text, tone }) => paint(STYLES[tone], BRACKETS[tone](visible(text))),
    names: ({ items }) =>
      listSome(
        items.map((item) => renderSpan(item, spans)),
        SHOWN_NAMES,
      ),
    lines: ({ items }) =>
      listSome(
        items.map((item) => item.map((span) => renderSpan(span, spans)).join('')),
        SHOWN_NAMES,
      ),
  };
  return spans;
}

const plainly = (text: string): string => text;
const BRACKETS: Readonly<Record<Tone, (text: string) => string>> = {
  good: plainly,
  warn: plainly,
  plain: plainly,
  bad: (text) => `[${text}]`,
  pending: (text) => `(${text})`,
};

function some(lines: readonly string[], shown: number, indent = '  '): readonly string[] {
  if (lines.length <= shown) return lines;
  return [...lines.slice(0, shown), `${indent}… and ${formatNumber(lines.length - shown)} more`];
}

function detailsOf({ details = [], differences = [] }: Marked): readonly string[] {
  return [...details.map(({ text }) => text), ...differences.map(differenceText)].map((text) =>
    isolated(shorten(escaped(text), DETAIL_CHARACTERS)),
  );
}

/** Pads the cells of each column to one width, the last one excepted. A cell that is wider than `widest` moves its row alone. */
function align(rows: readonly (readonly string[])[], widest = WIDEST_CELL): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? '')).filter((width) => width <= widest)),
  );
  const pad = (cell: string, column: number): string =>
    `${cell}${' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)))}`;
  return rows.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd());
}

/** Characters that are seen. */
function widthOf(text: string): number {
  return stripVTControlCharacters(text).replace(/[\u2068\u2069]/g, '').length;
}

/** Numbers to the right, and notes after them. */
function figures(items: readonly Figure[], paint: Paint): readonly string[] {
  const shown = items.map(({ label, value, note = '' }) => ({ label, number: formatNumber(value), note }));
  const labels = Math.max(...shown.map(({ label }) => label.length));
  const numbers = Math.max(...shown.map(({ number }) => number.length));
  return shown.map(({ label, number, note }) =>
    `  ${label.padEnd(labels)}  ${number.padStart(numbers)}  ${paint('dim', note)}`.trimEnd(),
  );
}
