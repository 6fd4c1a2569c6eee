/** Lines of a text that are replaced; with nothing removed, lines are added in front of `line`. */
export interface LineEdit {
  /** From 0. */
  readonly line: number;
  readonly removed: number;
  readonly added: readonly string[];
}

/** Unchanged lines around a change, as git shows them. */
const CONTEXT = 3;

/** The text after its edits, which must not overlap. */
export function applyEdits(text: string, edits: readonly LineEdit[]): string {
  const lines = text.split('\n');
  return edits
    .toSorted((a, b) => b.line - a.line)
    .reduce((edited, { line, removed, added }) => edited.toSpliced(line, removed, ...added), lines)
    .join('\n');
}

/** The edits as a patch that `git apply` takes; empty without edits. */
export function patchOf(path: string, text: string, edits: readonly LineEdit[]): string {
  const lines = linesOf(text);
  let growth = 0;
  const hunks = hunksOf(edits).map((hunk) => {
    const { header, body, added } = renderHunk(lines, hunk, growth);
    growth += added;
    return `${header}\n${body.join('\n')}\n`;
  });
  return hunks.length === 0 ? '' : `--- a/${path}\n+++ b/${path}\n${hunks.join('')}`;
}

/** A text that ends with a newline has no further, empty line. */
function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** Edits whose surroundings touch belong to one hunk. */
function hunksOf(edits: readonly LineEdit[]): readonly (readonly LineEdit[])[] {
  const hunks: LineEdit[][] = [];
  for (const edit of edits.toSorted((a, b) => a.line - b.line)) {
    const last = hunks.at(-1)?.at(-1);
    if (last !== undefined && edit.line - (last.line + last.removed) <= 2 * CONTEXT) hunks.at(-1)?.push(edit);
    else hunks.push([edit]);
  }
  return hunks;
}

function renderHunk(lines: readonly string[], hunk: readonly LineEdit[], growth: number) {
  const [first, last] = [hunk[0], hunk.at(-1)];
  const start = Math.max(0, (first?.line ?? 0) - CONTEXT);
  const end = Math.min(lines.length, (last?.line ?? 0) + (last?.removed ?? 0) + CONTEXT);
  const kept = (from: number, to: number): readonly string[] => lines.slice(from, to).map((line) => ` ${line}`);
  const body: string[] = [];
  let at = start;
  for (const { line, removed, added } of hunk) {
    body.push(...kept(at, line));
    body.push(...lines.slice(line, line + removed).map((gone) => `-${gone}`), ...added.map((come) => `+${come}`));
    at = line + removed;
  }
  body.push(...kept(at, end));
  const added = hunk.reduce((sum, edit) => sum + edit.added.length - edit.removed, 0);
  const length = end - start;
  return { header: `@@ -${start + 1},${length} +${start + 1 + growth},${length + added} @@`, body, added };
}
