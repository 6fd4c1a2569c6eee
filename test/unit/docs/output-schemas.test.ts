import { createHash } from 'node:crypto';
import { renderJson as renderExamination } from '../../../src/doctor/report/render';
import { compareText } from '../../../src/estate/source/finding';
import { renderJson } from '../../../src/preview/render';
import type { Format } from '../../../src/text/formats';
import { outputFaults, readOutputSchema } from '../../support/output-faults';
import { changedSandboxWithPrograms } from '../../support/preview/changed-sandbox';
import { reportOf, simpleEstate } from '../../support/preview/reports';
import { EXAMINATION } from '../doctor/examinations';

/** Hashes of what each version allows: another form is another version, and a line more. */
const VERSIONS: Readonly<Record<Format, Readonly<Record<number, string>>>> = {
  preview: { 2: 'ea22e7174ad539d6', 3: '71cfe95345acfe60', 4: '59c8d0064eb81f8c' },
  doctor: { 1: 'ddd17d2870d3bffe' },
  drill: { 1: 'cababc16abf5b6da' },
  who: { 1: '0554bb37cce95e8a' },
  evidence: { 1: '6385f73fe9efe4cc' },
  'evidence-record': { 1: '803ebd365bf43cba' },
  explain: { 1: 'aa4e4feb4d041718' },
  'explain-sets': { 1: 'a3cfccb48d28b3a8' },
  'explain-action': { 1: '71f4505ecb4f396a' },
  'explain-unused': { 1: 'ec6ed082cdc87963' },
  'sign-in-bootstrap': { 1: 'cd6bd275f5d4789e', 2: '9d408c6ede8cecc9' },
};

test.each(Object.entries(VERSIONS))('the schema of %s has another form only with another version', (name, hashes) => {
  const schema = readOutputSchema(name as Format);
  const form = JSON.stringify(formOf(schema));
  const [version, hash] = Object.entries(hashes).at(-1) ?? [];
  expect(createHash('sha256').update(form).digest('hex').slice(0, 16)).toBe(hash);
  expect(schema).toMatchObject({ properties: { version: { const: Number(version) } } });
});

/** A schema without its words, its keys in order. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formOf);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, word]) => key !== 'description' || typeof word !== 'string');
  return Object.fromEntries(entries.toSorted(([a], [b]) => compareText(a, b)).map(([key, one]) => [key, formOf(one)]));
}

test('reports of the preview are as their schema says', async () => {
  expect(outputFaults('preview', renderJson(await changedSandboxWithPrograms()))).toBeNull();
  expect(outputFaults('preview', renderJson(reportOf({ estate: simpleEstate({ group: 'Unknown' }) })))).toBeNull();
  expect(outputFaults('preview', renderJson(reportOf({ estate: 'nonsense: true' })))).toBeNull();
});

test('reports of the doctor are as their schema says', () => {
  expect(outputFaults('doctor', renderExamination(EXAMINATION))).toBeNull();
  expect(outputFaults('doctor', JSON.stringify(EXAMINATION))).not.toBeNull();
});
