import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** Unchanged lines around a change, as git shows them. */
const CONTEXT = 3;

/** Lines of a text that are replaced; with nothing removed, lines are added in front of `line`. */
export interface LineEdit {
  /** From 0. */
  readonly line: number;
  readonly removed: number;
  readonly added: readonly string[];
}

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
  if (edits.length === 0) return '';
  const options = { context: CONTEXT, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, text, applyEdits(text, edits), undefined, undefined, options);
}
