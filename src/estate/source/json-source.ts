import type { Path, Place } from './finding';
import {
  duplicateKey,
  type Fault,
  faultFinding,
  findTooDeep,
  nestedTooDeeply,
  refusedDocument,
  type SourceDocument,
} from './source-document';
import { parseYaml } from './yaml-source';

/** Largest organization or placement file, in characters: ten thousand accounts take about three million. */
const MAX_JSON_CHARACTERS = 60_000_000;

/**
 * Parses a JSON file. `JSON.parse` is fast for the common, faultless file; places are looked up by the slower YAML
 * parser, and only when something is to be reported. Never throws for what the text holds.
 */
export function parseJson(file: string, text: string): SourceDocument {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (body.length > MAX_JSON_CHARACTERS) {
    const problem = `the file has ${body.length} characters`;
    return refusedDocument(file, { code: 'json-refused', problem, allowed: `at most ${MAX_JSON_CHARACTERS}` });
  }
  try {
    return documentOf(file, { body, value: JSON.parse(body) as unknown });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return faultyDocument(file, body, [syntaxFault(body, error)]);
  }
}

function documentOf(file: string, parsed: { readonly body: string; readonly value: unknown }): SourceDocument {
  const { body, value } = parsed;
  const faults = jsonKeyFaults(body);
  if (faults.length > 0) return faultyDocument(file, body, faults);
  let located: SourceDocument | undefined;
  const placeOf = (path: Path, of?: 'value' | 'key'): Place => (located ??= parseYaml(file, body)).placeOf(path, of);
  const deep = findTooDeep(value);
  if (deep === undefined) return { file, value, syntaxErrors: [], placeOf };
  const finding = faultFinding(nestedTooDeeply(0), () => placeOf(deep));
  return { file, value: undefined, syntaxErrors: [finding], placeOf };
}

function faultyDocument(file: string, body: string, faults: readonly Fault[]): SourceDocument {
  const placeAt = (offset: number): Place => {
    const before = body.slice(0, offset).split('\n');
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  };
  const [first] = faults;
  const place = placeAt(first?.offset ?? 0);
  return {
    file,
    value: undefined,
    syntaxErrors: faults.map((fault) => faultFinding(fault, placeAt)),
    placeOf: () => place,
  };
}

function syntaxFault(body: string, error: SyntaxError): Fault {
  const fault = (offset: number, problem: string): Fault => ({
    offset,
    code: 'json-syntax',
    problem,
    allowed: 'valid JSON; version control has the last good state',
  });
  if (body.trim() === '') return fault(0, 'is empty');
  if (failsAtEnd(body, error)) return fault(body.length, 'ends too early: the file is truncated');
  const offset = offsetOfFault(body);
  return fault(
    offset,
    `is not valid JSON: unexpected ${JSON.stringify(String.fromCodePoint(body.codePointAt(offset) ?? 0))}`,
  );
}

/**
 * Offset of the first character that can't stand where it does. V8 tells it for some faults only, so it is searched for:
 * it is the last character of the shortest beginning that fails before its end.
 */
function offsetOfFault(body: string): number {
  let sound = 0;
  let faulty = body.length;
  while (faulty - sound > 1) {
    const middle = (sound + faulty) >>> 1;
    if (isSoundBeginning(body.slice(0, middle))) sound = middle;
    else faulty = middle;
  }
  return sound;
}

function isSoundBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return failsAtEnd(text, error);
  }
}

/** Tells whether more text could have made it right, as for a truncated file. */
function failsAtEnd(text: string, { message }: SyntaxError): boolean {
  const position = /at position (\d+)/.exec(message)?.[1];
  return message.startsWith('Unexpected end') || (position !== undefined && Number(position) >= text.length);
}

/** A string, or a character of JSON's structure. Numbers, words and white space lie between. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/g;

/** Offsets of the keys of one object so far, by key; a list has none. */
type Keys = Map<string, number> | undefined;

/**
 * Faults among the keys of a text that is valid JSON. `JSON.parse` keeps the last of two keys without a word: after a bad
 * merge, half of a shard's assignments would be lost in that way.
 */
function jsonKeyFaults(text: string): readonly Fault[] {
  const faults: Fault[] = [];
  const open: Keys[] = [];
  let string: { readonly token: string; readonly offset: number } | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Map());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && string !== undefined) faults.push(...keyFaults(open.at(-1), string));
    string = token.startsWith('"') ? { token, offset: index } : undefined;
  }
  return faults;
}

function keyFaults(
  keys: Keys,
  { token, offset }: { readonly token: string; readonly offset: number },
): readonly Fault[] {
  const key = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
  const first = keys?.get(key);
  if (first !== undefined) return [duplicateKey(key, { offset, first })];
  keys?.set(key, offset);
  return [];
}

/** The value of a JSON text; undefined for what is not JSON. */
export function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
