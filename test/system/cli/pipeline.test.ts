import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { writeEstate } from '../../support/estate-project';
import { fakePrograms } from '../../support/fake-cli';
import { FakeGitHub } from '../../support/fake-github';
import { hostedSandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { finish, type Finished } from '../clouds/organization/run-snapshot';
import { PROGRAM, REPOSITORY } from '../../support/repository';

const MARKER = '<!-- entra-aws-identity preview of sandbox -->';
const DRIFT_MARKER = '<!-- entra-aws-identity drift of sandbox -->';
const STEPS = [
  'customers',
  'workforce',
  'policies',
  'policies-management',
  'access',
  'workforce-watch',
  'hosting-data',
  'hosting',
];

const root = temporaryFolder();
/** With what the pipeline signs in as, so that both engines are asked. */
const ID = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const IDENTITIES = `pipeline:
  identities:
    workforce: { preview: ${ID('1')}, deploy: ${ID('2')} }
    customers: { preview: ${ID('3')}, deploy: ${ID('4')} }
`;
const sandbox = hostedSandboxFiles();
const text = (sandbox[ESTATE_FILE] ?? '').replace(/^pipeline:\n/m, IDENTITIES);
writeEstate(root, 'sandbox', { ...sandbox, [ESTATE_FILE]: text });

let github: FakeGitHub;

/** Event of a pull request that proposes a commit, from this repository. */
function pullRequestOf(sha: string): Readonly<Record<string, string>> {
  const file = join(root, `event-${sha.slice(0, 8)}.json`);
  const pull_request = { head: { sha, repo: { full_name: 'insurance/identity' } } };
  writeFileSync(file, JSON.stringify({ pull_request }));
  return { GITHUB_EVENT_PATH: file, GITHUB_BASE_REF: 'main' };
}

beforeEach(async () => {
  github = await FakeGitHub.start();
});
afterEach(async () => {
  await github.stop();
});

const NO_CHANGES: {
  readonly replacements: readonly object[];
  readonly operations: readonly object[];
  readonly counts?: object;
  readonly extent?: readonly object[];
} = {
  replacements: [],
  operations: [],
};

/** A folder as the jobs before leave it: the preview, and what the engines said. */
function plan({ changes = NO_CHANGES, steps = [] as readonly string[], state = 'unchanged' } = {}) {
  const folder = mkdtempSync(join(root, 'plan-'));
  const [preview, clouds] = [join(folder, 'preview'), join(folder, 'clouds')];
  mkdirSync(preview);
  writeFileSync(join(preview, 'preview.md'), '## Access of sandbox\n');
  writeFileSync(join(preview, 'preview.json'), JSON.stringify({ estate: 'sandbox', changes }));
  if (steps.length > 0) mkdirSync(clouds);
  for (const step of steps) {
    const outcome = { step, command: 'cdk diff', state, destroyed: [], text: 'what it says' };
    writeFileSync(join(clouds, `${step}.outcome.json`), JSON.stringify(outcome));
  }
  return { preview, clouds, summary: join(folder, 'summary.md') };
}

const DESTRUCTION = {
  ...NO_CHANGES,
  replacements: [{ kind: 'resource-replaced', subject: '::error::AWS::DynamoDB::Table' }],
};

async function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [PROGRAM, 'ci', command, '--estates', join(root, 'estates'), ...args], {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], ...github.environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return finish(child);
}

