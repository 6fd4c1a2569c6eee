import type { JsonSchema } from './json-schema';

/** A mapping of the estate file: a heading of the reference, and a list of its keys. */
interface Section {
  readonly heading: string;
  readonly schema: JsonSchema;
}

/** The smallest estate that gives somebody something. */
export const EXAMPLE = `# yaml-language-server: $schema=../../docs/estate.schema.json
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

A key that is not listed here is an error. Every section may be absent: then its stacks are not built. A key is optional unless it is *required*. Guides: [access](access-guide.md), [Entra ID and Azure AD B2C](entra-guide.md), [Azure](bicep.md); what is checked beyond the form: [limits](limits.md).

\`\`\`yaml
${EXAMPLE}\`\`\`
`;

/** The reference of the estate file as Markdown. */
export function estateReference(root: JsonSchema): string {
  const definitions = Object.entries(root.$defs ?? {})
    .filter(([, schema]) => schema.properties !== undefined)
    .map(([heading, schema]): Section => ({ heading, schema }))
    .toSorted((a, b) => (a.heading < b.heading ? -1 : 1));
  const sections = [...sectionsBelow(root, ''), ...definitions];
  return [INTRODUCTION, ...sections.map(renderSection)].join('\n');
}

/** The mapping itself and those nested in it, in the order of the keys. Definitions are sections of their own. */
function sectionsBelow(schema: JsonSchema, path: string): readonly Section[] {
  const own: readonly Section[] = [{ heading: path === '' ? 'estate.yaml' : path, schema }];
  const nested = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const child = path === '' ? key : `${path}.${key}`;
    if (value.properties !== undefined) return sectionsBelow(value, child);
    return value.items?.properties === undefined ? [] : sectionsBelow(value.items, `${child}[]`);
  });
  return [...own, ...nested];
}

function renderSection({ heading, schema }: Section): string {
  const description = schema.description === undefined || heading === 'estate.yaml' ? '' : `${schema.description}\n\n`;
  const lines = Object.entries(schema.properties ?? {}).map(([key, value]) =>
    renderKey(heading, key, { value, isRequired: schema.required?.includes(key) ?? false }),
  );
  return `## ${heading}\n\n${description}${lines.join('\n')}\n`;
}

/** A mapping has its description in its own section alone. */
function renderKey(
  heading: string,
  key: string,
  { value, isRequired }: { readonly value: JsonSchema; readonly isRequired: boolean },
): string {
  const path = heading === 'estate.yaml' ? key : `${heading}.${key}`;
  const facts = [
    describeType(value, `#${slugOf(value.items === undefined ? path : `${path}[]`)}`),
    isRequired ? '*required*' : '',
    value.default === undefined ? '' : `default ${codeOf(value.default)}`,
    describeLimits(value),
  ].filter((fact) => fact !== '');
  const { description } = value;
  const meaning = description === undefined || value.properties !== undefined ? '' : `: ${description}`;
  return `- \`${key}\` (${facts.join(', ')})${meaning}`;
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
function describeLimits(schema: JsonSchema): string {
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
