import { z } from 'zod';
import { SETTINGS } from '../../provider/config/provider-config';
import { FUNCTIONS } from '../../provider/functions';
import type { ResourceType } from '../../provider/resource';
import { RESOURCE_TYPES } from '../../provider/resource-types';
import type { Properties } from '../../provider/values';
import type { Declaration, Member, Shape } from './entragraph-declarations';
import { listOf, requiredOf, SchemaTypes, tokenOf } from './entragraph-types';

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
