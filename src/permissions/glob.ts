/** Exactly one character of any kind, `?`. */
const ONE = 1;
/** Any run of characters, also none, `*`. */
const RUN = 2;
/** Position of a pattern: a wildcard, or a character that stands for itself, also where that is `*` or `?`. */
export type Token = string | typeof ONE | typeof RUN;

/** A pattern of IAM. Between segments of an ARN, `*` stops at no colon and no slash. */
export interface Glob {
  /** The same for two spellings of one pattern, such as `a*?` and `a?*`. */
  readonly key: string;
  readonly tokens: readonly Token[];
  /** What every text that it matches begins with, up to its first colon, such as `s3:`; undefined where a wildcard comes first. */
  readonly head: string | undefined;
  /** Whether it has no wildcard, so that it matches one text. */
  readonly isExact: boolean;
}

/** A question that would take too long to answer exactly. The library answers 'unknown' instead. */
export class TooComplexError extends Error {}

/** Steps that one question takes before it is given up, mostly comparisons of two patterns: three seconds of a processor. */
const MOST_STEPS = 8_000_000;

let left = Infinity;
/** Steps that this process has taken. */
let taken = 0;

/** Counts work. @throws TooComplexError where a question has taken all its steps */
export function step(count = 1): void {
  taken += count;
  left -= count;
  if (left < 0) throw new TooComplexError(`more than ${MOST_STEPS} steps`);
}

/** Bounds the steps of a question. One within another one has no more than are left. @throws TooComplexError */
export function bounded<T>(answer: () => T, most = MOST_STEPS): T {
  const before = left;
  const given = Math.min(most, before);
  left = given;
  try {
    return answer();
  } finally {
    left = before - (given - left);
  }
}

/** Makes what is made once for all questions, so that it costs none of them its steps. */
export function uncounted<T>(make: () => T): T {
  const before = left;
  left = Infinity;
  try {
    return make();
  } finally {
    left = before;
  }
}

/** A map that remembers what was found out. */
interface Memory<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** The value of a key, which is found out once. */
export function kept<Key, Value>(memory: Memory<Key, Value>, key: Key, find: () => Value): Value {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const value = find();
  memory.set(key, value);
  return value;
}

/**
 * An answer, and the steps that it took to find. Whoever asks again is charged as many: whether a question is too complex must
 * not depend on what was asked before.
 */
export interface Counted<T> {
  readonly value: T;
  readonly steps: number;
}

/** The value of a key, which is found out once and charged each time. @throws TooComplexError */
export function keptWithSteps<T>(memory: Map<string, Counted<T>>, key: string, find: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) {
    step(known.steps);
    return known.value;
  }
  const before = taken;
  const value = find();
  memory.set(key, { value, steps: taken - before });
  return value;
}

/** Nothing where it would take too long to know. */
export function exactly<T>(answer: () => T): T | undefined {
  try {
    return bounded(answer);
  } catch (error) {
    if (error instanceof TooComplexError) return undefined;
    throw error;
  }
}

/** Stands for a wildcard in the first guess at a witness. */
const GUESS = 'x';

/** States that the search for a witness visits before it gives up. */
const MOST_STATES = 20_000;

/** Steps that a pattern takes in a state of the search. */
const STATE_STEPS = 4;

/** Parses the wildcards of a text without policy variables. */
export function globOf(text: string): Glob {
  return globOfTokens(Array.from(text, (char) => (char === '*' ? RUN : char === '?' ? ONE : char)));
}

/** Pattern of tokens: in a run of wildcards, those for one character come first, then one `*`. */
export function globOfTokens(raw: readonly Token[]): Glob {
  const tokens: Token[] = [];
  for (const token of raw) {
    const before = tokens.at(-1);
    if (token === RUN && before === RUN) continue;
    if (token === ONE && before === RUN) tokens.splice(-1, 1, ONE, RUN);
    else tokens.push(token);
  }
  return { tokens, key: tokens.map(textOf).join(''), head: headOf(tokens), isExact: tokens.every(isSymbol) };
}

function isSymbol(token: Token | undefined): token is string {
  return typeof token === 'string';
}

/** Escapes wildcards that stand for themselves as IAM does. */
function textOf(token: Token): string {
  if (token === ONE) return '?';
  if (token === RUN) return '*';
  return token === '*' || token === '?' || token === '$' ? `\${${token}}` : token;
}

function headOf(tokens: readonly Token[]): string | undefined {
  const end = tokens.findIndex((token) => token === ':' || !isSymbol(token));
  return tokens[end] === ':' ? tokens.slice(0, end + 1).join('') : undefined;
}

/** Tells whether a pattern matches a text. */
export function matches({ tokens }: Glob, text: string): boolean {
  if (text !== split.text) split = { text, symbols: [...text] };
  return accepts(tokens, split.symbols);
}

/** The text that was matched last: many patterns are asked about one. */
let split: { readonly text: string; readonly symbols: readonly string[] } = { text: '', symbols: [] };

/** Tells whether a pattern matches all that another one does. */
export function covers({ tokens }: Glob, narrower: Glob): boolean {
  return accepts(tokens, narrower.tokens);
}

