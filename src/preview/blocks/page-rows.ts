import { deflateRawSync } from 'node:zlib';
import { type Child, Html, markup } from './html';
import { formatNumber } from '../../text/amounts';

/** Characters of rows that a page has as markup: a browser opens a few lists of this size at once. */
const AT_ONCE = 50_000;

/**
 * A list or table of rows. The first are markup; of a long one, all are also data, which the script of the page searches and shows
 * piece by piece.
 */
export function longList(rows: readonly Html[], wrap: (shown: Child) => Html): Child {
  let length = 0;
  const shown = rows.filter(({ markup: row }) => (length += row.length) <= AT_ONCE || length === row.length);
  if (shown.length === rows.length) return wrap(rows);
  return [
    markup`<div class="more"><p class="quiet">${formatNumber(shown.length)} of ${formatNumber(rows.length)} are shown without JavaScript; preview.json has all of them.</p>
<form class="filters" hidden><label class="grow">Search these ${formatNumber(rows.length)} <input type="search" autocomplete="off" spellcheck="false"></label> <output></output></form>
${packed(textsOf(rows))}</div>
`,
    wrap(shown),
  ];
}

/** A value for the script of the page, in a tenth of its size. */
export function packed(value: unknown): Html {
  const text = deflateRawSync(JSON.stringify(value)).toString('base64');
  return markup`<script type="text/plain">${Html.trusted(text)}</script>`;
}

/** Tells each different key its position, from 0. */
export function positions(): (key: string) => number {
  const known = new Map<string, number>();
  return (key) => {
    const position = known.get(key) ?? known.size;
    known.set(key, position);
    return position;
  };
}

/**
 * Rows as tags and texts. Many have the same tags, and texts repeat: a row is the position of its tags, and for each text how much
 * its position differs from that in the row before with the same tags, which is mostly nothing or one.
 */
function textsOf(rows: readonly Html[]): unknown {
  const tags = positions();
  const texts = positions();
  const [allTags, allTexts, latest]: [string[][], string[], number[][]] = [[], [], []];
  const steps = rows.map(({ markup: row }) => {
    const parts = row.split(/(?<=>)([^<]+)(?=<)/);
    const own = parts.filter((_, index) => index % 2 === 0);
    const position = tags(own.join('\0'));
    allTags[position] ??= own;
    const at = parts.flatMap((text, index) => {
      if (index % 2 === 0) return [];
      const found = texts(text);
      allTexts[found] ??= text;
      return [found];
    });
    const before = latest[position] ?? [];
    latest[position] = at;
    return [position, ...at.map((one, index) => one - (before[index] ?? 0))];
  });
  return { tags: allTags, texts: allTexts, steps };
}
