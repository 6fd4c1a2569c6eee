/** Value of an expression of Azure Pipelines, as far as the pipelines use them. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** Names and functions that an expression may use. */
export interface Scope {
  /** `variables`, `parameters`, `dependencies`. */
  readonly names: Readonly<Record<string, Value>>;
  /** `succeeded` and others that depend on where the expression stands. */
  readonly functions?: Readonly<Record<string, () => boolean>>;
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|([A-Za-z_]\w*)|(-?\d+)|([()[\],.]))/y;

/** Evaluates an expression. @throws Error for what Azure Pipelines has and the evaluator does not */
export function evaluate(text: string, scope: Scope): Value {
  const tokens = tokensOf(text);
  const parser = new Parser(text, tokens, scope);
  return parser.whole();
}

export function isTrue(value: Value): boolean {
  return value === true || (typeof value === 'string' && value !== '') || (typeof value === 'number' && value !== 0);
}

export function textOf(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object') throw new Error(`${JSON.stringify(value)} is no text`);
  return String(value);
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const [token] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new Error(`${text}: not understood from '${text.slice(at)}'`);
    tokens.push(token.trim());
  }
  return tokens;
}

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly string[],
    private readonly scope: Scope,
  ) {}

  whole(): Value {
    const value = this.value();
    if (this.at < this.tokens.length) throw this.notUnderstood();
    return value;
  }

  private value(): Value {
    const token = this.next();
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (/^-?\d/.test(token)) return Number(token);
    if (token === 'true' || token === 'false') return token === 'true';
    if (this.tokens[this.at] === '(') return this.call(token);
    const named = this.scope.names[token];
    if (named === undefined) throw new Error(`${this.text}: unknown name '${token}'`);
    return this.members(named);
  }

  /** `.name` and `['name']`: what is not there is null. */
  private members(from: Value): Value {
    let value = from;
    for (;;) {
      const token = this.tokens[this.at];
      if (token !== '.' && token !== '[') return value;
      this.at++;
      const key = token === '.' ? this.next() : textOf(this.value());
      if (token === '[') this.take(']');
      value = memberOf(value, key);
    }
  }

  private call(name: string): Value {
    this.take('(');
    const values: Value[] = [];
    while (this.tokens[this.at] !== ')') {
      values.push(this.value());
      if (this.tokens[this.at] !== ')') this.take(',');
    }
    this.take(')');
    const ofPlace = this.scope.functions?.[name];
    if (ofPlace !== undefined && values.length === 0) return ofPlace();
    const known = FUNCTIONS[name];
    if (known === undefined)
      throw new Error(`${this.text}: unknown function '${name}' with ${values.length} arguments`);
    return known(values);
  }

  private take(token: string): void {
    if (this.next() !== token) throw this.notUnderstood();
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw this.notUnderstood();
    return token;
  }

  private notUnderstood(): Error {
    return new Error(`${this.text}: not understood at token ${this.at}`);
  }
}

function memberOf(value: Value, key: string): Value {
  if (value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) throw new Error(`'${key}' of ${JSON.stringify(value)}`);
  const entries = Object.entries(value as Readonly<Record<string, Value>>);
  // Azure Pipelines reads names without regard to case.
  return entries.find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1] ?? null;
}

const isSame = ([one = null, other = null]: readonly Value[]): boolean =>
  textOf(one).toLowerCase() === textOf(other).toLowerCase();

const FUNCTIONS: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  and: (values) => values.every(isTrue),
  or: (values) => values.some(isTrue),
  not: ([value = null]) => !isTrue(value),
  eq: isSame,
  ne: (values) => !isSame(values),
  contains: ([text = null, part = null]) => textOf(text).toLowerCase().includes(textOf(part).toLowerCase()),
  startsWith: ([text = null, part = null]) => textOf(text).toLowerCase().startsWith(textOf(part).toLowerCase()),
  replace: ([text = null, from = null, to = null]) => textOf(text).replaceAll(textOf(from), textOf(to)),
};
