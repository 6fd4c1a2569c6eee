/** `1,234`, the same on every machine. */
export function formatNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 account`, `1,234 accounts`. */
export function count(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(value)} ${value === 1 ? singular : plural}`;
}

/** Control characters, and those that turn the direction of what follows: a name with one could forge a line. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A name with its invisible characters written out, so that a terminal or page shows what it holds. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    // Joins parts of one emoji, and changes nothing else.
    if (character === '\u200d') return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Cuts a text by code point. */
export function shorten(text: string, characters: number): string {
  const all = [...text];
  return all.length <= characters ? text : `${all.slice(0, characters - 1).join('')}…`;
}

/** The first of a list, joined, and how many more there are. */
export function listSome(items: readonly string[], shown: number): string {
  const listed = items.slice(0, shown).join(', ');
  return items.length > shown ? `${listed} and ${formatNumber(items.length - shown)} more` : listed;
}
