import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { name as packageName } from '../../package.json';
import type { JsonSchema } from '../../src/estate/reference/json-schema';
import { packageFile } from '../../src/package/contents/files';
import { type Format, FORMATS } from '../../src/text/formats';

interface Source {
  readonly type: string;
  /** File that declares the type. */
  readonly file: string;
  readonly description: string;
}

/** Types of what commands print for programs. */
const OUTPUTS: Readonly<Record<Format, Source>> = {
  preview: {
    type: 'PreviewOutput',
    file: 'src/preview/render.ts',
    description: '`preview.json`, and `preview --json`',
  },
  doctor: {
    type: 'Examination',
    file: 'src/doctor/examination.ts',
    description: '`doctor --json`, and `deploy check --json`',
  },
  drill: { type: 'DrillOutput', file: 'src/doctor/drill.ts', description: '`doctor drill --json`' },
  who: { type: 'WhoAnswer', file: 'src/who/answer.ts', description: '`who --json`' },
  evidence: {
    type: 'GatheredEvidence',
    file: 'src/deploy/pipeline/gathered-evidence.ts',
    description: '`deploy evidence --json`',
  },
  'evidence-record': {
    type: 'EvidenceRecord',
    file: 'src/deploy/pipeline/evidence.ts',
    description: 'a record of a deployment, which `ci evidence` keeps, once `gunzip` has unpacked it',
  },
  explain: {
    type: 'Explanation',
    file: 'src/estate/plan/explanation/explain.ts',
    description: '`explain --json` of a holder in an account',
  },
  'explain-sets': {
    type: 'HeldExplanation',
    file: 'src/estate/plan/explanation/held.ts',
    description: '`explain --json` of a holder, an account or a permission set alone',
  },
  'explain-action': {
    type: 'ActionExplanation',
    file: 'src/estate/plan/explanation/allowed.ts',
    description: '`explain --action --json`',
  },
  'explain-unused': {
    type: 'UnusedOutput',
    file: 'src/cli/explain/unused.ts',
    description: '`explain --unused --json`',
  },
  'sign-in-bootstrap': {
    type: 'BootstrapOutput',
    file: 'src/cli/sign-in/bootstrap/work.ts',
    description: '`sign-in bootstrap --json`',
  },
};

type Draft = JsonSchema & { readonly definitions?: Readonly<Record<string, Draft>> };

/** The part of typescript-json-schema that is used here. */
interface Generating {
  readonly getProgramFromFiles: (files: readonly string[], options: object, folder: string) => unknown;
  readonly buildGenerator: (
    program: unknown,
    options: object,
  ) => { readonly getSchemaForSymbol: (name: string) => Draft };
}

const PACKAGE = packageFile('docs/package.json');

/** JSON Schemas of the outputs and the page about them, in the folder of the docs; nothing where the generator is not installed. */
export function outputFiles(docs: string): readonly { readonly path: string; readonly text: string }[] {
  if (!existsSync(packageFile('docs/node_modules/typescript-json-schema'))) return [];
  const schemas = outputSchemas();
  return [
    ...schemas.map(({ name, schema }) => ({
      path: join(docs, 'schemas', `${name}.json`),
      text: `${JSON.stringify(schema, undefined, 1)}\n`,
    })),
    { path: join(docs, 'output-formats.md'), text: PAGE },
  ];
}

interface Output {
  readonly name: string;
  readonly schema: Draft;
}

/** From their types and the comments in these. */
function outputSchemas(): readonly Output[] {
  const { getProgramFromFiles, buildGenerator } = createRequire(PACKAGE)('typescript-json-schema') as Generating;
  const program = getProgramFromFiles(
    Object.values(OUTPUTS).map(({ file }) => packageFile(file)),
    {
      strict: true,
      exactOptionalPropertyTypes: true,
      target: 'esnext',
      module: 'preserve',
      moduleResolution: 'bundler',
      esModuleInterop: true,
      resolveJsonModule: true,
      skipLibCheck: true,
      types: ['node'],
    },
    packageFile('.'),
  );
  // It reports each initializer that is not a default.
  const warn = console.warn;
  console.warn = () => undefined;
  const generator = buildGenerator(program, { required: true, noExtraProps: true, ignoreErrors: true });
  const schemas = Object.entries(FORMATS).map(([name, version]) => {
    const { type } = OUTPUTS[name as Format];
    return { name, schema: versioned(tidy(generator.getSchemaForSymbol(type)), version) };
  });
  console.warn = warn;
  return schemas;
}

/** With the version that the writer adds; a report that has it is as its type says. */
function versioned(schema: Draft, version: number): Draft {
  if (schema.properties?.['version'] !== undefined) return schema;
  const its = { version: { description: 'It grows when the form changes.', type: 'number', const: version } };
  const required = [...(schema.required ?? []), 'version'].toSorted();
  return { ...schema, required, properties: { ...its, ...schema.properties } };
}

const PAGE = `# Machine formats

Formats that commands print for programs. The package has a JSON Schema of each, which describes every key. A version grows with each change of its schema. A key whose value is undefined is absent.

| Output | \`version\` | Schema |
| --- | --- | --- |
${Object.entries(FORMATS)
  .map(
    ([name, version]) =>
      `| ${OUTPUTS[name as Format].description} | ${version} | \`${packageName}/schemas/${name}.json\` |`,
  )
  .join('\n')}
`;

/** Without definitions that have no keys of their own or no name; ids, whose brand exists in types alone, are texts. */
function tidy({ definitions = {}, ...root }: Draft): Draft {
  const isNamed = (name: string): boolean =>
    /^\w+$/.test(name) && definitions[name]?.properties !== undefined && !isBrand(definitions[name]);
  const tidied = ({ $ref, ...schema }: Draft): Draft => {
    const name = decodeURIComponent($ref?.replace('#/definitions/', '') ?? '');
    if ($ref !== undefined) return isNamed(name) ? { ...schema, $ref } : tidied({ ...definitions[name], ...schema });
    return isBrand(schema) ? { type: 'string' } : asText(withParts(schema, tidied));
  };
  const kept = Object.entries(definitions).filter(([name]) => isNamed(name));
  return { ...tidied(root), definitions: Object.fromEntries(kept.map(([name, one]) => [name, tidied(one)])) };
}

function withParts({ properties, items, anyOf, ...schema }: Draft, tidied: (part: Draft) => Draft): Draft {
  // The generator takes a mapping of anything for one of nothing.
  const isOpen = properties === undefined && schema.additionalProperties === false;
  const others = isOpen || schema.additionalProperties;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, tidied(value)])),
    }),
    ...(items && { items: tidied(items) }),
    ...(anyOf && { anyOf: anyOf.map(tidied) }),
    ...(isOpen && { additionalProperties: true }),
    ...(typeof others === 'object' && { additionalProperties: tidied(others) }),
  };
}

/** A list of known texts beside any text is for TypeScript alone. */
function asText({ anyOf, ...schema }: Draft): Draft {
  if (anyOf === undefined) return schema;
  const isText = anyOf.some((one) => one.type === 'string' && one.enum === undefined && one.const === undefined);
  return { ...schema, ...(isText ? { type: 'string' } : { anyOf }) };
}

/** True for what tells ids apart in types: the value itself is a text. */
function isBrand({ properties }: Draft): boolean {
  return properties !== undefined && Object.keys(properties).every((key) => key === 'brand');
}
