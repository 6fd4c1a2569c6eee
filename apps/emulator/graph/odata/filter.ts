import { notImplemented } from '../graph-error';
import type { Json } from '../json';
import type { Token } from './tokens';
import { invalidFilter, tokenize } from './tokens';

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/** Names of properties from the outside in: `web/redirectUris`. Empty for the variable of an `any` itself. */
export type PropertyPath = readonly string[];

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'compare'; readonly path: PropertyPath; readonly operator: Comparison; readonly value: Json }
  | { readonly kind: 'in'; readonly path: PropertyPath; readonly values: readonly Json[] }
  | { readonly kind: 'startswith' | 'endswith'; readonly path: PropertyPath; readonly value: string }
  | { readonly kind: 'any'; readonly path: PropertyPath; readonly operand: Filter };

const COMPARISONS: readonly string[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] satisfies Comparison[];

/** Parses a `$filter`. @throws GraphError 400 where it is not one, 501 where it uses what the emulator lacks */
export function parseFilter(text: string): Filter {
  const parser = new FilterParser(text);
  return parser.parse();
}

class FilterParser {
  private readonly tokens: readonly Token[];
  private position = 0;
  private readonly variables: string[] = [];

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  parse(): Filter {
    const filter = this.parseOr();
    const rest = this.tokens[this.position];
    if (rest !== undefined) throw invalidFilter(`Syntax error at '${rest.value}'`, this.text);
    return filter;
  }

  private parseOr(): Filter {
    let left = this.parseAnd();
    while (this.takeWord('or')) left = { kind: 'or', left, right: this.parseAnd() };
    return left;
  }

  private parseAnd(): Filter {
    let left = this.parseNot();
    while (this.takeWord('and')) left = { kind: 'and', left, right: this.parseNot() };
    return left;
  }

  private parseNot(): Filter {
    if (this.takeWord('not')) return { kind: 'not', operand: this.parseNot() };
    if (!this.takePunctuation('(')) return this.parseTerm();
    const inner = this.parseOr();
    this.expect(')');
    return inner;
  }

  private parseTerm(): Filter {
    const word = this.next('word');
    if (this.takePunctuation('(')) return this.parseCall(word);
    if (this.takeWord('in')) return { kind: 'in', path: this.pathOf(word), values: this.parseList() };
    const operator = this.next('word').toLowerCase();
    if (!COMPARISONS.includes(operator)) throw invalidFilter(`Unknown operator '${operator}'`, this.text);
    return { kind: 'compare', path: this.pathOf(word), operator: operator as Comparison, value: this.literal() };
  }

  private parseCall(name: string): Filter {
    const lower = name.toLowerCase();
    if (lower === 'startswith' || lower === 'endswith') return this.parseTextFunction(lower);
    if (lower.endsWith('/any')) return this.parseAny(name.slice(0, -'/any'.length));
    throw notImplemented(`the filter function '${name}'`);
  }

  private parseTextFunction(kind: 'startswith' | 'endswith'): Filter {
    const path = this.pathOf(this.next('word'));
    this.expect(',');
    const value = this.next('text');
    this.expect(')');
    return { kind, path, value };
  }

  private parseAny(path: string): Filter {
    this.variables.push(this.next('word'));
    this.expect(':');
    const operand = this.parseOr();
    this.expect(')');
    this.variables.pop();
    return { kind: 'any', path: path.split('/'), operand };
  }

  private parseList(): readonly Json[] {
    this.expect('(');
    const values = [this.literal()];
    while (this.takePunctuation(',')) values.push(this.literal());
    this.expect(')');
    return values;
  }

  private literal(): Json {
    const token = this.tokens[this.position];
    if (token === undefined || token.kind === 'punctuation') throw invalidFilter('A value is missing', this.text);
    this.position += 1;
    return token.kind === 'text' ? token.value : bareLiteral(token.value);
  }

  /** Inside `any(x:x/id eq …)` the variable stands for the item. */
  private pathOf(word: string): PropertyPath {
    const path = word.split('/');
    return this.variables.includes(path[0] ?? '') ? path.slice(1) : path;
  }

  private next(kind: Token['kind']): string {
    const token = this.tokens[this.position];
    if (token?.kind !== kind) throw invalidFilter(`Syntax error at '${token?.value ?? 'the end'}'`, this.text);
    this.position += 1;
    return token.value;
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'word' || token.value.toLowerCase() !== word) return false;
    this.position += 1;
    return true;
  }

  private takePunctuation(mark: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'punctuation' || token.value !== mark) return false;
    this.position += 1;
    return true;
  }

  private expect(mark: string): void {
    if (!this.takePunctuation(mark)) throw invalidFilter(`'${mark}' is missing`, this.text);
  }
}

/** GUIDs and dates are written without quotes; they are compared as text. */
function bareLiteral(word: string): Json {
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  return /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : word;
}
