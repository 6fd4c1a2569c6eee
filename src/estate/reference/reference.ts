import { SCHEMA_LINE } from '../source/estate-folder';
import type { JsonSchema } from './json-schema';

/** A mapping of the estate file: a heading of the reference, and a list of its keys. */
interface Section {
  readonly heading: string;
  readonly schema: JsonSchema;
}

/** The smallest estate that gives somebody something. */
export const EXAMPLE = `${SCHEMA_LINE}
apiVersion: entra-aws-identity/v1
workforce:
  groups:
    - name: Security Auditors
access:
  permissionSets:
    - name: SecurityAudit
      description: Read configuration and logs everywhere.
      managedPolicies: [SecurityAudit]
  grants:
    - group: Security Auditors
      permissionSets: [SecurityAudit]
      accounts:
        include: [{ all: true }]
        exclude: [{ ou: /Sandbox }]
`;

const INTRODUCTION = `# The estate file

Every key of \`estates/<name>/estate.yaml\`. Generated from the schema by \`npm run reference\`: edit the \`schema.ts\` of the section in \`src/estate/sections\`, not this file.

A key that is not listed here is an error. Every section may be absent: then its stacks are not built. A key is optional unless it is *required*, takes a text unless a type is named, and a list has no empty text. Guides: [access](access-guide.md), [Entra ID and Azure AD B2C](entra-guide.md), [Azure](bicep.md); what is checked beyond the form: [limits](limits.md).

\`\`\`yaml
${EXAMPLE}\`\`\`
`;

/** The reference of the estate file as Markdown. */
export function estateReference(root: JsonSchema): string {
  return [INTRODUCTION, schemaReference(root, ROOT)].join('\n');
}

const ROOT = 'estate.yaml';

/** Keys of everything that a schema describes, below a heading for each mapping. */
function schemaReference(root: JsonSchema, title: string): string {
  const definitions = Object.entries(root.$defs ?? {})
    .filter(([, schema]) => schema.properties !== undefined)
    .flatMap(([heading, schema]) => sectionsBelow(schema, heading))
    .toSorted((a, b) => (a.heading < b.heading ? -1 : 1));
  const sections = [
    ...sectionsBelow(root, '').map((one) => ({ ...one, heading: one.heading === '' ? title : one.heading })),
    ...definitions,
  ];
  const first = firstOf(sections);
  const told = sections.filter(({ heading, schema }) => first(schema) === heading);
  return told.map((section) => renderSection(section, first, title)).join('\n');
}

/** Heading below which the keys of a mapping are told: mappings of the same keys share it. */
type HeadingOf = (schema: JsonSchema) => string | undefined;

function firstOf(sections: readonly Section[]): HeadingOf {
  const keysOf = ({ properties, required }: JsonSchema): string => JSON.stringify([properties, required]);
  const headings = Map.groupBy(sections, ({ schema }) => keysOf(schema));
  return (schema) => headings.get(keysOf(schema))?.[0]?.heading;
}

/** The mapping itself and those nested in it, in the order of the keys. Definitions are sections of their own. */
function sectionsBelow(schema: JsonSchema, path: string): readonly Section[] {
  const own: readonly Section[] = [{ heading: path, schema }];
  const nested = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const child = path === '' ? key : `${path}.${key}`;
    if (value.properties !== undefined) return sectionsBelow(value, child);
    return value.items?.properties === undefined ? [] : sectionsBelow(value.items, `${child}[]`);
  });
  return [...own, ...nested];
}

function renderSection({ heading, schema }: Section, headingOf: HeadingOf, title: string): string {
  const description = schema.description === undefined || heading === ROOT ? '' : `${schema.description}\n\n`;
  const lines = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const target = headingOf(value.items?.properties === undefined ? value : value.items) ?? '';
    const facts = factsOf(value, `#${slugOf(target)}`, schema.required?.includes(key) ?? false);
    // A mapping has its description in its own section.
    const isOwn = target === (heading === title ? key : `${heading}.${key}`);
    const meaning = value.description === undefined || isOwn ? '' : `: ${value.description}`;
    return `- \`${key}\`${facts === '' ? '' : ` (${facts})`}${meaning}`;
  });
  return `## ${heading}\n\n${description}${lines.join('\n')}\n`;
}

