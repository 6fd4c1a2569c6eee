import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { evaluate, isTrue, textOf, type Value } from './expression';

type Mapping = Readonly<Record<string, Value>>;

const JsonValue: z.ZodType<Value> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(JsonValue), z.record(z.string(), JsonValue)]),
);
const Declared = z.array(z.looseObject({ name: z.string(), default: JsonValue.optional() })).default([]);
const Included = z.strictObject({ template: z.string(), parameters: z.record(z.string(), JsonValue).default({}) });

/** A pipeline with its templates included and their expressions replaced. @throws Error for what is not known here */
export function expandPipeline(root: string, file: string, given: Mapping = {}): Mapping {
  return expandFile(join(root, file), given);
}

function expandFile(file: string, given: Mapping): Mapping {
  const { parameters, ...body } = z.record(z.string(), JsonValue).parse(parse(readFileSync(file, 'utf8')));
  const declared = Declared.parse(parameters ?? []);
  const unknown = Object.keys(given).filter((name) => !declared.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`${file}: unexpected parameters: ${unknown.join(', ')}`);
  const values = Object.fromEntries(
    declared.map(({ name, default: fallback }) => {
      const value = given[name] ?? fallback;
      if (value === undefined) throw new Error(`${file}: the parameter ${name} has no value`);
      return [name, value];
    }),
  );
  const expanded = new Expansion(file, values).value(body);
  if (!isMapping(expanded)) throw new Error(`${file}: a mapping is expected`);
  return expanded;
}

const CONDITION = /^\$\{\{ (if|elseif|else)\b ?(.*?) ?\}\}$/;

class Expansion {
  constructor(
    private readonly file: string,
    private readonly parameters: Mapping,
  ) {}

  value(value: Value): Value {
    if (typeof value === 'string') return this.text(value);
    if (isList(value)) return this.list(value);
    return isMapping(value) ? this.mapping(value) : value;
  }

  private list(items: readonly Value[]): readonly Value[] {
    return items.flatMap((item): readonly Value[] => {
      if (!isMapping(item)) return [this.value(item)];
      const [first, ...more] = Object.entries(item);
      if (first !== undefined && more.length === 0 && CONDITION.test(first[0])) {
        const [key, inner] = first;
        if (!isList(inner)) throw new Error(`${this.file}: ${key} in a list needs a list`);
        return this.isMet(key) ? this.list(inner) : [];
      }
      return 'template' in item ? this.included(item) : [this.mapping(item)];
    });
  }

  /** Stages or steps of a template, which its file has below one key. */
  private included(item: Mapping): readonly Value[] {
    const { template, parameters } = Included.parse(item);
    const given = this.value(parameters);
    if (!isMapping(given)) throw new Error(`${this.file}: parameters of ${template}`);
    const [content, ...more] = Object.values(expandFile(join(dirname(this.file), template), given));
    if (content === undefined || more.length > 0 || !isList(content)) throw new Error(`${template}: one list expected`);
    return content;
  }

  private mapping(mapping: Mapping): Mapping {
    return Object.fromEntries(
      Object.entries(mapping).flatMap(([key, inner]): readonly [string, Value][] => {
        if (!CONDITION.test(key)) return [[key, this.value(inner)]];
        const more = this.isMet(key) ? this.value(inner) : {};
        if (!isMapping(more)) throw new Error(`${this.file}: ${key} in a mapping needs a mapping`);
        return Object.entries(more);
      }),
    );
  }

  private isMet(key: string): boolean {
    const [, kind, condition = ''] = CONDITION.exec(key) ?? [];
    if (kind !== 'if') throw new Error(`${this.file}: ${key} is not known here`);
    return isTrue(this.evaluate(condition));
  }

  /** A text that is one expression becomes its value; others within a text become text. */
  private text(text: string): Value {
    const [, whole] = /^\$\{\{ ((?:(?!\}\}).)+) \}\}$/.exec(text) ?? [];
    if (whole !== undefined) return this.evaluate(whole);
    return text.replaceAll(/\$\{\{ ?(.+?) ?\}\}/g, (_all, expression: string) => textOf(this.evaluate(expression)));
  }

  private evaluate(expression: string): Value {
    return evaluate(expression, { names: { parameters: this.parameters } });
  }
}

export function isMapping(value: Value | undefined): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
