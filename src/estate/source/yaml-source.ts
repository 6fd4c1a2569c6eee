import { isAlias, isCollection, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, YAMLMap, YAMLSeq } from 'yaml';
import type { Path, Place } from './finding';
import { findTooDeep } from './nesting';
import type { Fault, SourceDocument } from './source-document';
import { faultFinding, nestedTooDeeply, refusedDocument } from './source-document';
import { yamlFaults } from './yaml-faults';

/** Largest estate file, in characters. A large organization has an estate of some hundred kilobytes. */
const MAX_ESTATE_CHARACTERS = 5_000_000;

/** Nodes that all aliases together may add; more is an 'alias bomb' (yaml's `maxAliasCount`). */
const MAX_ALIASES = 1000;

/** Place of a mapping or a list, and its style: written in lines or in brackets. */
interface CollectionPlace {
  readonly style: 'block' | 'flow';
  /** Column of its first key or dash, or of its bracket. */
  readonly column: number;
}

/** A YAML file that also knows how its values are written. */
export interface YamlDocument extends SourceDocument {
  /** The mapping or list at a path, behind its alias; undefined where there is neither. */
  collectionAt(path: Path): CollectionPlace | undefined;
}

interface Parsed {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** Parses YAML 1.2 text. JSON is YAML too. Never throws for what the text holds. */
export function parseYaml(file: string, text: string): YamlDocument {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (body.length > MAX_ESTATE_CHARACTERS) {
    const problem = `the file has ${body.length} characters`;
    return refused(file, { code: 'yaml-refused', problem, allowed: `at most ${MAX_ESTATE_CHARACTERS}` });
  }
  try {
    const lines = new LineCounter();
    // Duplicate keys are looked for by `yamlFaults`, which names them.
    const document = parseDocument(body, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    return documentOf(file, { text: body, document, lines });
  } catch (error) {
    // The parser is recursive: a file of ten thousand open brackets ends its stack.
    if (error instanceof RangeError) return refused(file, nestedTooDeeply(0));
    throw error;
  }
}

function refused(file: string, fault: Omit<Fault, 'offset'>): YamlDocument {
  return { ...refusedDocument(file, fault), collectionAt: () => undefined };
}

function documentOf(file: string, { text, document, lines }: Parsed): YamlDocument {
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const placeOf = (path: Path, of: 'value' | 'key' = 'value'): Place => placeAt(offsetOf(document, path, of));
  const { value, faults } = valueOf(document, text);
  const collectionAt = (path: Path): CollectionPlace | undefined => {
    const node = nodeAt(document, path);
    if (!isCollection(node) || !node.range) return undefined;
    return { style: node.flow === true ? 'flow' : 'block', column: placeAt(node.range[0]).column };
  };
  const syntaxErrors = faults.map((fault) => faultFinding(fault, placeAt));
  return { file, value, syntaxErrors, placeOf, collectionAt };
}

function valueOf(
  document: Document.Parsed,
  text: string,
): { readonly value?: unknown; readonly faults: readonly Fault[] } {
  const faults = yamlFaults(document, text);
  if (faults.length > 0) return { faults };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    const deep = findTooDeep(value);
    return deep === undefined ? { value, faults } : { faults: [nestedTooDeeply(offsetOf(document, deep, 'value'))] };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const allowed = `anchors that expand to at most ${MAX_ALIASES} nodes`;
    return { faults: [{ offset: 0, code: 'yaml-aliases', problem: 'has too many aliases', allowed }] };
  }
}

/** The node at a path, behind its alias; undefined where the path leads to none. */
function nodeAt(document: Document.Parsed, path: Path): Node | undefined {
  const resolved = (node: Node | null | undefined): Node | undefined =>
    isAlias(node) ? node.resolve(document) : (node ?? undefined);
  let node = resolved(document.contents);
  for (const part of path) {
    if (!isCollection(node)) return undefined;
    node = resolved(childOf(node, part).value);
  }
  return node;
}

function offsetOf(document: Document.Parsed, path: Path, of: 'value' | 'key'): number {
  let node: Node | null = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    if (!isCollection(parent)) return offset;
    const { key, value } = childOf(parent, part);
    if (value === undefined || (of === 'key' && index === path.length - 1)) return key ?? offset;
    node = value;
    offset = startOf(node) ?? offset;
  }
  return offset;
}

/** The node of a value, and the offset of its key. */
function childOf(parent: YAMLMap | YAMLSeq, part: string | number): { readonly key?: number; readonly value?: Node } {
  const value: unknown = parent.get(part, true);
  const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === part) : undefined;
  const key = isScalar(pair?.key) ? startOf(pair.key) : undefined;
  return { ...(key === undefined ? {} : { key }), ...(isNode(value) ? { value } : {}) };
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}
