import { parse } from 'yaml';
import { z } from 'zod';

type Files = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, unknown>>;

const Declared = z.array(z.looseObject({ name: z.string(), default: z.unknown().optional() }));
const Entry = z.looseObject({ parameters: Declared.default([]), stages: z.array(z.unknown()) });
const Template = z.object({
  parameters: Declared,
  stages: z.array(z.unknown()).optional(),
  steps: z.array(z.unknown()).optional(),
});

const FOLDER = 'azure-pipelines/';

/** Pipelines of Azure DevOps after their templates are expanded: parameters, conditions on them, `replace`, and other templates. */
export function expandPipelines(files: Files): Values {
  const isTemplate = (path: string): boolean => /identity-(?:settings|stage|steps)\.yml$/.test(path);
  const entries = Object.entries(files).filter(([path]) => path.startsWith(FOLDER) && !isTemplate(path));
  return Object.fromEntries(
    entries.map(([path, text]) => {
      const { stages, ...rest } = Entry.parse(parse(text));
      return [path, { ...rest, stages: list(stages, valuesOf(rest.parameters, {}), files) }];
    }),
  );
}

function valuesOf(declared: z.infer<typeof Declared>, given: Values): Values {
  return Object.fromEntries(
    declared.map(({ name, default: value }) => {
      const found = name in given ? given[name] : value;
      if (found === undefined) throw new Error(`the parameter ${name} has no value`);
      return [name, found];
    }),
  );
}

function list(items: readonly unknown[], values: Values, files: Files): readonly unknown[] {
  return items.flatMap((item) => {
    if (!isRecord(item)) return [valueIn(item, values, files)];
    const [[key, inner] = ['', undefined]] = Object.entries(item);
    if (key.startsWith('${{ if ')) return isTrue(key, values) && Array.isArray(inner) ? list(inner, values, files) : [];
    if (key !== 'template') return [valueIn(item, values, files)];
    const { parameters = {} } = item;
    const template = Template.parse(parse(files[`${FOLDER}${String(inner)}`] ?? ''));
    const given = valueIn(parameters, values, files);
    const own = valuesOf(template.parameters, isRecord(given) ? given : {});
    return list(template.stages ?? template.steps ?? [], own, files);
  });
}

function valueIn(value: unknown, values: Values, files: Files): unknown {
  if (typeof value === 'string') return textIn(value, values);
  if (Array.isArray(value)) return list(value, values, files);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (!key.startsWith('${{ if ')) return [[key, valueIn(inner, values, files)]];
      const more = valueIn(inner, values, files);
      return isTrue(key, values) && isRecord(more) ? Object.entries(more) : [];
    }),
  );
}

function isTrue(key: string, values: Values): boolean {
  const [, test, name = '', text] = /^\$\{\{ if (ne|eq)\(parameters\.(\w+), '([\w-]*)'\) \}\}$/.exec(key) ?? [];
  if (!(name in values)) throw new Error(`${key}: unknown parameter`);
  return (values[name] === text) === (test === 'eq');
}

function textIn(text: string, values: Values): unknown {
  const valueOf = (name: string): unknown => {
    if (!(name in values)) throw new Error(`${text}: unknown parameter ${name}`);
    return values[name];
  };
  const whole = /^\$\{\{ parameters\.(\w+) \}\}$/.exec(text)?.[1];
  if (whole !== undefined) return valueOf(whole);
  return text
    .replaceAll(/\$\{\{ parameters\.(\w+) \}\}/g, (_all, name: string) => String(valueOf(name)))
    .replaceAll(/\$\{\{ replace\(parameters\.(\w+), '-', '_'\) \}\}/g, (_all, name: string) =>
      String(valueOf(name)).replaceAll('-', '_'),
    );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
