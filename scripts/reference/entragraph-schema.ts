import { z } from 'zod';
import { SETTINGS } from '../../provider/config/provider-config';
import { FUNCTIONS } from '../../provider/functions';
import type { ResourceType } from '../../provider/resource';
import { RESOURCE_TYPES } from '../../provider/resource-types';
import { isProperties, type Properties, type Value } from '../../provider/values';
import { type Choice, type Declaration, type Member, oneLine, type Shape } from './entragraph-declarations';

/**
 * Part of the package's schema (https://www.pulumi.com/docs/iac/extending-pulumi/schema/) that is made from declarations:
 * names, types and descriptions are theirs; what replaces a resource, what is secret and what is a whole number are the
 * provider's.
 *
 * @throws Error where a declaration and what the provider takes differ
 */
export function entragraphSchema(declarations: readonly Declaration[]): Properties {
  const types = new SchemaTypes(declarations);
  const resources = declared(declarations, 'class', RESOURCE_TYPES).map(([one, type]) => resourceOf(one, type, types));
  const functions = declared(declarations, 'function', FUNCTIONS).map(([one, { schema }]) =>
    functionOf(one, schema, types),
  );
  const config = configuration();
  const description = 'The sign-in of the provider. Each key means what it means to azuread.';
  return {
    config: { variables: config },
    provider: { description, inputProperties: config },
    types: types.used,
    resources: Object.fromEntries(resources),
    functions: Object.fromEntries(functions),
  };
}

export function entragraphSchemaText(declarations: readonly Declaration[]): string {
  return `${JSON.stringify(entragraphSchema(declarations), null, 2)}\n`;
}

/** Declarations with what the provider has of each. Its own class is the way in which a program of Node configures it. */
function declared<T>(
  declarations: readonly Declaration[],
  kind: Declaration['kind'],
  known: Readonly<Record<string, T>>,
): readonly (readonly [Declaration, T])[] {
  const ours = declarations.filter((one) => one.kind === kind && one.name !== 'GraphProvider');
  const missing = Object.keys(known).filter((name) => ours.every((one) => one.name !== name));
  if (missing.length > 0) throw new Error(`constructs/graph must declare what the provider has: ${missing.join(', ')}`);
  return ours.map((one) => {
    const found = known[one.name];
    if (found === undefined) throw new Error(`the provider must have what constructs/graph declares: ${one.name}`);
    return [one, found];
  });
}

type Entry = readonly [token: string, Properties];

function resourceOf(
  { name, text, args, outputs }: Declaration,
  type: ResourceType<Properties>,
  types: SchemaTypes,
): Entry {
  const members = membersOf(name, args);
  const schema = jsonSchemaOf(type.schema);
  const lists = Object.fromEntries(members.filter((one) => one.type.endsWith('Args[]')).map((one) => [one.name, [{}]]));
  const filled = { defaults: type.withDefaults({}), entries: type.withDefaults(lists) };
  const inputs = types.properties(members, { at: name, schema, ...filled });
  const inputProperties = Object.fromEntries(
    Object.entries(inputs).map(([key, property]) => [key, { ...property, ...marksOf(type, key) }]),
  );
  const properties = { ...inputProperties, ...types.properties(outputs, { at: name }) };
  const always = [...listOf(schema['required']), ...outputs.map((output) => output.name)];
  const required = Object.keys(properties).filter((key) => always.includes(key));
  const entry = { description: text, inputProperties, requiredInputs: requiredOf(members), properties, required };
  return [tokenOf(name), entry];
}

function marksOf(type: ResourceType<Properties>, key: string): Properties {
  return {
    ...(type.replaceOn.includes(key) && { replaceOnChanges: true }),
    ...(type.secretOutputs?.includes(key) && { secret: true }),
  };
}

function functionOf({ name, text, args, outputs }: Declaration, schema: z.ZodType, types: SchemaTypes): Entry {
  const members = membersOf(name, args);
  const inputs = types.properties(members, { at: name, schema: jsonSchemaOf(schema) });
  const entry = {
    description: text,
    inputs: { type: 'object', properties: inputs, required: requiredOf(members) },
    outputs: { type: 'object', properties: types.properties(outputs, { at: name }), required: requiredOf(outputs) },
  };
  return [tokenOf(name), entry];
}

function membersOf(name: string, args: Shape | undefined): readonly Member[] {
  if (args === undefined) throw new Error(`constructs/graph: ${name} needs an interface of its arguments`);
  return args.members;
}

function jsonSchemaOf(schema: z.ZodType): Properties {
  return z.toJSONSchema(schema) as unknown as Properties;
}

function configuration(): Properties {
  const entries = Object.entries(SETTINGS).map(([key, setting]): Entry => {
    const variables = setting.variables.map((name) => `\`${name}\``).join(', ');
    const type = 'isFlag' in setting ? 'boolean' : 'string';
    const description = `${setting.meaning} Default: the environment variable ${variables}.`;
    return [key, { type, description, ...('isSecret' in setting && { secret: true }) }];
  });
  return Object.fromEntries(entries);
}

/** Place of what is declared, and what the provider takes there. */
interface Taken {
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
function tokenOf(name: string): string {
  return `${PREFIX}${name.replace(/Args$/, '')}`;
}

/** Translates declared types into those of Pulumi's schema, and compares them with what the provider takes. */
class SchemaTypes {
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
function requiredOf(members: readonly Member[]): readonly string[] {
  return members.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
}

/** The texts of a list; none if it is not a list. */
function listOf(value: Value | undefined): readonly string[] {
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
