import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import { parse } from 'yaml';
import estateSchema from '../../../docs/estate.schema.json';
import entry from '../../../docs/schema-store.json';
import { homepage } from '../../../package.json';
import { ESTATE_SCHEMA_ADDRESS } from '../../../src/estate/reference/json-schema';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EDITOR_KEYWORDS } from '../../support/editor-keywords';
import { REPOSITORY, SANDBOX } from '../../support/repository';

/** SchemaStore's own. */
const catalog: object = JSON.parse(
  readFileSync(join(REPOSITORY, 'test/support/schema-catalog.json'), 'utf8'),
) as object;

function strict() {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
  for (const keyword of EDITOR_KEYWORDS) ajv.addKeyword(keyword);
  return ajv;
}

test('the schema has an address with its version, below the homepage', () => {
  expect(estateSchema.$id).toBe(ESTATE_SCHEMA_ADDRESS);
  expect(entry.url).toBe(`${homepage}/schema/v1/estate.schema.json`);
});

test('the entry for SchemaStore has the form of its catalog', () => {
  const whole = { $schema: 'https://json.schemastore.org/schema-catalog.json', version: 1, schemas: [entry] };
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(catalog);
  expect([validate(whole), validate.errors]).toEqual([true, null]);
  for (const text of [entry.name, entry.description]) {
    expect(text).not.toMatch(/[",.<\s-]$|\n|schema/i);
  }
  // What names a folder begins anywhere.
  for (const glob of entry.fileMatch) expect(glob).toMatch(/^\*\*\/.*estate\.yaml$/);
});

test('is a schema by the strict rules of its draft, which the estates of this repository pass', () => {
  const validate = strict().compile(estateSchema);
  for (const path of [SANDBOX, join(REPOSITORY, 'test/estates/external')]) {
    const estate: unknown = parse(readFileSync(join(path, 'estate.yaml'), 'utf8'));
    expect([path, validate(estate), validate.errors]).toEqual([path, true, null]);
  }
  expect(validate({ acces: {} })).toBe(false);
});

test('shows Markdown where a description has some, and only there', () => {
  const described = everyDescription(estateSchema);
  expect(described.filter(({ markdown }) => markdown !== undefined).length).toBeGreaterThan(10);
  for (const { text, markdown } of described)
    expect([text, markdown]).toEqual([text, text.includes('`') ? text : undefined]);
});

interface Described {
  readonly text: string;
  readonly markdown: unknown;
}

/** Descriptions of a schema and of those in it; what is called so among properties is a schema itself. */
function everyDescription(value: unknown): readonly Described[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: Readonly<Record<string, unknown>> = { ...value };
  const { description, markdownDescription: markdown } = entries;
  const own = typeof description === 'string' ? [{ text: description, markdown }] : [];
  return [...own, ...Object.values(entries).flatMap(everyDescription)];
}
