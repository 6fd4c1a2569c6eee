import { createHash } from 'node:crypto';
import { renderJson as renderExamination } from '../../../src/doctor/report/render';
import { renderJson } from '../../../src/preview/render';
import type { Format } from '../../../src/text/formats';
import { outputFaults, readOutputSchema } from '../../support/output-faults';
import { changedSandboxWithPrograms } from '../../support/preview/changed-sandbox';
import { reportOf, simpleEstate } from '../../support/preview/reports';
import { EXAMINATION } from '../doctor/examinations';

/** Hashes of what each version allows: another form is another version, and a line more. */
const VERSIONS: Readonly<Record<Format, Readonly<Record<number, string>>>> = {
  preview: { 2: 'f334262a59b63d44' },
  doctor: { 1: 'd34b4f268065b1de' },
  drill: { 1: 'c77378c409275d8e' },
  who: { 1: '1447d4bcc31e8d17' },
  explain: { 1: '261c6357895dc29d' },
  'explain-sets': { 1: 'a694b19c17506b13' },
  'explain-action': { 1: 'd77a75e6f2dba7fb' },
  'explain-unused': { 1: 'e92a50731155e652' },
  'sign-in-bootstrap': { 1: '0778d388e52c3751' },
};

test.each(Object.entries(VERSIONS))('the schema of %s has another form only with another version', (name, hashes) => {
  const schema = readOutputSchema(name as Format);
  const form = JSON.stringify(schema, (key, value: unknown) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
  const [version, hash] = Object.entries(hashes).at(-1) ?? [];
  expect(createHash('sha256').update(form).digest('hex').slice(0, 16)).toBe(hash);
  expect(schema).toMatchObject({ properties: { version: { const: Number(version) } } });
});

test('reports of the preview are as their schema says', async () => {
  expect(outputFaults('preview', renderJson(await changedSandboxWithPrograms()))).toBeNull();
  expect(outputFaults('preview', renderJson(reportOf({ estate: simpleEstate({ group: 'Unknown' }) })))).toBeNull();
  expect(outputFaults('preview', renderJson(reportOf({ estate: 'nonsense: true' })))).toBeNull();
});

test('reports of the doctor are as their schema says', () => {
  expect(outputFaults('doctor', renderExamination(EXAMINATION))).toBeNull();
  expect(outputFaults('doctor', JSON.stringify(EXAMINATION))).not.toBeNull();
});
