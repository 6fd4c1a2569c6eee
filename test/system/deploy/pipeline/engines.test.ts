import { delimiter, join } from 'node:path';
import {
  checkSnapshot,
  examineBy,
  planCdk,
  planPulumi,
  type StepOptions,
} from '../../../../src/deploy/pipeline/engine-steps';
import { withMissing } from '../../../../src/deploy/pipeline/deployed-parts';
import { stepsOf } from '../../../../src/deploy/pipeline/steps';
import type { Outcome } from '../../../../src/deploy/pipeline/outcome';
import { emergencyPlanFiles } from '../../../support/emergency';
import type { FakeAnswer, FakePrograms } from '../../../support/fake-cli';
import { fakePrograms } from '../../../support/fake-cli';
import { delegatedSandbox, hostedSandboxFiles, planFiles } from '../../../support/sandbox';
import { temporaryFolder } from '../../../support/templates';

const folder = temporaryFolder();
const path = process.env['PATH'] ?? '';
let count = 0;

/** Programs that answer so, on the path of this process. */
function programs(answers: Readonly<Record<string, readonly FakeAnswer[]>>): FakePrograms {
  const bin = join(folder, `bin-${count++}`);
  const fakes = fakePrograms(bin);
  for (const [program, given] of Object.entries(answers)) fakes.answer(program, given);
  process.env['PATH'] = `${bin}${delimiter}${path}`;
  return fakes;
}

afterEach(() => {
  process.env['PATH'] = path;
});

const options = (step: StepOptions['step'], isDrift = false): StepOptions => ({
  step,
  stack: `sandbox-${step}`,
  folder: 'plan/clouds',
  isDrift,
});

const urn = (type: string, name: string): string => `urn:pulumi:sandbox-customers::entra::parent$${type}::${name}`;
const SECRET = 'a-value-that-pulumi-prints';
const step = (op: string, name: string) => ({
  op,
  urn: urn('azuread:index/application:Application', name),
  newState: { inputs: { password: SECRET } },
});

function pulumiSays(steps: readonly object[], code = 0, more: object = {}): readonly FakeAnswer[] {
  return [{ words: ['preview'], stdout: JSON.stringify({ steps, ...more }), code, stderr: 'error: what went wrong' }];
}

describe('pulumi preview', () => {
  test('saves its plan, and tells operations without values', () => {
    const fakes = programs({ pulumi: pulumiSays([step('same', 'api'), step('update', 'web'), step('create', 'new')]) });
    expect(planPulumi(options('customers'))).toEqual({
      step: 'customers',
      command:
        'pulumi preview --stack sandbox-customers --non-interactive --json --save-plan plan/clouds/customers.plan.json',
      state: 'changed',
      destroyed: [],
      text: 'update azuread:index/application:Application web\ncreate azuread:index/application:Application new',
    });
    expect(fakes.calls()).toHaveLength(1);
  });

  test.each(['delete', 'replace', 'create-replacement', 'delete-replaced'])('%s destroys', (op) => {
    programs({ pulumi: pulumiSays([step(op, 'web'), step('update', 'api')]) });
    expect(planPulumi(options('customers')).destroyed).toEqual([`${op} azuread:index/application:Application web`]);
  });

  test.each(['same', 'read', 'refresh'])('%s alone is no change', (op) => {
    programs({ pulumi: pulumiSays([step(op, 'web')]) });
    expect(planPulumi(options('customers'))).toMatchObject({ state: 'unchanged', destroyed: [], text: '' });
  });

  test('fails with what Pulumi says', () => {
    const diagnostics = [{ message: 'the program refuses\n', severity: 'error' }];
    programs({ pulumi: pulumiSays([step('update', 'web')], 255, { diagnostics }) });
    const { state, text } = planPulumi(options('workforce'));
    expect(state).toBe('failed');
    expect(text.split('\n').slice(-2)).toEqual(['error: the program refuses', 'error: what went wrong']);
  });

  test.each(['', 'no JSON', '[]', '{}', '{"steps": 3}', '{"steps": []}'])(
    'an answer that is none fails: %j',
    (stdout) => {
      programs({ pulumi: [{ stdout }] });
      expect(planPulumi(options('customers')).state).toBe('failed');
    },
  );

  test('tells a warning once, and leaves out what only explains', () => {
    const message = 'warning: using pulumi-resource-azuread from $PATH';
    const diagnostics = [
      { message: `${message}\n`, severity: 'warning' },
      { message, severity: 'warning' },
      { message: 'details', severity: 'debug' },
    ];
    programs({ pulumi: pulumiSays([step('same', 'web')], 0, { diagnostics }) });
    expect(planPulumi(options('customers'))).toMatchObject({ state: 'unchanged', text: message });
  });

  test('drift is what a refreshed stack differs in; an error without a difference is a failure', () => {
    const fakes = programs({ pulumi: pulumiSays([step('update', 'web')], 255) });
    expect(planPulumi(options('customers', true)).state).toBe('changed');
    expect(fakes.calls()).toEqual([
      'pulumi preview --stack sandbox-customers --non-interactive --json --refresh --expect-no-changes',
    ]);
    const elsewhere = programs({ pulumi: pulumiSays([step('same', 'web')]) });
    planPulumi({ ...options('customers', true), estates: 'plan/clouds/deployed-estates' });
    expect(elsewhere.calls()[0]).toContain(' --config estates=plan/clouds/deployed-estates --refresh ');
    programs({ pulumi: pulumiSays([step('same', 'web')], 255) });
    expect(planPulumi(options('customers', true)).state).toBe('failed');
    const diagnostics = [{ message: 'Graph said no', severity: 'error' }];
    programs({ pulumi: pulumiSays([step('update', 'web')], 255, { diagnostics }) });
    expect(planPulumi(options('customers', true)).state).toBe('failed');
    programs({ pulumi: pulumiSays([step('same', 'web')]) });
    expect(planPulumi(options('customers', true)).state).toBe('unchanged');
  });
});

