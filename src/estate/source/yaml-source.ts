import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Path, Place } from './finding';
import {
  conflictSides,
  duplicateKey,
  type Fault,
  faultFinding,
  findTooDeep,
  nestedTooDeeply,
  refusedDocument,
  type SourceDocument,
} from './source-document';

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
    return documentOf(file, parsedText(body));
  } catch (error) {
    // The parser is recursive: a file of ten thousand open brackets ends its stack.
    if (error instanceof RangeError) return refused(file, nestedTooDeeply(0));
    throw error;
  }
}

/** What was parsed last, by its text: a preview asks for the same file of an estate three times, and for that of its base. */
const parsed = new Map<string, Parsed>();
const MOST_PARSED = 2;

function parsedText(text: string): Parsed {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= MOST_PARSED) parsed.clear();
  const lines = new LineCounter();
  // Duplicate keys are looked for by `yamlFaults`, which names them.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const found = { text, document, lines };
  parsed.set(text, found);
  return found;
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
  const numberAt = (path: Path): string | undefined => {
    const node = nodeAt(document, path);
    return isScalar(node) && typeof node.value === 'number' ? node.source : undefined;
  };
  return { file, value, syntaxErrors, placeOf, numberAt, collectionAt };
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

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** The characters that YAML 1.2 allows ('c-printable'): no control characters, and no halves of surrogate pairs. */
const UNPRINTABLE = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Faults of a document before its values are looked at: syntax, keys, aliases, the version of YAML. */
export function yamlFaults(document: Document.Parsed, text: string): readonly Fault[] {
  const unprintable = UNPRINTABLE.exec(text);
  if (unprintable !== null) return [unprintableFault(unprintable)];
  const syntax = [...document.errors, ...document.warnings];
  // The parser is recursive, and reports the end of its stack like a fault of the text.
  const overflow = syntax.find((error) => error.message.includes('call stack'));
  if (overflow !== undefined) return [nestedTooDeeply(overflow.pos[0])];
  if (syntax.length > 0 && conflictSides(text) !== undefined) return [conflictFault(text)];
  if (syntax.length > 0) return syntax.map(syntaxFault);
  return [...versionFaults(document), ...nodeFaults(document)];
}

function unprintableFault({ 0: character, index }: RegExpExecArray): Fault {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return {
    offset: index,
    code: 'yaml-syntax',
    problem: `U+${point} is not a valid YAML character`,
    allowed: 'printable text; a name that holds it needs double quotes and an escape',
  };
}

/** A merge was not finished. */
function conflictFault(text: string): Fault {
  return {
    offset: text.search(/^<{7}/m),
    code: 'yaml-syntax',
    problem: 'has conflicts that git could not merge',
    allowed: 'one version of each part, without the lines <<<<<<<, ======= and >>>>>>>',
  };
}

function syntaxFault(error: YAMLError): Fault {
  const problem = `is not valid YAML: ${error.message.split('\n')[0] ?? ''}`;
  const hint = error.code === 'TAB_AS_INDENT' ? { allowed: 'indent with spaces' } : {};
  return { offset: error.pos[0], code: 'yaml-syntax', problem, ...hint };
}

/** YAML 1.1 reads `yes`, dates and `<<` in its own way. */
function versionFaults(document: Document.Parsed): readonly Fault[] {
  const { version } = document.directives.yaml;
  if (version === '1.2') return [];
  return [{ offset: 0, code: 'yaml-refused', problem: `asks for YAML ${version}`, allowed: 'YAML 1.2' }];
}

function nodeFaults(document: Document.Parsed): readonly Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Map(_, map) {
      faults.push(...keyFaults(map));
    },
    Alias(_, alias, ancestors) {
      faults.push(...aliasFaults(alias, document, ancestors));
    },
  });
  return faults;
}

/** Keys are strings, each once. A number as a key would lose what was written: `1.10` would become `1.1`. */
function keyFaults(map: YAMLMap): readonly Fault[] {
  const first = new Map<string, number>();
  return map.items.flatMap(({ key }): readonly Fault[] => {
    const offset = startOf(key) ?? startOf(map) ?? 0;
    if (!isScalar(key) || typeof key.value !== 'string') return [unquotedKey(key, offset)];
    const earlier = first.get(key.value);
    if (earlier !== undefined) return [duplicateKey(key.value, { offset, first: earlier })];
    first.set(key.value, offset);
    return [];
  });
}

function unquotedKey(key: unknown, offset: number): Fault {
  const written = isScalar(key) ? (key.source ?? '') : '';
  return {
    offset,
    code: 'yaml-syntax',
    problem: written === '' ? 'a key must be text' : `the key ${written} must be text`,
    allowed: 'a word; put numbers, dates, true, false and null in quotes',
  };
}

function aliasFaults(alias: Alias, document: Document.Parsed, ancestors: readonly unknown[]): readonly Fault[] {
  const target = alias.resolve(document);
  const offset = startOf(alias) ?? 0;
  if (target === undefined) {
    const problem = `the alias *${alias.source} has no anchor`;
    return [{ offset, code: 'yaml-aliases', problem, allowed: `&${alias.source} at a value above it` }];
  }
  if (!ancestors.includes(target)) return [];
  const problem = `the alias *${alias.source} is inside the value that it repeats`;
  return [{ offset, code: 'yaml-aliases', problem, allowed: 'an alias outside of its anchor' }];
}
