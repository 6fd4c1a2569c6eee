import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../../src/doctor/checks/all-checks';
import { NOT_COMPARED } from '../../../src/doctor/checks/not-compared';
import { REPOSITORY } from '../../support/repository';

const guide = readFileSync(join(REPOSITORY, 'docs/doctor.md'), 'utf8');

test("the doctor's guide has every check", () => {
  const missing = CHECKS.map(({ id }) => id).filter((id) => !guide.includes(`| \`${id}\` `));
  expect(missing).toEqual([]);
});

test("the doctor's guide lists what it does not compare, in the words of the reports", () => {
  const lines = Object.entries(NOT_COMPARED).map(([area, all]) => `- \`${area}\`: ${all.join('; ')}`);
  expect(guide.split('\n').filter((line) => /^- `\w+`: /.test(line))).toEqual(lines);
});
