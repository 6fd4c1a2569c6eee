/**
 * Edits a text as a `diff` without line numbers says: the lines that stay and those with `-` must be there, together, once.
 * @throws Error where they are not
 */
export function editText(text: string, diff: readonly string[]): string {
  const take = (mark: '-' | '+'): string =>
    diff
      .filter((line) => [mark, ' ', ''].includes(line.charAt(0)))
      .map((line) => line.slice(1))
      .join('\n');
  const [before, after] = [take('-'), take('+')];
  const [whole, wanted] = [`\n${text}`, `\n${before}\n`];
  const place = whole.indexOf(wanted);
  if (place === -1) throw new Error(`these lines are not there:\n${before}`);
  if (place !== whole.lastIndexOf(wanted)) throw new Error(`these lines are there more than once:\n${before}`);
  return `${whole.slice(0, place)}\n${after}\n${whole.slice(place + wanted.length)}`.slice(1);
}

/** Whether a text has these lines, together, at any depth. */
export function hasLines(text: string, lines: readonly string[]): boolean {
  const depths = Array.from({ length: 20 }, (_, depth) => ' '.repeat(depth));
  return depths.some((indent) => {
    const excerpt = lines.map((line) => (line === '' ? '' : `${indent}${line}`)).join('\n');
    return `\n${text}\n`.includes(`\n${excerpt}\n`);
  });
}
