import { badRequest, notImplemented } from '../graph-error';
import { isList, isObject, type Json, own } from '../json';

/** Names of properties from the outside in: `web/redirectUris`. Empty for the variable of an `any` itself. */
export type PropertyPath = readonly string[];

export function valueAt(item: Json, path: PropertyPath): Json {
  return path.reduce<Json>((value, name) => (isObject(value) ? (own(value, name) ?? null) : null), item);
}

function itemsAt(item: Json, path: PropertyPath): readonly Json[] {
  const value = valueAt(item, path);
  return isList(value) ? value : [];
}

function isEqual(value: Json, wanted: Json): boolean {
  return typeof value === 'string' && typeof wanted === 'string' ? lower(value) === lower(wanted) : value === wanted;
}

/** Dates in ISO 8601 sort as text. */
export function order(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [lower(a), lower(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function lower(value: Json): string {
  return typeof value === 'string' ? value.toLowerCase() : JSON.stringify(value);
}

type Test = (item: Json) => boolean;

interface Comparison {
  readonly property: string;
  readonly value: Json;
}

/** A `$filter`, parsed. */
export interface Filter {
  /** Says that an object passes. Text is compared as the directory does: without regard to case. */
  readonly matches: Test;
  /** Properties that it names, in their order: `web/redirectUris`. */
  readonly properties: readonly string[];
  /** Values that properties are compared with. */
  readonly comparisons: readonly Comparison[];
  /** The directory answers it only as an advanced query. */
  readonly isAdvanced: boolean;
  /** A limit that it exceeds unless the query is advanced. */
  readonly excess: string | undefined;
}

const COMPARISONS: Readonly<Record<string, (value: Json, wanted: Json) => boolean>> = {
  eq: isEqual,
  ne: (value, wanted) => !isEqual(value, wanted),
  gt: (value, wanted) => value !== null && order(value, wanted) > 0,
  ge: (value, wanted) => value !== null && order(value, wanted) >= 0,
  lt: (value, wanted) => value !== null && order(value, wanted) < 0,
  le: (value, wanted) => value !== null && order(value, wanted) <= 0,
};

/** Parses a `$filter`. @throws GraphError 400 where it is not one, 501 where it uses what the emulator lacks */
export function parseFilter(text: string): Filter {
  return new FilterParser(text).parse();
}

class FilterParser {
  private readonly tokens: readonly Token[];
  private position = 0;
  /** Variables of the `any` around the position, with the property that each goes through. */
  private readonly variables = new Map<string, string>();
  private readonly properties: string[] = [];
  private readonly comparisons: Comparison[] = [];
  private isAdvanced = false;
  private excess: string | undefined;
  /** Expressions that `or` joins. */
  private clauses = 1;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  parse(): Filter {
    const matches = this.parseOr();
    const rest = this.tokens[this.position];
    if (rest !== undefined) throw invalidFilter(`Syntax error at '${rest.value}'`, this.text);
    const { properties, comparisons, isAdvanced, excess } = this;
    return { matches, properties, comparisons, isAdvanced, excess };
  }

  private parseOr(): Test {
    const tests = [this.parseAnd()];
    while (this.take('word', 'or')) tests.push(this.parseAnd());
    this.clauses += tests.length - 1;
    this.checkClauses(this.clauses);
    return (item) => tests.some((test) => test(item));
  }

  private parseAnd(): Test {
    const tests = [this.parseNot()];
    while (this.take('word', 'and')) tests.push(this.parseNot());
    return (item) => tests.every((test) => test(item));
  }

  private parseNot(): Test {
    if (this.take('word', 'not')) {
      this.needAdvanced();
      const inner = this.parseNot();
      return (item) => !inner(item);
    }
    if (!this.take('punctuation', '(')) return this.parseTerm();
    const inner = this.parseOr();
    this.expect(')');
    return inner;
  }

  private parseTerm(): Test {
    const word = this.next('word');
    if (this.take('punctuation', '(')) return this.parseCall(word);
    const path = this.pathOf(word);
    if (this.take('word', 'in')) {
      const values = this.parseList();
      for (const value of values) this.comparisons.push({ property: this.propertyOf(word), value });
      return (item) => values.some((value) => isEqual(valueAt(item, path), value));
    }
    const operator = this.next('word').toLowerCase();
    const compare = own(COMPARISONS, operator);
    if (compare === undefined) throw invalidFilter(`Unknown operator '${operator}'`, this.text);
    if (operator === 'ne') this.needAdvanced();
    const wanted = this.literal();
    this.comparisons.push({ property: this.propertyOf(word), value: wanted });
    if (operator === 'eq' && typeof wanted === 'string' && wanted.length > LONGEST_VALUE)
      this.excess = `A value may have at most ${LONGEST_VALUE} characters`;
    return (item) => compare(valueAt(item, path), wanted);
  }

  private parseCall(name: string): Test {
    const kind = name.toLowerCase();
    if (kind === 'startswith' || kind === 'endswith') return this.parseTextFunction(kind);
    if (kind.endsWith('/any')) return this.parseAny(name.slice(0, -'/any'.length));
    throw notImplemented(`the filter function '${name}'`);
  }

  private parseTextFunction(kind: 'startswith' | 'endswith'): Test {
    if (kind === 'endswith') this.needAdvanced();
    const path = this.pathOf(this.next('word'));
    this.expect(',');
    const value = this.next('text').toLowerCase();
    this.expect(')');
    return kind === 'startswith'
      ? (item) => lower(valueAt(item, path)).startsWith(value)
      : (item) => lower(valueAt(item, path)).endsWith(value);
  }

  private parseAny(word: string): Test {
    const path = this.pathOf(word);
    const variable = this.next('word');
    this.variables.set(variable, this.propertyOf(word));
    this.expect(':');
    const inner = this.parseOr();
    this.expect(')');
    this.variables.delete(variable);
    return (item) => itemsAt(item, path).some(inner);
  }

  private parseList(): readonly Json[] {
    this.expect('(');
    const values = [this.literal()];
    while (this.take('punctuation', ',')) values.push(this.literal());
    this.checkClauses(values.length);
    this.expect(')');
    return values;
  }

  private literal(): Json {
    const token = this.tokens[this.position];
    if (token === undefined || token.kind === 'punctuation') throw invalidFilter('A value is missing', this.text);
    this.position += 1;
    return token.kind === 'text' ? token.value : bareLiteral(token.value);
  }

  /** Names of a property from the outside in. Inside `any(x:x/id eq …)` the variable stands for the item. */
  private pathOf(word: string): PropertyPath {
    const [first = '', ...rest] = word.split('/');
    this.properties.push(this.propertyOf(word));
    return this.variables.has(first) ? rest : [first, ...rest];
  }

  /** `appRoles/value` for `x/value` inside `appRoles/any(x:…)`. */
  private propertyOf(word: string): string {
    const [first = '', ...rest] = word.split('/');
    return [this.variables.get(first) ?? first, ...rest].join('/');
  }

  private checkClauses(clauses: number): void {
    if (clauses <= MOST_CLAUSES) return;
    this.excess = `Too many child clauses specified in search filter expression: at most ${MOST_CLAUSES}`;
  }

  /** Inside `any` the directory asks for nothing more. */
  private needAdvanced(): void {
    if (this.variables.size === 0) this.isAdvanced = true;
  }

  private next(kind: Token['kind']): string {
    const token = this.tokens[this.position];
    if (token?.kind !== kind) throw invalidFilter(`Syntax error at '${token?.value ?? 'the end'}'`, this.text);
    this.position += 1;
    return token.value;
  }

  private take(kind: Token['kind'], value: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== kind || token.value.toLowerCase() !== value) return false;
    this.position += 1;
    return true;
  }

  private expect(mark: string): void {
    if (!this.take('punctuation', mark)) throw invalidFilter(`'${mark}' is missing`, this.text);
  }
}

/** https://learn.microsoft.com/graph/known-issues, 'Query parameters': expressions of `in`, and of `or` by the service's own error. */
const MOST_CLAUSES = 15;
/** The same page: characters of the value that `eq` compares with. */
const LONGEST_VALUE = 120;

/** GUIDs and dates are written without quotes; they are compared as text. */
function bareLiteral(word: string): Json {
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  return /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : word;
}

/** A piece of a `$filter`. Text is without its quotes. */
interface Token {
  readonly kind: 'word' | 'text' | 'punctuation';
  readonly value: string;
}

/** Quoted text (a quote inside is doubled), punctuation, or a word: a name, an operator, a number, a date, a GUID. */
const PIECE = /\s*(?:'(?<text>(?:[^']|'')*)'|(?<punctuation>[(),:])|(?<word>[^\s'(),:]+(?::\d[^\s'(),]*)*))/y;

/** Cuts a `$filter` into pieces. @throws GraphError 400 where a quote is not closed */
function tokenize(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (filter.slice(position).trim() !== '') {
    PIECE.lastIndex = position;
    const groups = PIECE.exec(filter)?.groups;
    if (groups === undefined)
      throw invalidFilter(`There is an unterminated string literal at position ${position}`, filter);
    tokens.push(tokenOf(groups));
    position = PIECE.lastIndex;
  }
  return tokens;
}

function tokenOf({ text, punctuation, word }: Readonly<Record<string, string | undefined>>): Token {
  if (text !== undefined) return { kind: 'text', value: text.replaceAll("''", "'") };
  if (punctuation !== undefined) return { kind: 'punctuation', value: punctuation };
  return { kind: 'word', value: word ?? '' };
}

function invalidFilter(problem: string, filter: string): Error {
  return badRequest(`Invalid filter clause: ${problem} in '${filter}'.`, 'BadRequest');
}
