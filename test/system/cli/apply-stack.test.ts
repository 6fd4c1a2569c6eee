import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyStack } from '../../../src/deploy/pipeline/apply-stack';
import { type Outcome, readOutcomes } from '../../../src/deploy/pipeline/outcome';
import { type FakeAnswer, fakePrograms } from '../../support/fake-cli';
import { EXAMPLE, PROGRAM } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';
import { finish } from '../clouds/organization/run-snapshot';

const folder = temporaryFolder();
const clouds = join(folder, 'clouds');
const programs = fakePrograms(join(folder, 'bin'));

const NONE = 'Number of stacks with differences: 0\n';
const ONE = 'Resources\n[+] AWS::SSO::Assignment A\n\nNumber of stacks with differences: 1\n';
const OTHER = 'Resources\n[-] AWS::SSO::Assignment B\n\nNumber of stacks with differences: 1\n';

function approve(state: Outcome['state'], text: string): void {
  rmSync(clouds, { recursive: true, force: true });
  mkdirSync(clouds);
  const outcome: Outcome = { step: 'workforce-watch', command: 'cdk diff', state, destroyed: [], text: text.trim() };
  writeFileSync(join(clouds, 'workforce-watch.outcome.json'), JSON.stringify(outcome));
}

interface Answers {
  /** Printed by the CDK when it prepares a change set. */
  readonly prepared?: string;
  /** Printed by the CDK when it executes one. */
  readonly executed?: string;
  /** Answer of `pulumi up`. */
  readonly up?: FakeAnswer;
}

/** Runs apply-stack where `cdk diff` says this now. */
async function apply(step: string, diff: string, { prepared = '', executed = '', up = {} }: Answers = {}) {
  programs.answer('cdk', [
    { words: ['diff'], stdout: diff },
    { words: ['deploy', 'prepare-change-set'], stderr: prepared },
    { words: ['deploy', 'execute-change-set'], stderr: executed },
  ]);
  programs.answer('pulumi', [up]);
  const before = programs.calls().length;
  const args = [PROGRAM, 'ci', 'apply-stack', '--estate', 'sandbox', '--step', step, '--clouds', clouds];
  const child = spawn(process.execPath, args, {
    cwd: EXAMPLE,
    env: { ...process.env, PATH: programs.path, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const finished = await finish(child);
  const deployed = programs
    .calls()
    .slice(before)
    .filter((call) => / (deploy|up) /.test(call));
  return { ...finished, deployed };
}

const PASSPHRASE = 'correct horse battery';

describe('the log of a job has no secret that an engine prints', () => {
  const quoted = "Value 'hunter2 and more' at 'secretString' failed to satisfy constraint";

  test.each([
    ['the CDK while it prepares', 'workforce-watch', { prepared: `\u001b[31mError:\u001b[39m ${quoted}\n` }],
    ['the CDK while it executes', 'workforce-watch', { executed: `\u001b[31mError:\u001b[39m ${quoted}\n` }],
    ['Pulumi', 'customers', { up: { code: 1, stdout: `error: ${quoted}\n`, stderr: `incorrect ${PASSPHRASE}\n` } }],
  ] as const)('of %s', async (_what, step, answers) => {
    approve('changed', ONE);
    const { stdout, stderr } = await apply(step, ONE, answers);
    expect(`${stdout}${stderr}`).not.toMatch(/hunter2|horse/);
    expect(`${stdout}${stderr}`).toMatch(/Value \[secret\] at/);
  });
});

const DEPLOY = 'cdk deploy sandbox-workforce-watch --app plan/cdk.out --exclusively --require-approval never';
const PREPARE = `${DEPLOY} --method prepare-change-set --change-set-name entra-aws-approved`;
const EXECUTE = `${DEPLOY} --method execute-change-set --change-set-name entra-aws-approved`;

test('a stack of the CDK that differs as it was approved is deployed', async () => {
  approve('changed', ONE);
  expect(await apply('workforce-watch', `\n✨  Synthesis time: 0.1s\n${ONE}`)).toMatchObject({
    code: 0,
    deployed: [PREPARE, EXECUTE],
  });
});

test('a change set without a change is not executed', async () => {
  approve('unchanged', NONE);
  expect(await apply('workforce-watch', NONE, { prepared: 'sandbox-workforce-watch (no changes)' })).toMatchObject({
    code: 0,
    deployed: [PREPARE],
  });
});

test('a stack whose template is the same is updated all the same, if a value that it takes is another', async () => {
  approve('unchanged', NONE);
  expect(await apply('workforce-watch', NONE)).toMatchObject({ code: 0, deployed: [PREPARE, EXECUTE] });
});

test('a stack that somebody changed since the approval is not, and both are said', async () => {
  approve('changed', ONE);
  const { code, deployed, stderr } = await apply('workforce-watch', OTHER);
  expect({ code, deployed }).toEqual({ code: 1, deployed: [PREPARE] });
  expect(stderr).toContain('sandbox-workforce-watch would not change as it was approved');
  expect(stderr).toContain('[+] AWS::SSO::Assignment A');
  expect(stderr).toContain('[-] AWS::SSO::Assignment B');
});

test('a stack that was to stay as it is, and differs now, is not deployed', async () => {
  approve('unchanged', NONE);
  expect(await apply('workforce-watch', ONE)).toMatchObject({ code: 1, deployed: [PREPARE] });
});

test('a stack that this run deployed before it failed is left alone', async () => {
  approve('changed', ONE);
  const { code, deployed, stdout } = await apply('workforce-watch', NONE);
  expect({ code, deployed }).toEqual({ code: 0, deployed: [PREPARE] });
  expect(stdout).toContain('sandbox-workforce-watch is deployed as it was approved');
});

test('a stack whose plan failed is not deployed, nor one without a plan', async () => {
  approve('failed', 'no credentials');
  expect(await apply('workforce-watch', ONE)).toMatchObject({ code: 1, deployed: [] });
  expect(await apply('hosting', ONE)).toMatchObject({ code: 1, deployed: [] });
});

test('a program of Pulumi is deployed by its plan, and what the estate lacks not at all', async () => {
  const plan = join(clouds, 'customers.plan.json');
  expect((await apply('customers', NONE)).deployed).toEqual([
    `pulumi up --stack sandbox-customers --plan ${plan} --skip-preview --yes --non-interactive`,
  ]);
  expect(await apply('access-management', ONE)).toMatchObject({ code: 0, deployed: [] });
});

test('a program that failed says how it is recovered, since another run would make it worse', async () => {
  expect(await apply('customers', NONE, { up: { code: 1 } })).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /start a new run of all jobs: npx --no entra-aws deploy repair customers --estate sandbox\n$/,
    ) as string,
  });
});

