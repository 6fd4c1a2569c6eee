import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { JsonSchema } from '../../src/estate/reference/json-schema';
import { schemaReference } from '../../src/estate/reference/reference';
import { packageFile } from '../../src/package/contents/files';

/** Types of what commands print for programs, with the files that export them. */
const OUTPUTS = [
  { name: 'preview', type: 'PreviewOutput', file: 'src/preview/render.ts', told: 'preview.json' },
  { name: 'doctor', type: 'DoctorOutput', file: 'src/doctor/report/render.ts', told: 'doctor --json' },
] as const;

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
    {
      path: join(docs, 'output-formats.md'),
      text: [
        INTRODUCTION,
        ...schemas.map(({ told, schema }) => schemaReference({ ...schema, $defs: schema.definitions ?? {} }, told)),
      ].join('\n'),
    },
  ];
}

type Output = (typeof OUTPUTS)[number] & { readonly schema: Draft };

/** From their types and the comments in these. */
function outputSchemas(): readonly Output[] {
  const { getProgramFromFiles, buildGenerator } = createRequire(PACKAGE)('typescript-json-schema') as Generating;
  const program = getProgramFromFiles(
    OUTPUTS.map(({ file }) => packageFile(file)),
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
  const schemas = OUTPUTS.map((output) => ({ ...output, schema: tidy(generator.getSchemaForSymbol(output.type)) }));
  console.warn = warn;
  return schemas;
}

const INTRODUCTION = `# Machine formats

Every key of \`preview.json\`, which \`preview --json\` prints too, and of what \`doctor --json\` and \`deploy check --json\` print. Generated from their types by \`npm run reference\`: edit the comments there, not this file. The package has the JSON Schemas: \`@entra-aws-identity/cli/schemas/preview.json\` and \`doctor.json\`. \`version\` grows with each change of a schema.
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
  const { additionalProperties: others } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, tidied(value)])),
    }),
    ...(items && { items: tidied(items) }),
    ...(anyOf && { anyOf: anyOf.map(tidied) }),
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
