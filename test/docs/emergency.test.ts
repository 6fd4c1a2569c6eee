import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { EMERGENCY, emergencyEstatePlan } from '../support/emergency';

const read = (file: string): string => readFileSync(join(__dirname, '../../docs', file), 'utf8');

test('the example of the guide is the one of the tests, and is sound', () => {
  const example = /```yaml\n([^]*?)```/.exec(read('emergency-access.md'))?.[1] ?? '';
  expect(parse(example)).toEqual(parse(EMERGENCY));
  expect(emergencyEstatePlan().findings.map(({ code }) => code)).toEqual([]);
});
