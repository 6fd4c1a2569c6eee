import type { Fault } from './source-document';
import { duplicateKey, reservedKey } from './source-document';

/** A string, or a character of JSON's structure. Numbers, words and white space lie between. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/g;

/** Offsets of the keys of one object so far, by key; a list has none. */
type Keys = Map<string, number> | undefined;

/**
 * Faults among the keys of a text that is valid JSON. `JSON.parse` keeps the last of two keys without a word: after a bad
 * merge, half of a shard's assignments would be lost in that way.
 */
export function jsonKeyFaults(text: string): readonly Fault[] {
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
  if (key === '__proto__') return [reservedKey(offset)];
  const first = keys?.get(key);
  if (first !== undefined) return [duplicateKey(key, { offset, first })];
  keys?.set(key, offset);
  return [];
}
