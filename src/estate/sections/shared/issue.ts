import type { FindingCode } from '../../source/finding-codes';
import type { Issue, Path } from '../../source/finding';
import { type NameSet, suggestionOrList } from '../../../text/suggest';

/** Findings of a check, one after the other. */
export type Issues = Iterable<Issue>;

type What = Omit<Issue, 'severity' | 'code' | 'at'>;

export function error(code: FindingCode, at: Path, what: What): Issue {
  return { severity: 'error', code, at, ...what };
}

export function warning(code: FindingCode, at: Path, what: What): Issue {
  return { severity: 'warning', code, at, ...what };
}

/** An address as it may be shown: without a user name and password. */
export function masked(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//…@');
}

/** A text of the estate file, and its place. */
export interface PlacedText {
  readonly at: Path;
  readonly text: string;
}

/** Texts of a list, each with its place. */
export function placed(texts: readonly string[], at: Path): readonly PlacedText[] {
  return texts.map((text, index) => ({ text, at: [...at, index] }));
}

/** Values that items have under a key, each with its place. */
export function valuesOf<K extends string>(
  items: readonly ({ readonly at: Path } & Readonly<Record<K, string>>)[],
  key: K,
): readonly PlacedText[] {
  return items.map((item) => ({ text: item[key], at: [...item.at, key] }));
}

/** Names that a text may be. */
export interface KnownNames {
  readonly known: Iterable<string>;
  /** Names of items that were set aside as faulty, of which nothing is reported. @default none */
  readonly setAside?: NameSet;
  /** Names that they have now, by those that they had before. @default none was renamed */
  readonly renamed?: ReadonlyMap<string, string>;
  /** Things of these names, such as `groups`. */
  readonly things: string;
  readonly problem: string;
}

/** Errors on texts that are not among the known names. */
export function unknownNames(
  code: FindingCode,
  texts: readonly PlacedText[],
  { known, setAside, things, renamed, ...words }: KnownNames,
): readonly Issue[] {
  const names = new Set(known);
  const allowed = (text: string): string => {
    const now = renamed?.get(text);
    return now === undefined ? suggestionOrList(text, names, things) : `'${now}', its name now`;
  };
  return texts
    .filter(({ text }) => !names.has(text) && setAside?.has(text) !== true)
    .map(({ at, text }) => error(code, at, { value: text, ...words, allowed: allowed(text) }));
}

interface Duplicates {
  /** Form in which texts are compared. @default as they are */
  readonly keyOf?: (text: string) => string;
  /** @default error */
  readonly report?: typeof error;
  /** @default 'is listed twice' */
  readonly problem?: string;
  readonly allowed: string;
}

/** Issues on texts that stood before, each with the place of the first. */
export function duplicates(code: FindingCode, texts: readonly PlacedText[], words: Duplicates): readonly Issue[] {
  const { keyOf = String, report = error, problem = 'is listed twice', allowed } = words;
  return repeated(texts, ({ text }) => keyOf(text)).map(({ item: { at, text }, first }) =>
    report(code, at, { value: text, problem, allowed, related: [first.at] }),
  );
}

/** A text for comparisons in whatever case. */
export function inAnyCase(text: string): string {
  return text.toLowerCase();
}

/** Items whose key stood in an earlier item already, each with the first one that has it. */
export function repeated<T>(items: readonly T[], keyOf: (item: T) => string): readonly { item: T; first: T }[] {
  const firsts = new Map<string, T>();
  return items.flatMap((item) => {
    const key = keyOf(item);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, item);
    return first === undefined ? [] : [{ item, first }];
  });
}
