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

export const name = (text: string, id?: string): Span => ({ kind: 'name', text, ...(id !== undefined && { id }) });
export const code = (text: string): Span => ({ kind: 'code', text });
export const place = (text: string): Span => ({ kind: 'place', text });
export const strong = (text: string): Span => ({ kind: 'strong', text });
export const quiet = (text: string): Span => ({ kind: 'quiet', text });
/** A second line of a table's cell. */
export const small = (text: string): Span => ({ kind: 'small', text });
export const link = (text: string, href: string): Span => ({ kind: 'link', text, href });
/** A quiet text; without an address, nothing more. */
export const explained = (text: string, href: string | undefined): Span =>
  href === undefined ? { kind: 'quiet', text } : { kind: 'explained', text, href };
export const badge = (text: string, tone: Tone): Span => ({ kind: 'badge', text, tone });
export const names = (items: Spans): Span => ({ kind: 'names', items });
/** Nothing where there are none. */
export const lines = (items: readonly Spans[]): Span => ({ kind: 'lines', items });
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

export const paragraph = (spans: Spans): Block => ({ kind: 'paragraph', spans });
export const aside = (spans: Spans): Block => ({ kind: 'paragraph', spans, tone: 'quiet' });
/** A paragraph that stands out. */
export const note = (spans: Spans): Block => ({ kind: 'paragraph', spans, tone: 'note' });
const SHOWN_IN_TERMINAL = 12;

export const list = (items: readonly Spans[], limit = SHOWN_IN_TERMINAL): Block => ({ kind: 'list', items, limit });
/** `label` tells it from others to people who can't see it. */
export const table = (label: string, columns: readonly string[], rows: Rows): Block => ({
  kind: 'table',
  label,
  columns,
  rows,
});
/** Facts that are known; the others are left out. */
export const facts = (entries: readonly (Fact | undefined)[]): Block => ({
  kind: 'facts',
  entries: entries.filter((entry) => entry !== undefined),
});
export const marked = (items: readonly Marked[], limit = SHOWN_IN_TERMINAL): Block => ({
  kind: 'marked',
  items,
  limit,
});
/** @param blocks may be made once a medium asks for them */
export function only(media: readonly Medium[], blocks: Blocks | (() => Blocks)): Only {
  if (typeof blocks !== 'function') return { kind: 'only', media, blocks };
  let made: Blocks | undefined;
  return {
    kind: 'only',
    media,
    get blocks() {
      return (made ??= blocks());
    },
  };
}
