/** Values of metrics in a period; undefined where a metric has none. */
export type Values = Readonly<Record<string, number | undefined>>;
type Value = number | undefined | readonly (number | undefined)[];

const TOTALS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};
const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

/**
 * Value of a CloudWatch metric math expression in a period, in which metrics may be missing. What is calculated with a missing
 * value is missing; `FILL` alone makes one ('Using metric math', CloudWatch). Of functions it knows those of the templates.
 *
 * @throws Error for an expression with others
 */
export function metricMath(expression: string, values: Values): number | undefined {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(\.\d+)?|\S/g) ?? [];
  const parser = new Parser(tokens, values);
  const value = parser.sum();
  if (parser.rest !== 0) throw new Error(`${expression}: not understood`);
  if (isList(value)) throw new Error(`${expression}: gives several values`);
  return value;
}

/** Ids of the metrics of an expression. */
export function metricsOf(expression: string): readonly string[] {
  return [...expression.matchAll(/[a-z]\w*/g)].map(([id]) => id);
}

class Parser {
  private next = 0;

  constructor(
    private readonly tokens: readonly string[],
    private readonly values: Values,
  ) {}

  get rest(): number {
    return this.tokens.length - this.next;
  }

  sum(): Value {
    return this.chain(['+', '-'], () => this.chain(['*', '/'], () => this.term()));
  }

  private chain(operators: readonly string[], part: () => Value): Value {
    let value = part();
    for (let token = this.tokens[this.next]; token !== undefined && operators.includes(token);) {
      this.next += 1;
      value = calculate(OPERATORS[token], value, part());
      token = this.tokens[this.next];
    }
    return value;
  }

  private term(): Value {
    const token = this.take();
    if (/^\d/.test(token)) return Number(token);
    if (token === '(') return this.until(')')[0];
    if (token === '[') return this.until(']').map(single);
    if (this.tokens[this.next] !== '(') return this.metric(token);
    this.next += 1;
    return call(token, this.until(')'));
  }

  private metric(id: string): number | undefined {
    if (!Object.hasOwn(this.values, id)) throw new Error(`no metric ${id}`);
    return this.values[id];
  }

  private until(end: string): readonly Value[] {
    const parts = [this.sum()];
    for (let token = this.take(); token !== end; token = this.take()) {
      if (token !== ',') throw new Error(`'${token}' where ${end} was due`);
      parts.push(this.sum());
    }
    return parts;
  }

  private take(): string {
    const token = this.tokens[this.next];
    if (token === undefined) throw new Error('the expression ends too early');
    this.next += 1;
    return token;
  }
}

function call(name: string, [first, second]: readonly Value[]): Value {
  if (name === 'FILL') return single(first) ?? single(second);
  const total = TOTALS[name];
  if (total === undefined || !isList(first)) throw new Error(`${name} is not known, or is not of a list`);
  const values = first.filter((value) => value !== undefined);
  return values.length < first.length ? undefined : total(values);
}

function calculate(operator: ((left: number, right: number) => number) | undefined, left: Value, right: Value): Value {
  const [one, other] = [single(left), single(right)];
  return operator === undefined || one === undefined || other === undefined ? undefined : operator(one, other);
}

function single(value: Value): number | undefined {
  if (isList(value)) throw new Error('a list where a value was due');
  return value;
}

function isList(value: Value): value is readonly (number | undefined)[] {
  return Array.isArray(value);
}
