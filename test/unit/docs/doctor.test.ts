import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../../src/doctor/checks/all-checks';
import { REPOSITORY } from '../../support/repository';

test("the doctor's guide has every check", () => {
  const guide = readFileSync(join(REPOSITORY, 'docs/doctor.md'), 'utf8');
  // Checks that are alike share a line.
  const listed = [...guide.matchAll(/^- (`[\w-]+`(?:, `[\w-]+`)*)[:,]/gm)].flatMap(([, ids = '']) =>
    ids.match(/[\w-]+/g),
  );
  expect(CHECKS.map(({ id }) => id).filter((id) => !listed.includes(id))).toEqual([]);
});