describe('ci comment', () => {
  const comment = async (files: ReturnType<typeof plan>, ...args: readonly string[]): Promise<Finished> =>
    run('comment', ['--preview', files.preview, '--clouds', files.clouds, ...args], {
      GITHUB_STEP_SUMMARY: files.summary,
    });
  const commentOn = async (
    { preview, clouds }: ReturnType<typeof plan>,
    commit: string,
    { runId = '42', asked = 'cdk' } = {},
  ): Promise<Finished> => {
    const env = { ...pullRequestOf(commit), GITHUB_RUN_ID: runId };
    return run('comment', ['--preview', preview, '--clouds', clouds, '--asked', asked], env);
  };

  test('of an older commit leaves the comment alone, whichever run ends last; that of the newest one is named', async () => {
    const [older, newer] = ['1', '2'].map((digit) => digit.repeat(40));
    if (older === undefined || newer === undefined) throw new Error('two commits');
    github.head = newer;
    expect(await commentOn(plan({ steps: STEPS, state: 'changed' }), newer, { runId: '43' })).toMatchObject({
      code: 0,
    });
    const [first] = github.comments;
    expect(first?.body).toContain('Of the commit <code>2222222222</code>.');
    expect(await commentOn(plan({ steps: STEPS }), older)).toMatchObject({
      code: 0,
      stdout: `comment of pull request 7 left as it is: this run is of ${older}, and ${newer} is newer\n`,
    });
    expect(github.comments).toEqual([first]);
  });

  test('of the same commit never says less of Pulumi than the comment that is there', async () => {
    github.head = '3'.repeat(40);
    const asked = await commentOn(plan({ steps: STEPS, state: 'failed' }), github.head, { asked: 'pulumi,cdk' });
    expect(asked).toMatchObject({ code: 0 });
    const [first] = github.comments;
    expect(await commentOn(plan({ steps: ['access'] }), github.head)).toMatchObject({
      stdout: 'comment of pull request 7 left as it is: another job of this commit, which knows more, has written it\n',
    });
    expect(github.comments).toEqual([first]);
    expect(first?.body).toContain('<code>sandbox-workforce</code> | **failed**');
  });

  test('creates one comment, then replaces its text, whoever else writes its marker', async () => {
    github.addComment(`${MARKER}\nnot by an app`, 'person');
    for (let index = 0; index < 120; index++) github.addComment(`talk ${index}`, 'person');
    expect(await comment(plan())).toMatchObject({ code: 0, stdout: 'comment of pull request 7 created\n', stderr: '' });
    expect(await comment(plan({ steps: STEPS, state: 'changed' }))).toMatchObject({
      code: 0,
      stdout: 'comment of pull request 7 updated\n',
    });
    const written = github.comments.filter(({ isOwn }) => isOwn);
    expect(written).toHaveLength(1);
    expect(written[0]?.body).toContain('<code>sandbox-hosting</code> | **changes**');
    expect(github.comments[0]?.body).toBe(`${MARKER}\nnot by an app`);
  });

  test('tells a step that no engine answered for', async () => {
    await comment(plan({ steps: ['customers'] }));
    expect(github.comments[0]?.body).toContain('<code>sandbox-workforce</code> | **failed**');
    expect(github.comments[0]?.body).toContain('There is no answer');
  });

  test('before a reviewer lets the pull request ask Pulumi, it says what was not asked, and why', async () => {
    github.head = '4'.repeat(40);
    expect(await commentOn(plan({ steps: ['access', 'hosting'] }), github.head)).toMatchObject({ code: 0 });
    const body = github.comments[0]?.body ?? '';
    expect(body).toContain('## Access of sandbox');
    for (const step of ['customers', 'workforce']) {
      expect(body).toContain(
        `| <code>sandbox-${step}</code> | **not asked**: it decrypts the secrets of Pulumi's state, so a reviewer of the environment preview has to allow it on the page of the run |`,
      );
    }
    expect(body).toContain('<code>sandbox-hosting</code> | no change');
    // Asked without an answer is another thing.
    expect(body).toContain('<code>sandbox-hosting-data</code> | **failed**');
  });

  test('asked of all, it takes the answers, and a rejection for a failure', async () => {
    github.head = '5'.repeat(40);
    await commentOn(plan({ steps: ['customers'], state: 'changed' }), github.head, { asked: 'pulumi,cdk' });
    expect(github.comments[0]?.body).toContain('<code>sandbox-customers</code> | **changes**');
    expect(github.comments[0]?.body).toContain('<code>sandbox-workforce</code> | **failed**');
    expect(github.comments[0]?.body).toContain('or a reviewer of preview rejected it');
  });

  test('asked of none, it says nothing of the clouds, and refuses an engine that is not known', async () => {
    await comment(plan({ steps: STEPS }), '--asked', 'none');
    expect(github.comments[0]?.body).not.toContain('Against what is deployed');
    expect(await comment(plan(), '--asked', 'cdk,terraform')).toMatchObject({
      code: 2,
      stderr: "--asked must be none, or a list of 'pulumi', 'cdk' separated by commas, got 'cdk,terraform'\n",
    });
  });

  test('refused by GitHub, it says which permission it takes, and the summary has it all the same', async () => {
    github.isReadOnly = true;
    const files = plan();
    const { code, stderr } = await comment(files);
    expect(code).toBe(1);
    expect(stderr).toBe(
      "POST /repos/insurance/identity/issues/7/comments: Resource not accessible by integration (HTTP 403): give the job 'pull-requests: write'; a pull request from a fork never has it\n",
    );
    expect(readFileSync(files.summary, 'utf8')).toContain('## Access of sandbox');
  });

  test('for a fork it writes the summary and calls nobody', async () => {
    const files = plan();
    expect(await comment(files, '--summary')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(files.summary, 'utf8').startsWith(`${MARKER}\n## Access of sandbox`)).toBe(true);
    expect(github.calls).toEqual([]);
  });

  test('without a variable of the run it says which is missing, and no token', async () => {
    const files = plan();
    const { code, stderr } = await run('comment', ['--preview', files.preview], {
      GITHUB_REPOSITORY: '',
      GITHUB_RUN_ID: '',
    });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'run this in GitHub Actions, which sets these variables; missing or not valid: GITHUB_REPOSITORY, GITHUB_RUN_ID\n',
    );
  });
});

