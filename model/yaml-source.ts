import { isAlias, isCollection, isMap, isNode, isPair, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, YAMLMap } from 'yaml';
import { formatPath } from './finding';
import type { Finding, Issue, Path, Place } from './finding';
import { showValue } from './finding';

/** Largest estate file, in characters. A large organization has an estate of some hundred kilobytes. */
export const MAX_ESTATE_CHARACTERS = 5_000_000;

/** Nodes that all aliases together may add; more is an 'alias bomb' (yaml's `maxAliasCount`). */
const MAX_ALIASES = 100;

/** A parsed YAML or JSON file that knows where each value stands. */
export interface SourceDocument {
  readonly file: string;
  /** Plain JavaScript values, or undefined when the text is no YAML at all. */
  readonly value: unknown;
  readonly syntaxErrors: readonly Finding[];
  /** The place of a value; of the nearest parent that exists, if the path leads nowhere. `key` points at a map's key. */
  placeOf(path: Path): Place;
}

interface Parsed {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** Parses YAML 1.2 text. JSON is YAML too. Never throws for what the text holds. */
export function parseYaml(file: string, text: string): SourceDocument {
  const start: Place = { file, line: 1, column: 1 };
  const refused = (problem: string, allowed: string): SourceDocument => ({
    file,
    value: undefined,
    syntaxErrors: [{ ...start, severity: 'error', code: 'yaml-refused', path: '', problem, allowed, related: [] }],
    placeOf: () => start,
  });
  if (text.length > MAX_ESTATE_CHARACTERS) {
    return refused(`the file has ${text.length} characters`, `at most ${MAX_ESTATE_CHARACTERS}`);
  }
  try {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
    return documentOf(file, { document, lines });
  } catch (error) {
    // The parser is recursive: a file of ten thousand open brackets ends its stack.
    if (error instanceof RangeError) return refused('is nested too deeply', 'some dozens of levels');
    throw error;
  }
}

function documentOf(file: string, parsed: Parsed): SourceDocument {
  const placeAt = (offset: number): Place => {
    const { line, col } = parsed.lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const placeOf = (path: Path): Place => placeAt(offsetOf(parsed.document, path));
  const syntaxErrors = [...syntaxFindings(parsed.document, placeAt), ...reservedKeys(parsed.document, placeAt)];
  if (syntaxErrors.length > 0) return { file, value: undefined, syntaxErrors, placeOf };
  try {
    return { file, value: parsed.document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, syntaxErrors, placeOf };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const bomb = finding(placeAt(0), 'yaml-aliases', {
      problem: 'has too many aliases',
      allowed: `anchors that expand to at most ${MAX_ALIASES} nodes`,
    });
    return { file, value: undefined, syntaxErrors: [bomb], placeOf };
  }
}

function finding(place: Place, code: string, what: Pick<Finding, 'problem' | 'allowed'>): Finding {
  return { ...place, severity: 'error', code, path: '', related: [], ...what };
}

function syntaxFindings(document: Document.Parsed, placeAt: (offset: number) => Place): Finding[] {
  return [...document.errors, ...document.warnings].map((error) => {
    const code = error.code === 'DUPLICATE_KEY' ? 'duplicate-key' : 'yaml-syntax';
    const problem = `is not valid YAML: ${error.message.split('\n')[0] ?? ''}`;
    const hint = error.code === 'TAB_AS_INDENT' ? { allowed: 'indent with spaces' } : {};
    return finding(placeAt(error.pos[0]), code, { problem, ...hint });
  });
}

/** `__proto__` as a key would vanish in plain objects, and with it a condition of a selector: it is refused. */
function reservedKeys(document: Document.Parsed, placeAt: (offset: number) => Place): Finding[] {
  const found: Finding[] = [];
  visit(document, {
    Pair(_, pair) {
      if (!isScalar(pair.key) || pair.key.value !== '__proto__') return;
      found.push(
        finding(placeAt(pair.key.range?.[0] ?? 0), 'reserved-key', {
          problem: "'__proto__' can't be a key",
          allowed: 'any other key',
        }),
      );
    },
  });
  return found;
}

function offsetOf(document: Document.Parsed, path: Path): number {
  let node: Node | null = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    const resolved: Node | null = isAlias(node) ? (node.resolve(document) ?? null) : node;
    if (!isCollection(resolved)) return offset;
    const next: unknown = resolved.get(part, true);
    if (!isNode(next)) return (isMap(resolved) ? keyOffset(resolved, part) : undefined) ?? offset;
    node = next;
    offset = startOf(node) ?? offset;
  }
  return offset;
}

function keyOffset(map: YAMLMap, key: string | number): number | undefined {
  const pair = map.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}

/** Gives an issue its line and column. */
export function locate(issue: Issue, source: Pick<SourceDocument, 'placeOf'>): Finding {
  return {
    ...source.placeOf(issue.at),
    severity: issue.severity,
    code: issue.code,
    path: formatPath(issue.at),
    problem: issue.problem,
    related: (issue.related ?? []).map((path) => source.placeOf(path)),
    ...(issue.value === undefined ? {} : { value: showValue(issue.value) }),
    ...(issue.allowed === undefined ? {} : { allowed: issue.allowed }),
  };
}
