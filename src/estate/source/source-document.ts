import { formatPath } from '../../text/values';
import { type Finding, type Issue, type Path, type Place, showValue } from './finding';
import type { FindingCode } from './finding-codes';

/** Levels of mappings and lists inside one another. The estate itself needs 8; an IAM policy adds some more. */
export const MAX_LEVELS = 100;

/** Path of the first value below the deepest level that is allowed; undefined where nothing lies so deep. */
export function findTooDeep(value: unknown, level = 0): Path | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (level >= MAX_LEVELS) return [];
  const entries: Iterable<readonly [string | number, unknown]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value);
  for (const [key, item] of entries) {
    const rest = findTooDeep(item, level + 1);
    if (rest !== undefined) return [key, ...rest];
  }
  return undefined;
}

/** A parsed YAML or JSON file that knows where each value stands. */
export interface SourceDocument {
  readonly file: string;
  /** Plain JavaScript values, or undefined when the text could not be read. */
  readonly value: unknown;
  readonly syntaxErrors: readonly Finding[];
  /** The place of a value, or of its key in a mapping; of the nearest parent that exists, if the path leads nowhere. */
  placeOf(path: Path, of?: 'value' | 'key'): Place;
  /** A number as it is written: `010000000010`, which is read as 10000000010. @default as it is read */
  numberAt?(path: Path): string | undefined;
}

/** Fault in a file's text, by its offsets. */
export interface Fault {
  readonly offset: number;
  readonly code: FindingCode;
  readonly problem: string;
  readonly allowed?: string;
  /** Offset of another place that belongs to the fault. */
  readonly related?: number;
}

/** A key that stands twice in one mapping: a parser would keep the last of the two without a word. */
export function duplicateKey(key: string, at: { readonly offset: number; readonly first: number }): Fault {
  return {
    offset: at.offset,
    code: 'duplicate-key',
    problem: `'${key}' appears twice in this mapping`,
    allowed: 'each key once',
    related: at.first,
  };
}

export function nestedTooDeeply(offset: number): Fault {
  return {
    offset,
    code: 'nested-too-deeply',
    problem: 'is nested too deeply',
    allowed: `at most ${MAX_LEVELS} levels of mappings and lists`,
  };
}

/** Gives a fault its line and column. */
export function faultFinding(fault: Fault, placeAt: (offset: number) => Place): Finding {
  return {
    ...placeAt(fault.offset),
    severity: 'error',
    code: fault.code,
    path: '',
    problem: fault.problem,
    ...(fault.allowed === undefined ? {} : { allowed: fault.allowed }),
    related: fault.related === undefined ? [] : [placeAt(fault.related)],
  };
}

/** A file of which nothing can be said but that it is refused: every place is its first character. */
export function refusedDocument(file: string, fault: Omit<Fault, 'offset'>): SourceDocument {
  const start: Place = { file, line: 1, column: 1 };
  const placeOf = (): Place => start;
  return { file, value: undefined, syntaxErrors: [faultFinding({ ...fault, offset: 0 }, placeOf)], placeOf };
}

/** Gives an issue its line and column. */
export function locate(issue: Issue, source: Pick<SourceDocument, 'placeOf' | 'numberAt'>): Finding {
  const value = typeof issue.value === 'number' ? source.numberAt?.(issue.at) : undefined;
  return {
    ...source.placeOf(issue.at, issue.aboutKey === true ? 'key' : 'value'),
    severity: issue.severity,
    code: issue.code,
    path: formatPath(issue.at),
    problem: issue.problem,
    related: (issue.related ?? []).map((path) => source.placeOf(path)),
    ...(issue.value === undefined ? {} : { value: value ?? showValue(issue.value) }),
    ...(issue.allowed === undefined ? {} : { allowed: issue.allowed }),
  };
}

const OURS = /^<{7}(?: |$)/;
const BASE = /^\|{7}(?: |$)/;
const MIDDLE = /^={7}$/;
const THEIRS = /^>{7}(?: |$)/;

/** The two versions of a file with the conflict markers of git. */
export interface ConflictSides {
  readonly ours: string;
  readonly theirs: string;
}

type Part = 'both' | keyof ConflictSides | 'base';

/** Takes a file with conflict markers apart; undefined where it has none. */
export function conflictSides(text: string): ConflictSides | undefined {
  const sides: Record<keyof ConflictSides, string[]> = { ours: [], theirs: [] };
  let part: Part = 'both';
  let conflicts = 0;
  for (const line of text.split('\n')) {
    const next = partAfter(line.replace(/\r$/, ''), part);
    if (next !== undefined) {
      if (next === 'ours') conflicts++;
      part = next;
      continue;
    }
    if (part !== 'theirs' && part !== 'base') sides.ours.push(line);
    if (part !== 'ours' && part !== 'base') sides.theirs.push(line);
  }
  if (conflicts === 0) return undefined;
  return { ours: sides.ours.join('\n'), theirs: sides.theirs.join('\n') };
}

/** The part that a marker begins; undefined for any other line. */
function partAfter(line: string, part: Part): Part | undefined {
  if (part === 'both') return OURS.test(line) ? 'ours' : undefined;
  if (part === 'ours' && BASE.test(line)) return 'base';
  if (part !== 'theirs' && MIDDLE.test(line)) return 'theirs';
  return part === 'theirs' && THEIRS.test(line) ? 'both' : undefined;
}