describe('ci gate', () => {
  const gate = async (files: ReturnType<typeof plan>, ...args: readonly string[]): Promise<Finished> =>
    run('gate', ['--preview', files.preview, '--clouds', files.clouds, ...args]);

  test('stays shut where an engine that was asked failed or gave no answer, whatever labels there are', async () => {
    github.labels = ['allow-destructive', 'mass-change-approved'];
    const failed = await gate(plan({ steps: STEPS, state: 'failed' }), '--asked', 'pulumi,cdk');
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stdout).toContain('| sandbox-customers: what it says\n');
    expect(failed.stdout).not.toContain('nothing is destroyed');
    // The CDK's job ended before it asked.
    expect(
      await run('gate', ['--preview', plan().preview, '--clouds', 'nowhere'], pullRequestOf('6'.repeat(40))),
    ).toMatchObject({
      code: 1,
    });
    const waiting = plan({ steps: STEPS.filter((step) => step !== 'customers' && step !== 'workforce') });
    expect(await gate(waiting, '--asked', 'cdk')).toMatchObject({ code: 0 });
    expect(await gate(waiting, '--asked', 'pulumi,cdk')).toMatchObject({ code: 1 });
  });

  test('lets a change pass that destroys nothing, without asking anybody', async () => {
    expect(await gate(plan())).toMatchObject({ code: 0, stdout: 'nothing is destroyed\n' });
    expect(github.calls).toEqual([]);
  });

  test('says how many assignments are gained, with those of a group that waits for synchronization', async () => {
    const counts = { gained: 3, gainedPending: 1, lost: 0, withdrawn: 0 };
    expect(await gate(plan({ changes: { ...NO_CHANGES, counts } }))).toMatchObject({
      code: 0,
      stdout: '3 assignments gained (1 as soon as its group is synchronized), 0 lost\nnothing is destroyed\n',
    });
  });

  test('stops one that destroys, until it has the label; what is destroyed is no command to the runner', async () => {
    github.labels = ['documentation'];
    const files = plan({ changes: DESTRUCTION });
    expect(await gate(files)).toMatchObject({
      code: 1,
      stdout:
        'this destroys:\n| resource-replaced: ::error::AWS::DynamoDB::Table\nadd the label allow-destructive to allow it; the label starts the gate again\n',
    });
    github.labels.push('allow-destructive');
    expect(await gate(files)).toMatchObject({ code: 0 });
  });

  test('stops one that changes more access than the limits allow, until it has the label for that', async () => {
    const extent = [
      { of: 'lost', assignments: 120, before: 800, bound: 100, isExceeded: true },
      { of: 'gained', assignments: 3, before: 800, bound: 400, isExceeded: false },
    ];
    const files = plan({ changes: { ...DESTRUCTION, extent } });
    github.labels = ['allow-destructive'];
    expect(await gate(files)).toMatchObject({
      code: 1,
      stdout:
        'this changes more access than the limits allow:\n| 120 assignments lost (15 % of 800); pipeline.limits.lost allows 100\nthis destroys:\n| resource-replaced: ::error::AWS::DynamoDB::Table\nadd the label mass-change-approved to allow it; the label starts the gate again\nthe label allow-destructive allows it\n',
    });
    github.labels.push('mass-change-approved');
    expect(await gate(files)).toMatchObject({ code: 0 });
  });

  test('stops where there is no preview, and where the labels can not be read', async () => {
    const files = plan({ changes: DESTRUCTION });
    expect(await gate({ ...files, preview: join(root, 'nowhere') })).toMatchObject({ code: 1, stdout: '' });
    const { code, stderr } = await run('gate', ['--preview', files.preview], { GITHUB_TOKEN: 'another' });
    expect(code).toBe(1);
    expect(stderr).toContain("Bad credentials (HTTP 401): give the job 'pull-requests: read'");
    expect(stderr).not.toContain('another');
  });
});