describe('cdk diff', () => {
  const differences = (number: number): string => `Stack x\n✨  Number of stacks with differences: ${number}\n`;

  test('compares templates with the synthesised assembly, and asks what is destroyed', () => {
    const fakes = programs({
      cdk: [
        { words: ['destructive'], code: 1 },
        { words: ['never'], stdout: differences(1) },
      ],
    });
    const outcome = planCdk(options('hosting-data'));
    expect(outcome).toMatchObject({ state: 'changed', text: differences(1).trim() });
    expect(outcome.destroyed).toEqual([
      'sandbox-hosting-data replaces, deletes or leaves behind resources: see what the CDK says of it',
    ]);
    const diff =
      'cdk diff sandbox-hosting-data --exclusively --app plan/cdk.out --method template --no-color --fail-on';
    expect(fakes.calls()).toEqual([`${diff} never`, `${diff} destructive`]);
  });

  test('a change that destroys nothing, and no change at all', () => {
    programs({ cdk: [{ stdout: differences(1) }] });
    expect(planCdk(options('hosting'))).toMatchObject({ state: 'changed', destroyed: [] });
    const fakes = programs({ cdk: [{ stdout: differences(0) }] });
    expect(planCdk(options('hosting'))).toMatchObject({ state: 'unchanged', destroyed: [] });
    expect(fakes.calls()).toHaveLength(1);
  });

  test('who loses access is no destruction: the offline preview judges access', () => {
    const fakes = programs({ cdk: [{ words: ['destructive'], code: 1 }, { stdout: differences(1) }] });
    expect(planCdk(options('access'))).toMatchObject({ state: 'changed', destroyed: [] });
    expect(fakes.calls()).toHaveLength(1);
  });

  test('without an assembly says that it was not synthesised, and not what a shell says of its name', () => {
    programs({ cdk: [{ stderr: '/bin/sh: 1: cdk.out: not found', code: 1 }] });
    const before = process.cwd();
    process.chdir(folder);
    const { state, text } = planCdk(options('hosting'));
    process.chdir(before);
    expect([state, text]).toEqual(['failed', expect.stringContaining('cdk synth failed') as unknown]);
  });

  test.each([
    { stdout: 'something else', code: 0 },
    { stderr: 'Need to perform AWS calls, but no credentials', code: 1 },
    { stdout: differences(1), code: 1 },
  ])('fails where the CDK does: %j', (answer) => {
    programs({ cdk: [answer] });
    expect(planCdk(options('hosting')).state).toBe('failed');
  });
});

describe('cdk drift', () => {
  // As aws-cdk 2.1148 writes it; of a stack that it does not find or has no results of, it writes the number alone.
  const drifted = (number: string): string => `Stack sandbox-hosting\n\n✨  Number of resources with drift: ${number}`;

  test.each([
    [{ stdout: drifted('2 (1 unchecked)'), code: 1 }, 'changed'],
    [{ stdout: drifted('0'), code: 0 }, 'unchanged'],
    [{ stdout: drifted('0'), code: 1 }, 'failed'],
    [{ stdout: '✨  Number of resources with drift: 0', code: 0 }, 'failed'],
    [{ stdout: `Stack sandbox-hosting-data\n✨  Number of resources with drift: 0`, code: 0 }, 'failed'],
    [{ stderr: 'Stack with id sandbox-hosting does not exist', code: 1 }, 'failed'],
    [{ code: 0 }, 'failed'],
  ])('%j is %s', (answer, state) => {
    const fakes = programs({ cdk: [answer] });
    expect(planCdk(options('hosting', true)).state).toBe(state);
    expect(fakes.calls()).toEqual(['cdk drift sandbox-hosting --app plan/cdk.out --fail --no-color']);
  });

  test('counts what it could not look at', () => {
    programs({ cdk: [{ stdout: drifted('0 (12 unchecked)') }] });
    expect(planCdk(options('hosting', true))).toMatchObject({ state: 'unchanged', unchecked: 12 });
  });
});