/** Reads a pattern as if its wildcards were characters of their own: only `*` stands for `*`. Backtracks to the last `*` alone. */
function accepts(pattern: readonly Token[], symbols: readonly Token[]): boolean {
  step();
  let p = 0;
  let run = -1;
  let resume = 0;
  for (let s = 0; s < symbols.length;) {
    const token = pattern[p];
    if (token === RUN) {
      run = p++;
      resume = s;
    } else if (token === symbols[s] || (token === ONE && symbols[s] !== RUN)) {
      p++;
      s++;
    } else if (run >= 0) {
      p = run + 1;
      s = ++resume;
    } else {
      return false;
    }
  }
  return pattern.slice(p).every((token) => token === RUN);
}

/** Tells whether two patterns obviously have no text in common: their beginnings or their ends differ. */
export function isApart(a: Glob, b: Glob): boolean {
  return (
    hasOtherHead(a, b) || beginsApart(a.tokens, b.tokens) || beginsApart(a.tokens.toReversed(), b.tokens.toReversed())
  );
}

/** Tells whether what two patterns match begins with different services. */
export function hasOtherHead(a: Glob, b: Glob): boolean {
  return a.head !== undefined && b.head !== undefined && a.head !== b.head;
}

function beginsApart(a: readonly Token[], b: readonly Token[]): boolean {
  const fixed = Math.min(fixedOf(a), fixedOf(b));
  for (let at = 0; at < fixed; at++) {
    const [left, right] = [a[at], b[at]];
    if (left !== right && left !== ONE && right !== ONE) return true;
  }
  const [shorter, longer] = fixedOf(a) < fixedOf(b) ? [a, b] : [b, a];
  return !shorter.includes(RUN) && fixedOf(longer) > fixed;
}

/** Number of positions before the first run. */
function fixedOf(tokens: readonly Token[]): number {
  const run = tokens.indexOf(RUN);
  return run < 0 ? tokens.length : run;
}

/**
 * A text that every pattern of `within` matches and none of `without`; undefined where there is none. Where a guess fails, it walks
 * through the product of the patterns' automata, so it is exact for texts of any characters.
 * @throws TooComplexError where that product is too large
 */
export function findWitness(within: readonly Glob[], without: readonly Glob[]): string | undefined {
  const isIn = (text: string): boolean => {
    const chars = [...text];
    return (
      within.every(({ tokens }) => accepts(tokens, chars)) && !without.some(({ tokens }) => accepts(tokens, chars))
    );
  };
  const exact = within.find(({ isExact }) => isExact);
  const guess = (exact ?? within[0])?.tokens.map((token) => (isSymbol(token) ? token : GUESS)).join('');
  if (guess !== undefined && isIn(guess)) return guess;
  return exact === undefined ? search([...within, ...without], within.length) : undefined;
}

/** Positions of each pattern that a text may have led to. */
type State = readonly (readonly number[])[];

function search(globs: readonly Glob[], needed: number): string | undefined {
  const other = unusedChar(globs);
  const begin: State = globs.map(({ tokens }) => closed(tokens, [0]));
  const texts = new Map<string, { readonly state: State; readonly text: string }>();
  texts.set(keyOf(begin), { state: begin, text: '' });
  // A map goes on to what is added while it is walked through, in that order.
  for (const { state, text } of texts.values()) {
    if (globs.every(({ tokens }, index) => isAtEnd(tokens, state[index]) === index < needed)) return text;
    for (const char of [...charsAt(globs, state), other]) {
      step(globs.length * STATE_STEPS);
      const after = globs.map(({ tokens }, index) => closed(tokens, follow(tokens, state[index] ?? [], char)));
      const isLost = after.slice(0, needed).some((positions) => positions.length === 0);
      if (!isLost && !texts.has(keyOf(after))) texts.set(keyOf(after), { state: after, text: text + char });
    }
    if (texts.size > MOST_STATES) throw new TooComplexError(`more than ${MOST_STATES} states`);
  }
  return undefined;
}

function keyOf(state: State): string {
  return state.map((positions) => positions.join(',')).join('|');
}

function isAtEnd(tokens: readonly Token[], positions: readonly number[] = []): boolean {
  return positions.includes(tokens.length);
}

function follow(tokens: readonly Token[], positions: readonly number[], char: string): readonly number[] {
  return positions.flatMap((position) => {
    const token = tokens[position];
    if (token === RUN) return [position];
    return token === ONE || token === char ? [position + 1] : [];
  });
}

/** A run may be empty. What the last run that was reached leads to holds all that earlier positions do. */
function closed(tokens: readonly Token[], positions: readonly number[]): readonly number[] {
  const all = new Set(
    positions.flatMap((position) => (tokens[position] === RUN ? [position, position + 1] : [position])),
  );
  const lastRun = Math.max(-1, ...[...all].filter((position) => tokens[position] === RUN));
  return [...all].filter((position) => position >= lastRun).toSorted((a, b) => a - b);
}

/** Characters on which some pattern's way depends. */
function charsAt(globs: readonly Glob[], state: State): ReadonlySet<string> {
  const tokens = globs.flatMap((glob, index) => (state[index] ?? []).map((position) => glob.tokens[position]));
  return new Set(tokens.filter(isSymbol));
}

/** A character for all those that no pattern names. */
function unusedChar(globs: readonly Glob[]): string {
  const used = new Set(globs.flatMap(({ tokens }) => tokens));
  for (let code = GUESS.charCodeAt(0); ; code++) {
    const char = String.fromCharCode(code);
    if (!used.has(char)) return char;
  }
}
