import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const REPOSITORY = join(__dirname, '..');
/** Page with the ratios that are watched. */
const PAGE = 'docs/performance.md';

/** A ratio is told if it is worse than the page has it by more than this share of it. */
const MUCH = 0.2;

/** A cell with a ratio: `0.53x`, also with the span of rounds behind it. */
const RATIO = /^(\d+(?:\.\d+)?)x( \(|$)/;

const found = new Map<string, number>();
let part = '';
let columns: readonly string[] = [];

/** Tables that follow are of this part. */
export function beginPart(name: string): void {
  part = name;
}

/** Rows that follow have these columns. */
export function beginTable(names: readonly string[]): void {
  columns = names;
}

/** Remembers each ratio of a row by its part, its first cell and its column. */
export function noteRatios(cells: readonly string[]): void {
  cells.forEach((cell, index) => {
    const [, ratio] = RATIO.exec(cell) ?? [];
    if (ratio !== undefined) found.set([part, cells[0], columns[index]].join(', '), Number(ratio));
  });
}

/** Ratios of this run, as the page lists them. */
export function watchedRatios(): readonly string[] {
  return [...found].map(([name, ratio]) => `| ${name} | ${ratio}x |`);
}

/** Ratios of this run that are worse than on the page by more than a fifth, and those that it lacks. */
export function worsened(page = readFileSync(join(REPOSITORY, PAGE), 'utf8')): readonly string[] {
  const listed = new Map(
    [...page.matchAll(/^\| (.+?) +\| (\d+(?:\.\d+)?)x +\|$/gm)].map(([, name, ratio]) => [name, Number(ratio)]),
  );
  return [...found].flatMap(([name, now]) => {
    const before = listed.get(name);
    if (before === undefined) return [`${name}: ${now}x; ${PAGE} does not list it`];
    // Of rates, more is better.
    const growth = /, requests\b/.test(name) ? before / now : now / before;
    return growth > 1 + MUCH ? [`${name}: ${now}x, was ${before}x`] : [];
  });
}
