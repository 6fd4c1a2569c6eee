import { isNode, isScalar, visit } from 'yaml';
import type { Alias, Document, YAMLError, YAMLMap } from 'yaml';
import type { Fault } from './source-document';
import { duplicateKey, nestedTooDeeply } from './source-document';

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
    const offset = offsetOf(key) ?? offsetOf(map) ?? 0;
    if (!isScalar(key) || typeof key.value !== 'string') return [unquotedKey(key, offset)];
    const earlier = first.get(key.value);
    if (earlier !== undefined) return [duplicateKey(key.value, { offset, first: earlier })];
    first.set(key.value, offset);
    return [];
  });
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
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
  const offset = offsetOf(alias) ?? 0;
  if (target === undefined) {
    const problem = `the alias *${alias.source} has no anchor`;
    return [{ offset, code: 'yaml-aliases', problem, allowed: `&${alias.source} at a value above it` }];
  }
  if (!ancestors.includes(target)) return [];
  const problem = `the alias *${alias.source} is inside the value that it repeats`;
  return [{ offset, code: 'yaml-aliases', problem, allowed: 'an alias outside of its anchor' }];
}
