import type { Finding, Path, Place } from './finding';
import type { SourceDocument } from './yaml-source';
import { parseYaml } from './yaml-source';

/** Largest organization or placement file, in characters: ten thousand accounts take about three million. */
export const MAX_JSON_CHARACTERS = 60_000_000;

/**
 * Parses a JSON file. `JSON.parse` is fast for the common, faultless file; places are looked up by the slower YAML
 * parser, and only when something is to be reported.
 */
export function parseJson(file: string, text: string): SourceDocument {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (body.length > MAX_JSON_CHARACTERS) {
    return refused(file, `the file has ${body.length} characters`, `at most ${MAX_JSON_CHARACTERS}`);
  }
  let located: SourceDocument | undefined;
  const placeOf = (path: Path): Place => (located ??= parseYaml(file, body)).placeOf(path);
  try {
    return { file, value: JSON.parse(body, refuseReserved) as unknown, syntaxErrors: [], placeOf };
  } catch (error) {
    if (error instanceof ReservedKey) return refused(file, "'__proto__' can't be a key", 'any other key');
    if (!(error instanceof SyntaxError)) throw error;
    return syntaxError(file, body, error);
  }
}

class ReservedKey extends Error {}

function refuseReserved(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new ReservedKey();
  return value;
}

function refused(file: string, problem: string, allowed: string): SourceDocument {
  const place = { file, line: 1, column: 1 };
  return {
    file,
    value: undefined,
    syntaxErrors: [{ ...place, severity: 'error', code: 'json-refused', path: '', problem, allowed, related: [] }],
    placeOf: () => place,
  };
}

function syntaxError(file: string, body: string, error: SyntaxError): SourceDocument {
  const offset = Number(/at position (\d+)/.exec(error.message)?.[1] ?? body.length);
  const before = body.slice(0, offset).split('\n');
  const place = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const truncated = offset >= body.trimEnd().length || error.message.includes('Unexpected end');
  const finding: Finding = {
    ...place,
    severity: 'error',
    code: 'json-syntax',
    path: '',
    problem: truncated ? 'ends too early: the file is truncated' : `is not valid JSON: ${error.message}`,
    allowed: 'restore it from version control or write it anew',
    related: [],
  };
  return { file, value: undefined, syntaxErrors: [finding], placeOf: () => place };
}
