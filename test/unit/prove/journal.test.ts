import { hostname } from 'node:os';
import { inTemporaryFolder } from '../../support/in-temporary-folder';
import { type Journal, processAtWork, readJournals, removeJournal, writeJournal } from '../../../src/prove/journal';

const JOURNAL: Journal = {
  mark: 'prove-0a1b2c3d',
  kind: 'workforce',
  tenantId: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73',
  directory: 'contoso',
  day: '2026-11-28',
};

inTemporaryFolder();

test('a run that is at work is told from one that was killed', () => {
  writeJournal(JOURNAL);
  const [written] = readJournals();
  expect(written).toMatchObject({ ...JOURNAL, by: { host: hostname(), pid: process.pid } });
  expect(processAtWork({ by: written?.by })).toBe(`process ${process.pid}`);
});

test.each<readonly [string, Journal['by'], string | undefined]>([
  ['a process that has ended', { host: hostname(), pid: 2 ** 22 + 1 }, undefined],
  ['another process of the same number', { host: hostname(), pid: process.pid, started: '1' }, undefined],
  ['a process that tells no start', { host: hostname(), pid: process.pid }, `process ${process.pid}`],
  ['a process of another machine', { host: 'elsewhere', pid: 7 }, 'process 7 of the host elsewhere'],
  ['a journal without a process', undefined, undefined],
])('%s is told apart', (_, by, expected) => {
  expect(processAtWork({ by })).toBe(expected);
});

test('a run without a journal may be ended, as one with a journal', () => {
  writeJournal(JOURNAL);
  removeJournal(JOURNAL);
  expect(readJournals()).toEqual([]);
  removeJournal(JOURNAL);
});
