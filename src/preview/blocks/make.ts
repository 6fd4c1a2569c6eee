import type { Block, Blocks, Fact, Marked, Medium, Only, Rows, Span, Spans, Tone } from './block';

type Value = Span | Spans | string | undefined;

/** Spans from a template. Its own words are text; a value is text, a span, several spans, or nothing. */
export function line(words: TemplateStringsArray, ...values: readonly Value[]): Spans {
  return words.flatMap((word, index) => [...spansOf(word), ...spansOf(values[index])]);
}

function spansOf(value: Value): Spans {
  if (value === undefined || value === '') return [];
  if (typeof value === 'string') return [{ kind: 'text', text: value }];
  return 'kind' in value ? [value] : value;
}

export function name(text: string, id?: string): Span {
  return { kind: 'name', text, ...(id !== undefined && { id }) };
}

export function code(text: string): Span {
  return { kind: 'code', text };
}

export function place(text: string): Span {
  return { kind: 'place', text };
}

export function strong(text: string): Span {
  return { kind: 'strong', text };
}

export function quiet(text: string): Span {
  return { kind: 'quiet', text };
}

/** A second line of a table's cell. */
export function small(text: string): Span {
  return { kind: 'small', text };
}

export function link(text: string, href: string): Span {
  return { kind: 'link', text, href };
}

export function badge(text: string, tone: Tone): Span {
  return { kind: 'badge', text, tone };
}

export function names(items: Spans): Span {
  return { kind: 'names', items };
}

/** Nothing where there are none. */
export function lines(items: readonly Spans[]): Span {
  return { kind: 'lines', items };
}

export function codes(texts: readonly string[]): Span {
  return names(texts.map(code));
}

/** Blocks under a heading. Without content there is no heading. */
export function titled(text: string, blocks: Blocks, level: 3 | 4 = 3): Blocks {
  return blocks.every(isEmpty) ? [] : [{ kind: 'heading', text, level }, ...blocks];
}

function isEmpty(block: Blocks[number]): boolean {
  if ('items' in block) return block.items.length === 0;
  if ('rows' in block) return block.rows.length === 0;
  if ('entries' in block) return block.entries.length === 0;
  return block.kind === 'only' && block.blocks.every(isEmpty);
}

export function paragraph(spans: Spans): Block {
  return { kind: 'paragraph', spans };
}

export function aside(spans: Spans): Block {
  return { kind: 'paragraph', spans, tone: 'quiet' };
}

/** A paragraph that stands out. */
export function note(spans: Spans): Block {
  return { kind: 'paragraph', spans, tone: 'note' };
}

export function list(items: readonly Spans[]): Block {
  return { kind: 'list', items };
}

/** `label` tells it from others to people who can't see it. */
export function table(label: string, columns: readonly string[], rows: Rows): Block {
  return { kind: 'table', label, columns, rows };
}

/** Facts that are known; the others are left out. */
export function facts(entries: readonly (Fact | undefined)[]): Block {
  return { kind: 'facts', entries: entries.filter((entry) => entry !== undefined) };
}

const SHOWN_IN_TERMINAL = 12;

export function marked(items: readonly Marked[], limit = SHOWN_IN_TERMINAL): Block {
  return { kind: 'marked', items, limit };
}

export function only(media: readonly Medium[], blocks: Blocks): Only {
  return { kind: 'only', media, blocks };
}
