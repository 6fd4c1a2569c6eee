import { visible } from '../../estate/source/visible';
import { formatNumber, shorten } from '../../text/amounts';
import type { ActionCounts, Difference, Marked } from './block';

export { visible };

const LETTER =
  '[\\p{Script=Adlam}\\p{Script=Arabic}\\p{Script=Hebrew}\\p{Script=Nko}\\p{Script=Syriac}\\p{Script=Thaana}]\\p{M}*';

/** Words that are read from right to left, and would turn a number beside them around. */
export const RIGHT_TO_LEFT = new RegExp(`((?:${LETTER})+(?:[ '"-]+(?:${LETTER})+)*)`, 'u');

/** Text in which such words stand between U+2068 and U+2069, for what knows no markup. */
export function isolated(text: string): string {
  return text
    .split(RIGHT_TO_LEFT)
    .reduce((before, part, index) => `${before}${index % 2 === 1 ? `\u2068${part}\u2069` : part}`, '');
}

/** Breaks a text after its spaces and hyphens. What does not fit into the last line is cut. */
export function wrap(text: string, characters: number, most: number): readonly string[] {
  const lines = [''];
  for (const part of visible(text).split(/(?<=[ -])/)) {
    const current = lines.at(-1) ?? '';
    const isFull = [...`${current}${part}`.trimEnd()].length > characters;
    if (isFull && current !== '' && lines.length < most) lines.push(part);
    else lines.splice(-1, 1, `${current}${part}`);
  }
  return lines.map((line) => shorten(line.trimEnd(), characters));
}

/** `tenantId: a instead of b`; of a list, the items that came and went: `claimValues: Accounts.Read added`. */
export function differenceText({ name, before, after, forcesReplacement }: Difference): string {
  const end = forcesReplacement ? ' (replaces)' : '';
  if (after === undefined) return `${name}: without ${before ?? ''}${end}`;
  return before === undefined ? `${name}: ${after} added${end}` : `${name}: ${after} instead of ${before}${end}`;
}

/** `in 2 accounts:`, or `in`, which the only one follows. */
export function withinText({ text, items }: NonNullable<Marked['within']>): string {
  return items.length === 1 ? text : `${text}:`;
}

/** `1 created, 2 changed, 0 replaced, 0 deleted` */
export function actionCountsText({ created, updated, replaced, deleted }: ActionCounts): string {
  return `${formatNumber(created)} created, ${formatNumber(updated)} changed, ${formatNumber(replaced)} replaced, ${formatNumber(deleted)} deleted`;
}
