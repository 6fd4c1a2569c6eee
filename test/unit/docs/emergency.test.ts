import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { EMERGENCY, emergencyFiles } from '../../support/emergency';
import { REPOSITORY } from '../../support/repository';
import { planFiles } from '../../support/sandbox';

const read = (file: string): string => readFileSync(join(REPOSITORY, 'docs', file), 'utf8');

test('the example of the guide is the one of the tests, and is sound', () => {
  const example = /```yaml\n([^]*?)```/.exec(read('emergency-access.md'))?.[1] ?? '';
  expect(parse(example)).toEqual(parse(EMERGENCY));
  // With access, whose policies have the boundary.
  const { findings } = planFiles(emergencyFiles());
  expect(findings.filter(({ path }) => path.startsWith('emergency'))).toEqual([]);
});