function factsOf(value: JsonSchema, link: string, isRequired: boolean): string {
  return [
    describeType(value, link),
    isRequired ? '*required*' : '',
    value.default === undefined ? '' : `default ${codeOf(value.default)}`,
    describeLimits(value),
  ]
    .filter((fact) => fact !== '')
    .join(', ');
}

/** Anchor that GitHub gives a heading. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

/** A value as one would write it in YAML, as code. */
function codeOf(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

/** The type of a key in words; a mapping of its own is a link to its section. */
function describeType(schema: JsonSchema, link: string): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace(/^.*\//, '');
    return `[${name}](#${slugOf(name)})`;
  }
  if (schema.const !== undefined) return codeOf(schema.const);
  if (schema.anyOf?.every(({ type }) => type === 'object')) return alternatives(schema.anyOf.map(keysOf));
  if (schema.enum !== undefined) return alternatives(schema.enum.map(codeOf));
  if (schema.items !== undefined) return listOf(describeType(schema.items, link));
  if (schema.properties !== undefined) return `[mapping](${link})`;
  return schema.type === 'object' ? describeEntries(schema) : describeValue(schema);
}

/** `{ state: known, arn }` */
function keysOf({ properties = {} }: JsonSchema): string {
  const keys = Object.entries(properties).map(([key, { const: only }]) =>
    typeof only === 'string' ? `${key}: ${only}` : key,
  );
  return `\`{ ${keys.join(', ')} }\``;
}

function alternatives(values: readonly string[]): string {
  return [values.slice(0, -1).join(', '), ...values.slice(-1)].filter((text) => text !== '').join(' or ');
}

/** A text needs no word. */
function describeValue({ type = 'any value' }: JsonSchema): string {
  return type === 'string' ? '' : type;
}

function describeEntries(schema: JsonSchema): string {
  const { additionalProperties } = schema;
  const isOfStrings = typeof additionalProperties === 'object' && additionalProperties.type === 'string';
  return isOfStrings ? 'mapping of strings' : 'mapping';
}

function listOf(type: string): string {
  return type === '' ? 'list' : type.startsWith('[mapping]') ? type.replace('[mapping]', '[list]') : `list of ${type}`;
}

/** Limits in words; empty where there is none. */
function describeLimits(schema: JsonSchema): string {
  const item = schema.items;
  const hasPattern = schema.pattern !== undefined;
  return [
    hasPattern && schema.maxLength === undefined ? '' : range(schema.minLength, schema.maxLength, 'characters'),
    range(schema.minItems, schema.maxItems, 'items'),
    range(schema.minProperties, schema.maxProperties, 'entries'),
    range(schema.minimum, schema.maximum, ''),
    item?.maxLength === undefined ? '' : `each ${range(item.minLength, item.maxLength, 'characters')}`,
    describePattern(schema),
  ]
    .filter((text) => text !== '')
    .join(', ');
}

/** Longest pattern that a reader makes something of, in characters. */
const SHOWN_PATTERN = 80;

function describePattern({ pattern = '', patternErrorMessage = '' }: JsonSchema): string {
  const [, allowed] = /\((.*)\)$/.exec(patternErrorMessage) ?? [];
  if (allowed !== undefined) return allowed.replaceAll(/[<>*_`]/g, String.raw`\$&`);
  return pattern === '' || pattern.length > SHOWN_PATTERN ? '' : `\`${pattern}\``;
}

function range(min: number | undefined, max: number | undefined, what: string): string {
  if (min === undefined && max === undefined) return '';
  if (max === undefined) return min === 1 ? 'not empty' : `at least ${min ?? 0} ${what}`.trimEnd();
  return (min === undefined ? `at most ${max} ${what}` : `${min}–${max} ${what}`).trimEnd();
}
