/** `1,234`, the same on every machine. */
export function formatNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 account`, `1,234 accounts`. */
export function count(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(value)} ${value === 1 ? singular : plural}`;
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
