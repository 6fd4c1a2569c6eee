import { formatNumber } from './text';

/** A part of the Markdown report that can be cut after any line. Without lines it is left out. */
export interface MarkdownSection {
  readonly title: string;
  readonly intro?: string;
  /** Head of the table whose rows the lines are; without it they are items of a list. */
  readonly table?: string;
  readonly lines: readonly string[];
}

/** What every later section may count on, in characters, or its whole length if that is less. */
const RESERVED = 3_000;

/**
 * Renders sections within a number of characters. The first ones are served first, but leave a part to each later one;
 * a section that is cut ends with `… and 1,234 more`.
 */
export function fitSections(sections: readonly MarkdownSection[], budget: number): string {
  const present = sections.filter(({ lines }) => lines.length > 0);
  const reserves = present.map((section) => Math.min(RESERVED, fullLength(section)));
  let text = '';
  present.forEach((section, index) => {
    const later = reserves.slice(index + 1).reduce((sum, reserve) => sum + reserve, 0);
    text += renderSection(section, budget - text.length - later);
  });
  return text;
}

function headOf({ title, intro, table }: MarkdownSection): string {
  return ['', `### ${title}`, '', ...(intro === undefined ? [] : [intro, '']), ...(table === undefined ? [] : [table])]
    .map((line) => `${line}\n`)
    .join('');
}

function fullLength(section: MarkdownSection): number {
  return section.lines.reduce((sum, line) => sum + line.length + 1, headOf(section).length);
}

/** Longest `… and 1,234 more` with its line breaks. */
const MORE_CHARACTERS = 40;

function renderSection(section: MarkdownSection, budget: number): string {
  const head = headOf(section);
  let text = head;
  let shown = 0;
  const fits = fullLength(section) <= budget;
  for (const line of section.lines) {
    if (!fits && text.length + line.length + 1 > budget - MORE_CHARACTERS) break;
    text += `${line}\n`;
    shown++;
  }
  const rest = section.lines.length - shown;
  return rest === 0 ? text : `${text}\n… and ${formatNumber(rest)} more\n`;
}
