import type { JsonSchema } from './json-schema';

/** Anchor that GitHub gives a heading. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

/** A value as one would write it in YAML, as code. */
export function codeOf(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** The type of a key in words; a mapping of its own is a link to its section. */
export function describeType(schema: JsonSchema, link: string): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace(/^.*\//, '');
    return `[${name}](#${slugOf(name)})`;
  }
  if (schema.const !== undefined) return codeOf(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(codeOf).join(' or ');
  if (schema.items !== undefined) return `list of ${plural(describeType(schema.items, link))}`;
  if (schema.type !== 'object') return schema.type ?? 'any value';
  if (schema.properties !== undefined) return `[mapping](${link})`;
  const { additionalProperties } = schema;
  const isOfStrings = typeof additionalProperties === 'object' && additionalProperties.type === 'string';
  return isOfStrings ? 'mapping of strings' : 'mapping';
}

function plural(type: string): string {
  return type.startsWith('[mapping]') ? type.replace('[mapping]', '[mappings]') : type === 'string' ? 'strings' : type;
}

/** Limits in words; empty where there is none. */
export function describeLimits(schema: JsonSchema): string {
  const item = schema.items;
  const hasPattern = schema.pattern !== undefined;
  return [
    hasPattern && schema.maxLength === undefined ? '' : range(schema.minLength, schema.maxLength, 'characters'),
    range(schema.minItems, schema.maxItems, 'items'),
    range(schema.minProperties, schema.maxProperties, 'entries'),
    range(schema.minimum, schema.maximum, ''),
    item?.minLength === undefined ? '' : `each ${range(item.minLength, item.maxLength, 'characters')}`,
    schema.pattern === undefined ? '' : `\`${schema.pattern}\``,
  ]
    .filter((text) => text !== '')
    .join(', ');
}

function range(min: number | undefined, max: number | undefined, what: string): string {
  if (min === undefined && max === undefined) return '';
  if (max === undefined) return min === 1 ? 'not empty' : `at least ${min ?? 0} ${what}`.trimEnd();
  return (min === undefined ? `at most ${max} ${what}` : `${min} to ${max} ${what}`).trimEnd();
}
