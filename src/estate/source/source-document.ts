import type { FindingCode } from './finding-codes';
import type { Finding, Issue, Path, Place } from './finding';
import { formatPath } from '../../text/path';
import { showValue } from './finding';
import { MAX_LEVELS } from './nesting';

/** A parsed YAML or JSON file that knows where each value stands. */
export interface SourceDocument {
  readonly file: string;
  /** Plain JavaScript values, or undefined when the text could not be read. */
  readonly value: unknown;
  readonly syntaxErrors: readonly Finding[];
  /** The place of a value, or of its key in a mapping; of the nearest parent that exists, if the path leads nowhere. */
  placeOf(path: Path, of?: 'value' | 'key'): Place;
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
export function locate(issue: Issue, source: Pick<SourceDocument, 'placeOf'>): Finding {
  return {
    ...source.placeOf(issue.at, issue.aboutKey === true ? 'key' : 'value'),
    severity: issue.severity,
    code: issue.code,
    path: formatPath(issue.at),
    problem: issue.problem,
    related: (issue.related ?? []).map((path) => source.placeOf(path)),
    ...(issue.value === undefined ? {} : { value: showValue(issue.value) }),
    ...(issue.allowed === undefined ? {} : { allowed: issue.allowed }),
  };
}