test.each([
  [{ code: 0, stdout: 'estates/sandbox/organization.json is up to date' }, 'unchanged'],
  [{ code: 1, stdout: 'organization.json is stale; run npx --no entra-aws snapshot to update it\n' }, 'changed'],
  [{ code: 1, stderr: 'AccessDeniedException' }, 'failed'],
])('a snapshot that says %j is %s', (answer, state) => {
  programs({ npx: [answer] });
  expect(checkSnapshot({ estate: 'sandbox' }).state).toBe(state);
});

test.each([
  [{ code: 0, stdout: '0 failures, 1 warning, 0 could not check, 5 ok\n' }, 'unchanged'],
  [{ code: 1, stdout: '12 failures, 0 warnings, 1 could not check, 5 ok\n' }, 'changed'],
  [{ code: 1, stdout: '0 failures, 0 warnings, 1 could not check, 6 ok\n' }, 'failed'],
  [{ code: 1, stderr: 'AccessDeniedException' }, 'failed'],
  [{ code: 0, stdout: 'Estate sandbox\n' }, 'failed'],
])('access of which the doctor says %j is %s', (answer, state) => {
  const fakes = programs({ npx: [answer] });
  const { stdout, stderr } = { stdout: '', stderr: '', ...answer };
  expect(examineBy('doctor-access', { estate: 'sandbox' })).toMatchObject({
    state,
    text: `${stdout}\n${stderr}`.trim(),
  });
  expect(fakes.calls()).toEqual(['npx --no entra-aws doctor --estate sandbox --only access --strict']);
});

test('estates of another folder are examined there', () => {
  const doctor = { words: ['doctor'], stdout: '0 failures, 0 warnings, 0 could not check, 5 ok\n' };
  const fakes = programs({ npx: [doctor, { code: 0, stdout: 'is up to date' }] });
  expect(checkSnapshot({ estate: 'acme', estates: '../team/estates' }).state).toBe('unchanged');
  expect(examineBy('doctor-workforce', { estate: 'acme', estates: '../team/estates' }).state).toBe('unchanged');
  expect(fakes.calls()).toEqual([
    'npx --no entra-aws snapshot --estate acme --estates ../team/estates --check --access-only',
    'npx --no entra-aws doctor --estate acme --estates ../team/estates --only saml --only scim --only console --strict',
  ]);
});

test('an engine that is not installed is named', () => {
  process.env['PATH'] = folder;
  expect(() => planPulumi(options('customers'))).toThrow(/^pulumi preview .*: can't be run: spawnSync pulumi ENOENT$/);
});

describe('the steps of an estate', () => {
  const sandbox = planFiles(hostedSandboxFiles()).estate;

  test('are its stacks in the order of a deployment; for drift, the organization and the whole doctor too', () => {
    const stacks = ['customers', 'workforce', 'policies', 'access', 'workforce-watch', 'hosting-data', 'hosting'];
    expect(stepsOf(sandbox, false)).toEqual(stacks);
    const looks = ['snapshot', 'doctor-access', 'doctor-customers', 'doctor-workforce', 'doctor-hosting'];
    expect(stepsOf(sandbox, true)).toEqual([...stacks, ...looks]);
  });

  test('have a look at the emergency access, which a person deploys', () => {
    expect(stepsOf(planFiles(emergencyPlanFiles()).estate, true)).toContain('doctor-emergency');
  });

  test('of a delegated administrator have a second stack of access', () => {
    expect(stepsOf(planFiles(delegatedSandbox()).estate, false)).toContain('access-management');
  });

  test('that nobody asked about count as failed', () => {
    const customers: Outcome = { step: 'customers', command: '', state: 'unchanged', destroyed: [], text: '' };
    const all = withMissing([customers], ['customers', 'workforce', 'hosting'], {
      leftOut: { pulumi: 'the estate lacks a key' },
    });
    expect(all.map((outcome) => [outcome.step, outcome.state])).toEqual([
      ['customers', 'unchanged'],
      // Its engine is left out, and a person knows it.
      ['workforce', 'not-asked'],
      ['hosting', 'failed'],
    ]);
  });
});
