import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { renderJson as renderExamination } from '../../../src/doctor/report/render';
import { renderJson } from '../../../src/preview/render';
import { changedSandboxWithPrograms } from '../../support/preview/changed-sandbox';
import { reportOf, simpleEstate } from '../../support/preview/reports';
import { REPOSITORY } from '../../support/repository';
import { EXAMINATION } from '../doctor/examinations';

const readSchema = (name: string): object =>
  JSON.parse(readFileSync(join(REPOSITORY, 'docs/schemas', `${name}.json`), 'utf8')) as object;

/** Hashes of what each version allows: another form is another version, and a line more. */
const VERSIONS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  preview: { 2: 'f334262a59b63d44' },
  doctor: { 1: 'd34b4f268065b1de' },
};

test.each(Object.entries(VERSIONS))('the schema of %s has another form only with another version', (name, hashes) => {
  const form = JSON.stringify(readSchema(name), (key, value: unknown) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
  const [version, hash] = Object.entries(hashes).at(-1) ?? [];
  expect(createHash('sha256').update(form).digest('hex').slice(0, 16)).toBe(hash);
  expect(readSchema(name)).toMatchObject({ properties: { version: { const: Number(version) } } });
});

const validate = (name: string, text: string): unknown => {
  const check = new Ajv({ allowUnionTypes: true }).compile(readSchema(name));
  check(JSON.parse(text));
  return check.errors;
};

test('reports of the preview are as their schema says', async () => {
  expect(validate('preview', renderJson(await changedSandboxWithPrograms()))).toBeNull();
  expect(validate('preview', renderJson(reportOf({ estate: simpleEstate({ group: 'Unknown' }) })))).toBeNull();
  expect(validate('preview', renderJson(reportOf({ estate: 'nonsense: true' })))).toBeNull();
});

test('reports of the doctor are as their schema says', () => {
  expect(validate('doctor', renderExamination(EXAMINATION))).toBeNull();
  expect(validate('doctor', JSON.stringify(EXAMINATION))).not.toBeNull();
});
