import type { JsonSchema } from './json-schema';
import { codeOf, describeLimits, describeType, slugOf } from './reference-labels';

/** A mapping of the estate file: a heading of the reference, and a table of its keys. */
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

A key that is not listed here is an error. Every section may be absent: then its stacks are not built. How the parts work together is in the guides: [access](access-guide.md), [Entra ID and Azure AD B2C](entra-guide.md), [Azure](bicep.md). What is checked beyond the form is in [limits](limits.md).

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
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) =>
    renderRow(heading, key, { value, isRequired: schema.required?.includes(key) ?? false }),
  );
  const table = ['| Key | Type | Default | Limits | Meaning |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
  return `## ${heading}\n\n${description}${table}\n`;
}

function renderRow(
  heading: string,
  key: string,
  { value, isRequired }: { readonly value: JsonSchema; readonly isRequired: boolean },
): string {
  const path = heading === 'estate.yaml' ? key : `${heading}.${key}`;
  const cells = [
    `\`${key}\``,
    describeType(value, `#${slugOf(value.items === undefined ? path : `${path}[]`)}`),
    isRequired ? '*required*' : defaultOf(value),
    describeLimits(value),
    value.description ?? '',
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function defaultOf({ default: value }: JsonSchema): string {
  return value === undefined ? '' : codeOf(value);
}
