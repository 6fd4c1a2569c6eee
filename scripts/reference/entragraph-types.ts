import { isProperties, type Properties, type Value } from '../../provider/values';
import { type Choice, type Declaration, type Member, oneLine, type Shape } from './entragraph-declarations';

/** Place of what is declared, and what the provider takes there. */
export interface Taken {
  /** Path, for messages. */
  readonly at: string;
  /** JSON Schema of what the provider takes there; absent where it only gives. */
  readonly schema?: Properties | undefined;
  /** Values that the provider fills in by itself. */
  readonly defaults?: Properties;
  /** The same in lists: each with one entry. */
  readonly entries?: Properties;
}

const PREFIX = 'entragraph:index:';

/** Token of a resource, a function or a type. Pulumi's SDKs put `Args` behind the types of inputs by themselves. */
export function tokenOf(name: string): string {
  return `${PREFIX}${name.replace(/Args$/, '')}`;
}

/** Translates declared types into those of Pulumi's schema, and compares them with what the provider takes. */
export class SchemaTypes {
  private readonly shapes: ReadonlyMap<string, Shape>;
  private readonly choices: ReadonlyMap<string, Choice>;
  private readonly built = new Map<string, Properties>();

  constructor(declarations: readonly Declaration[]) {
    this.shapes = new Map(declarations.flatMap((one) => one.shapes).map((shape) => [shape.name, shape]));
    this.choices = new Map(declarations.flatMap((one) => one.choices).map((choice) => [choice.name, choice]));
  }

  /** The types that the properties so far refer to. */
  get used(): Properties {
    return Object.fromEntries([...this.built].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** @throws Error where a declaration and what the provider takes differ */
  properties(
    members: readonly Member[],
    { at, schema, defaults = {}, entries = {} }: Taken,
  ): Readonly<Record<string, Properties>> {
    if (schema !== undefined) ensureSameKeys(at, members, { schema, defaults });
    const taken = objectOf(schema?.['properties']);
    return Object.fromEntries(
      members.map(({ name, type, text, fallback }) => {
        const inner = schema === undefined ? undefined : objectOf(taken[name]);
        const written = this.type(type, { at: `${at}.${name}`, schema: inner, defaults: firstOf(entries[name]) });
        const ending = fallback === undefined ? '' : ` Default: ${fallback}.`;
        return [name, { ...written, description: `${oneLine(text)}${ending}` }];
      }),
    );
  }

  private type(type: string, taken: Taken): Properties {
    const { at, schema } = taken;
    if (type.endsWith('[]')) {
      ensureSame(at, 'array', schema?.['type']);
      const inner = schema === undefined ? undefined : objectOf(schema['items']);
      return { type: 'array', items: this.type(type.slice(0, -2), { ...taken, schema: inner }) };
    }
    const shape = this.shapes.get(type);
    const choice = this.choices.get(type);
    if (shape !== undefined) return this.shape(shape, taken);
    if (choice !== undefined) return this.choice(choice, taken);
    return scalar(type, taken);
  }

  private shape({ name, text, members }: Shape, taken: Taken): Properties {
    ensureSame(taken.at, 'object', taken.schema?.['type']);
    const properties = this.properties(members, taken);
    this.built.set(tokenOf(name), { type: 'object', description: text, properties, required: requiredOf(members) });
    return { $ref: `#/types/${tokenOf(name)}` };
  }

  private choice({ name, text, type }: Choice, { at, schema }: Taken): Properties {
    const values = [...type.matchAll(/'([^']*)'/g)].map(([, value = '']) => value);
    if (schema !== undefined) ensureSame(at, values.join(', '), listOf(schema['enum']).join(', '));
    this.built.set(tokenOf(name), { type: 'string', description: text, enum: values.map((value) => ({ value })) });
    return { $ref: `#/types/${tokenOf(name)}` };
  }
}

function scalar(type: string, { at, schema }: Taken): Properties {
  if (!['string', 'number', 'boolean'].includes(type)) {
    throw new Error(
      `${at}: '${type}' must be a string, a number, a boolean, an interface, a named choice, or a list of these`,
    );
  }
  // TypeScript has no whole numbers.
  if (type === 'number' && schema?.['type'] === 'integer') return { type: 'integer' };
  ensureSame(at, type, schema?.['type']);
  if (schema?.['enum'] !== undefined)
    throw new Error(`${at}: the choices that the provider takes must be a named type`);
  return { type };
}

/** Members that must be given, or are always there. */
export function requiredOf(members: readonly Member[]): readonly string[] {
  return members.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
}

/** The texts of a list; none if it is not a list. */
export function listOf(value: Value | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function objectOf(value: Value | undefined): Properties {
  return isProperties(value) ? value : {};
}

function firstOf(list: Value | undefined): Properties {
  return objectOf(Array.isArray(list) ? (list[0] as Value) : undefined);
}

function ensureSame(at: string, declared: string, taken: Value | undefined): void {
  if (taken === undefined || declared === taken) return;
  throw new Error(`${at}: constructs/graph declares ${declared}, and the provider takes ${JSON.stringify(taken)}`);
}

/** Ensures the same keys, and that what may be left out is optional to the provider, or filled in by it. */
function ensureSameKeys(
  at: string,
  members: readonly Member[],
  { schema, defaults }: { readonly schema: Properties; readonly defaults: Properties },
): void {
  const names = members.map(({ name }) => name).toSorted();
  ensureSame(at, names.join(', '), Object.keys(objectOf(schema['properties'])).toSorted().join(', '));
  const needed = listOf(schema['required']).filter((key) => defaults[key] === undefined);
  ensureSame(`${at}, required`, requiredOf(members).toSorted().join(', '), needed.toSorted().join(', '));
}
