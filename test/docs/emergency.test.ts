import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CHECKS } from '../../doctor/checks/all-checks';
import { EMERGENCY, emergencyEstatePlan } from '../support/emergency';

const read = (file: string): string => readFileSync(join(__dirname, '../../docs', file), 'utf8');

test('the example of the guide is the one of the tests, and is sound', () => {
  const example = /```yaml\n([^]*?)```/.exec(read('emergency-access.md'))?.[1] ?? '';
  expect(parse(example)).toEqual(parse(EMERGENCY));
  expect(emergencyEstatePlan().findings.map(({ code }) => code)).toEqual([]);
});

test("the doctor's guide has every check of the emergency access", () => {
  const guide = read('doctor.md');
  const checks = CHECKS.filter(({ area }) => area === 'emergency').map(({ id }) => id);
  expect(checks.filter((id) => !guide.includes(`\`${id}\``))).toEqual([]);
});