describe('what must come before the change', () => {
  const recovery = { recover: () => Promise.resolve(), isInReview: () => Promise.resolve(false) };
  const path = process.env['PATH'];

  beforeAll(() => {
    process.env['PATH'] = programs.path;
  });

  afterAll(() => {
    process.env['PATH'] = path;
  });

  /** The CDK is asked twice for differences, once for those that destroy. */
  const distinct = (all: readonly string[]) => all.filter((verb, index) => verb !== all[index - 1]);

  /** Verbs of the CDK before it and after it; none before where it was not done at all. */
  async function around(diff: string, isDone = true) {
    approve('changed', ONE);
    programs.answer('cdk', [{ words: ['diff'], stdout: diff }, { words: ['deploy'] }]);
    const begin = programs.calls().length;
    const verbs = () =>
      programs
        .calls()
        .slice(begin)
        .map((call) => /prepare|execute/.exec(call)?.[0] ?? 'diff');
    const before: string[] = [];
    const beforeChange = (): Promise<boolean> => {
      before.push(...verbs());
      return Promise.resolve(isDone);
    };
    const stack = {
      estate: 'sandbox',
      name: 'sandbox-workforce-watch',
      step: 'workforce-watch',
      folder: clouds,
      approved: readOutcomes(clouds),
    } as const;
    const code = await applyStack({ ...stack, beforeChange }, recovery).catch((error: unknown) => String(error));
    return { code, before: distinct(before), after: distinct(verbs().slice(before.length)) };
  }

  test('is done after the comparison with what was approved, and before the execution', async () => {
    expect(await around(ONE)).toEqual({ code: 0, before: ['prepare', 'diff'], after: ['execute'] });
  });

  test('is not done where the stack would change otherwise', async () => {
    const { code, before, after } = await around(OTHER);
    expect(code).toContain('would not change as it was approved');
    expect({ before, after }).toEqual({ before: [], after: ['prepare', 'diff'] });
  });

  test('stops the change where it fails', async () => {
    expect(await around(ONE, false)).toEqual({ code: 1, before: ['prepare', 'diff'], after: [] });
  });

  test.each([
    ['is not recovered where it was not changed', { isDone: false }, []],
    ['is recovered where its change fails', { executed: 1 }, ['recover']],
    ['is looked at again once it is as approved', {}, ['after']],
    ['is looked at again where a killed run had deployed it', { diff: NONE }, ['after']],
  ] as const)('a stack %s', async (_what, how, expected) => {
    const { isDone = true, executed = 0, diff = ONE }: { isDone?: boolean; executed?: number; diff?: string } = how;
    approve('changed', ONE);
    programs.answer('cdk', [
      { words: ['diff'], stdout: diff },
      { words: ['execute-change-set'], code: executed },
      { words: ['deploy'] },
    ]);
    const done: string[] = [];
    const stack = {
      estate: 'sandbox',
      name: 'sandbox-workforce-watch',
      step: 'workforce-watch',
      folder: clouds,
      approved: readOutcomes(clouds),
    } as const;
    const afterChange = () => {
      done.push('after');
      return Promise.resolve(false);
    };
    const recover = () => {
      done.push('recover');
      return Promise.resolve();
    };
    const hooks = { beforeChange: () => Promise.resolve(isDone), afterChange };
    expect(await applyStack({ ...stack, ...hooks }, { ...recovery, recover })).toBe(1);
    expect(done).toEqual(expected);
  });
});
