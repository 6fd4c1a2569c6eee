import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINDING_CODES } from '../../../src/estate/source/finding-codes';
import { REPOSITORY } from '../../support/repository';

/** All tests of findings, as one text. */
const tests = ['unit/cli', 'unit/estate', 'unit/preview', 'system/estate']
  .map((folder) => join(REPOSITORY, 'test', folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

test.each(FINDING_CODES)('a test reads the finding %s', (code) => {
  expect(new RegExp(`\\b${code}(?: \\S|'|\\))`).test(tests)).toBe(true);
});

test('codes are sorted, and each stands once', () => {
  expect(FINDING_CODES).toEqual([...new Set(FINDING_CODES)].toSorted());
});
