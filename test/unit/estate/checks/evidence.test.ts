import { cdkStacks, evidenceHome } from '../../../../src/estate/plan/stacks/stacks';
import { evidenceBucket } from '../../../../src/estate/sections/pipeline/pipeline';
import { codesAndPlaces, planOf } from '../../../support/estate-files';
import { HOSTING_ACCOUNT, MANAGEMENT_ACCOUNT, pipelinePlan } from '../../../support/pipeline';

const reportOf = (evidence: string): readonly string[] =>
  codesAndPlaces(
    planOf(`pipeline:
  repository: example/identity
  environments: [sandbox]
  evidence: ${evidence}
`),
  ).filter((line) => line.includes('evidence'));

const NOWHERE = 'error evidence estate.yaml:4:3 pipeline.evidence';

test.each([
  [29, false],
  [30, true],
  [36_500, true],
  [36_501, false],
  [90.5, false],
])('a record is kept for %s days: %s', (days, isTaken) => {
  const fault = 'error evidence estate.yaml:4:25 pipeline.evidence.keepDays';
  expect(reportOf(`{ keepDays: ${days} }`).includes(fault)).toBe(!isTaken);
});

test('a mode that nobody can undo is named as a danger, and records without AWS have no place', () => {
  expect(reportOf('{ keepDays: 90 }')).toEqual([NOWHERE]);
  expect(reportOf('{ keepDays: 90, mode: compliance }')).toEqual([
    NOWHERE,
    'warning evidence-compliance estate.yaml:4:35 pipeline.evidence.mode',
  ]);
});

test('the bucket is beside the stacks of access, or else of the hosting', () => {
  const homeOf = (isHosted: boolean) =>
    evidenceHome(
      pipelinePlan((estate) => {
        if (estate.pipeline !== undefined) estate.pipeline.evidence = { keepDays: 90 };
        if (!isHosted) return;
        delete estate.access;
        delete estate.workforce;
      }),
    );
  expect(homeOf(false)).toEqual({
    ...{ bucket: `sandbox-evidence-${MANAGEMENT_ACCOUNT}-eu-west-1`, account: MANAGEMENT_ACCOUNT },
    ...{ region: 'eu-west-1', keepDays: 90, mode: 'governance' },
  });
  expect(homeOf(true)?.account).toBe(HOSTING_ACCOUNT);
  expect(cdkStacks(pipelinePlan()).map(({ kind }) => kind)).not.toContain('evidence');
});

test('estates of an account have buckets of their own, also by long names in the longest Region', () => {
  const long = 'a'.repeat(25);
  const names = [long, `${long}-east`, `${long}-west`, `${long.slice(1)}A`, 'A'.repeat(47), 'a'.repeat(47)];
  const buckets = names.map((name) => evidenceBucket(name, { account: MANAGEMENT_ACCOUNT, region: 'ap-northeast-1' }));
  expect(new Set(buckets).size).toBe(names.length);
  for (const bucket of buckets) expect(bucket).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
});
