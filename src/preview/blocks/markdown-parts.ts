import { formatNumber } from './text';

/** A piece of Markdown that can be cut after any of its lines. */
export interface MarkdownPart {
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
export function fitParts(parts: readonly MarkdownPart[], budget: number): string {
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