describe('ci drift-report', () => {
  const all = [
    ...[...STEPS, 'snapshot', 'doctor-access', 'doctor-customers', 'doctor-workforce', 'doctor-hosting'],
    'doctor-emergency',
  ];
  const report = async (files: ReturnType<typeof plan>): Promise<Finished> =>
    run('drift-report', ['--clouds', files.clouds], { GITHUB_REF: 'refs/heads/main' });

  test('opens one report, updates it, and closes it when there is no drift any more', async () => {
    const drift = plan({ steps: all, state: 'changed' });
    expect(await report(drift)).toMatchObject({ code: 1, stdout: 'drift: opened #1\n' });
    expect(await report(drift)).toMatchObject({ code: 1, stdout: 'drift: updated #1\n' });
    expect(github.issues).toHaveLength(1);
    expect(github.issues[0]).toMatchObject({ title: 'Drift of sandbox', labels: [{ name: 'drift' }], state: 'open' });
    expect(github.issues[0]?.body.startsWith(DRIFT_MARKER)).toBe(true);
    expect(await report(plan({ steps: all }))).toMatchObject({ code: 0, stdout: 'no drift: closed #1\n' });
    expect(github.issues[0]?.state).toBe('closed');
    expect(await report(plan({ steps: all }))).toMatchObject({ code: 0, stdout: 'no drift: nothing to report\n' });
  });

  test('access that the estate does not declare opens a report with its names', async () => {
    const files = plan({ steps: all });
    const text =
      'group "Claims Developers" has SecurityAdmin in claims-prod (210000000006), which is not in the estate';
    const outcome = {
      step: 'doctor-access',
      command: 'npx --no entra-aws doctor',
      state: 'changed',
      destroyed: [],
      text,
    };
    writeFileSync(join(files.clouds, 'doctor-access.outcome.json'), JSON.stringify(outcome));
    expect(await report(files)).toMatchObject({ code: 1, stdout: 'drift: opened #1\n' });
    expect(github.issues[0]?.body).toContain(text);
  });

  test('a look that is missing is no sign of health', async () => {
    expect(await report(plan({ steps: STEPS }))).toMatchObject({ code: 1, stdout: 'drift: opened #1\n' });
    expect(github.issues[0]?.body).toContain('<code>sandbox-snapshot</code> | **failed**');
    expect(github.issues[0]?.body).toContain('<code>sandbox-doctor-access</code> | **failed**');
    expect(await report(plan())).toMatchObject({ code: 1, stdout: 'drift: updated #1\n' });
  });
});

describe('ci cloud-plan', () => {
  const bin = join(root, 'bin');
  const programs = fakePrograms(bin);
  const ask = async (out: string, ...args: readonly string[]): Promise<Finished> =>
    run('cloud-plan', ['--out', out, ...args], { PATH: programs.path });

  test('writes down what the engine says, and prints it so that it is no command to the runner', async () => {
    programs.answer('cdk', [{ stdout: '::add-mask::x\n✨  Number of stacks with differences: 1\n' }]);
    const out = join(root, 'asked');
    const { code, stdout } = await ask(out, '--step', 'access');
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(1)).toEqual([
      '| ::add-mask::x',
      '| ✨  Number of stacks with differences: 1',
      'sandbox-access: changed',
      '',
    ]);
    expect(JSON.parse(readFileSync(join(out, 'access.outcome.json'), 'utf8'))).toMatchObject({ state: 'changed' });
  });

  test('ends with 1 where the engine fails, and leaves no answer of before where it can not be started', async () => {
    programs.answer('pulumi', [{ stderr: 'error: no access', code: 255 }]);
    const out = join(root, 'failed');
    const { code, stdout } = await ask(out, '--step', 'customers');
    expect(code).toBe(1);
    expect(stdout).toContain('| error: no access\nsandbox-customers: failed\n');
    const file = join(out, 'customers.outcome.json');
    expect(existsSync(file)).toBe(true);
    expect(await run('cloud-plan', ['--out', out, '--step', 'customers'], { PATH: '/nowhere' })).toMatchObject({
      code: 1,
    });
    expect(existsSync(file)).toBe(false);
  });

  test('has nothing to ask about a step that the estate lacks, and refuses one that nobody knows', async () => {
    expect(await ask(join(root, 'none'), '--step', 'access-management')).toMatchObject({
      code: 0,
      stdout: 'the estate sandbox has no access-management: there is nothing to ask\n',
    });
    expect(await ask(join(root, 'none'), '--step', 'acess')).toMatchObject({ code: 2 });
    expect(await ask(join(root, 'none'), '--step', 'doctor-access')).toMatchObject({ code: 2 });
    expect(await ask(join(root, 'none'), '--step', 'assignments')).toMatchObject({ code: 2 });
  });
});
