const ANY = '…';

/**
 * Compares what was printed with what a tutorial shows. A line `…` stands for any lines, `…` in a line for any text; all else is
 * as it is, but for blanks at the end of a line.
 * @returns the line of `expected` from which on it is not so; undefined where all is as shown
 */
export function firstDifference(expected: readonly string[], output: string): string | undefined {
  const lines = linesOf(output);
  let position = 0;
  let isAnywhere = false;
  for (const part of partsOf(expected)) {
    if (part.length > 0) {
      const found = findPart(part, lines, position, isAnywhere);
      if (found === undefined) return part[0];
      position = found + part.length;
    }
    isAnywhere = true;
  }
  const isOpen = expected.at(-1) === ANY;
  if (isOpen || position === lines.length) return undefined;
  // What stands last may stand before, too.
  const last = partsOf(expected).at(-1) ?? [];
  const isLast = expected.includes(ANY) && matches(last, lines, lines.length - last.length);
  return isLast ? undefined : `the end, instead of '${String(lines[position])}'`;
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
  from: number,
  isAnywhere: boolean,
): number | undefined {
  const last = isAnywhere ? lines.length - part.length : from;
  for (let start = from; start <= last; start++) if (matches(part, lines, start)) return start;
  return undefined;
}

function matches(part: readonly string[], lines: readonly string[], start: number): boolean {
  return start >= 0 && part.every((text, index) => matchesLine(text, lines[start + index]));
}

function matchesLine(shown: string, line: string | undefined): boolean {
  if (line === undefined) return false;
  const pattern = shown
    .split(ANY)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(line);
}
