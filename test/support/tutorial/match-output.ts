const ANY = '…';

/**
 * Compares what was printed with what a tutorial shows. A line `…` stands for any lines, `…` in a line for any text; all else is
 * as it is, but for blanks at the end of a line and empty lines at the end.
 * @returns the line of `expected` from which on it is not so, or what is printed besides; undefined where all is as shown
 */
export function firstDifference(expected: readonly string[], output: string): string | undefined {
  const lines = linesOf(output);
  const parts = partsOf(expected);
  const last = parts.at(-1) ?? [];
  let position = 0;
  for (const [index, part] of parts.entries()) {
    const latest = lines.length - part.length;
    // The first part begins the output, the last one ends it.
    const from = index > 0 && part === last ? Math.max(position, latest) : position;
    const found = findPart(part, lines, { from, to: index === 0 ? position : latest });
    if (found === undefined) return part[0] ?? 'nothing more';
    position = found + part.length;
  }
  const besides = expected.includes(ANY) ? undefined : lines[position];
  return besides === undefined ? undefined : `the end, instead of '${besides}'`;
}

/** Whether all that is shown was printed so far, of a program that goes on. */
export function isShown(expected: readonly string[], output: string): boolean {
  return firstDifference([...expected, ANY], output) === undefined;
}

function linesOf(output: string): readonly string[] {
  const lines = output.split('\n').map((line) => line.trimEnd());
  const end = lines.findLastIndex((line) => line !== '');
  return lines.slice(0, end + 1);
}

/** The lines between those that stand for any. */
function partsOf(expected: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const line of expected) {
    if (line === ANY) parts.push([]);
    else parts.at(-1)?.push(line.trimEnd());
  }
  return parts;
}

function findPart(
  part: readonly string[],
  lines: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  for (let start = from; start <= to; start++) if (matches(part, lines, start)) return start;
  return undefined;
}

function matches(part: readonly string[], lines: readonly string[], start: number): boolean {
  return part.every((text, index) => matchesLine(text, lines[start + index]));
}

function matchesLine(shown: string, line: string | undefined): boolean {
  if (line === undefined) return false;
  const pattern = shown
    .split(ANY)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(line);
}
