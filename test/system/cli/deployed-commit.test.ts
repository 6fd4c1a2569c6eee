import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { EstateFile } from '../../../src/estate/sections/estate-schema';
import { estateFile } from '../../support/estate-file';
import type { Finished } from '../clouds/organization/run-snapshot';
import { finish } from '../clouds/organization/run-snapshot';
import { fakePrograms } from '../../support/fake-cli';
import { FakeGitHub } from '../../support/fake-github';
import type { TestFolder } from '../../support/git-repository';
import { makeSandboxRepository } from '../../support/git-repository';
import { PROGRAM } from '../../support/repository';

const ESTATE = 'estates/sandbox/estate.yaml';
const SUMMARY = 'summary.md';

let folder: TestFolder;
let github: FakeGitHub;

beforeEach(async () => {
  folder = makeSandboxRepository();
  github = await FakeGitHub.start();
  edit(({ access, workforce }) => ({ ...(access && { access }), workforce: { groups: workforce?.groups ?? [] } }));
  folder.commit('Keep access alone, whose preview is quick');
});
afterEach(async () => {
  folder.remove();
  await github.stop();
});

function edit(change: (estate: EstateFile) => EstateFile): void {
  const estate = estateFile(parse(read(ESTATE)));
  folder.write(ESTATE, stringify(change(estate)));
}

const read = (file: string): string => readFileSync(join(folder.path, file), 'utf8');
const head = (): string => folder.git('rev-parse', 'HEAD').trim();

/** Three commits: one that takes an OU and an account from the developers, and two after it. */
function moveOn(): void {
  edit(({ access, ...rest }) => ({
    ...rest,
    ...(access && {
      access: {
        ...access,
        grants: access.grants.map((grant) =>
          grant.group === 'Claims Developers' ? { ...grant, accounts: { include: [{ name: 'claims-dev' }] } } : grant,
        ),
      },
    }),
  }));
  folder.commit('Take three accounts from the developers');
  for (const note of ['one', 'two']) {
    folder.write('notes.md', note);
    folder.commit(`Note ${note}`);
  }
}

function run(command: string, ...args: readonly string[]): Promise<Finished> {
  return runWith({}, command, ...args);
}

function runWith(
  env: Readonly<Record<string, string>>,
  command: string,
  ...args: readonly string[]
): Promise<Finished> {
  const { PATH = '' } = process.env;
  const run = { ...github.environment, GITHUB_REF: 'refs/heads/main', GITHUB_STEP_SUMMARY: SUMMARY };
  const child = spawn(process.execPath, [PROGRAM, ...(command === 'preview' ? [] : ['ci']), command, ...args], {
    cwd: folder.path,
    env: { PATH, ...run, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return finish(child);
}

/** The steps of the job that shows what is to be approved. */
async function show(): Promise<string> {
  expect(await run('deployed-commit', '--job', 'Deploy', '--out', 'plan/deployed.json')).toMatchObject({
    code: 0,
    stderr: '',
  });
  const preview = await run('preview', '--estate', 'sandbox', '--deployed', 'plan/deployed.json');
  expect(preview).toMatchObject({ code: 0, stderr: '' });
  const comment = await run('comment', '--estate', 'sandbox', '--deployed', 'plan/deployed.json', '--summary');
  expect(comment).toMatchObject({ code: 0, stderr: '' });
  return read(SUMMARY);
}

const deployed = (commit: string): void => {
  github.runs = [{ id: 41, commit, deploys: [{ conclusion: 'success', endedAt: '2026-05-02T12:00:00Z' }] }];
};

test('what was lost in any commit since the last deployment is counted, and the summary names that commit', async () => {
  const before = head();
  deployed(before);
  moveOn();
  const summary = await show();
  expect(summary).toContain(
    `Compared with <code>${before.slice(0, 10)}</code>, [deployed last](https://github.localhost/insurance/identity/actions/runs/41), 3 commits ago.`,
  );
  expect(summary).toContain(`**0 assignments gained, 3 lost** against <code>deployed</code> (${before.slice(0, 10)}).`);
  // The commit before this one, which was compared with once, has lost them already.
  expect((await run('preview', '--estate', 'sandbox', '--base', 'HEAD^1')).stdout).toContain(
    '0 assignments gained, 0 lost',
  );
});

test('before the first deployment, all access counts as gained, and the summary says so', async () => {
  const summary = await show();
  expect(summary).toContain('**This workflow has deployed nothing yet**: all access counts as gained.');
  expect(summary).toContain(
    '**46 assignments gained (1 as soon as its group is synchronized), 0 lost** against <code>nothing deployed</code>.',
  );
  expect(summary).toContain('Nothing was deployed before');
});

test('a commit that is not in the history is an error that says what to do, and leaves nothing to compare with', async () => {
  deployed(head());
  await run('deployed-commit', '--job', 'Deploy');
  expect(existsSync(join(folder.path, 'plan/deployed.json'))).toBe(true);
  const lost = head();
  folder.git('checkout', '--quiet', '--orphan', 'rewritten');
  folder.commit('Begin again');
  const { code, stderr } = await run('deployed-commit', '--job', 'Deploy');
  expect(code).toBe(1);
  expect(stderr).toBe(
    `${lost}, deployed last by https://github.localhost/insurance/identity/actions/runs/41, can't be compared with: ${lost} is not in the history of HEAD (${head()}). Either this checkout lacks its history (fetch-depth: 0), or the branch was rewritten. Then look at 'npx --no entra-aws preview --base ${lost}' where that commit still is, and bring it back into the history: 'git merge --strategy ours ${lost}'\n`,
  );
  expect(existsSync(join(folder.path, 'plan/deployed.json'))).toBe(false);
  // A shallow checkout lacks the commit altogether.
  deployed('f'.repeat(40));
  expect((await run('deployed-commit', '--job', 'Deploy')).stderr).toContain('(fetch-depth: 0)');
});

test('an older commit that is deployed again is compared with the newer one', async () => {
  const older = head();
  moveOn();
  deployed(head());
  folder.git('checkout', '--quiet', older);
  const summary = await show();
  expect(summary).toContain('**this goes back** by 3 commits.');
  expect(summary).toContain('**3 assignments gained, 0 lost**');
});

test('an older run that is run again after a newer deployment is stopped, with what to do', async () => {
  const before = head();
  deployed(before);
  expect(await run('deployed-commit', '--job', 'Deploy', '--out', 'plan/shown/deployed.json')).toMatchObject({
    code: 0,
  });
  const check = () => run('deployed-commit', '--job', 'Deploy', '--shown', 'plan/shown/deployed.json');
  expect(await check()).toMatchObject({ code: 0, stderr: '' });
  const shown = read('plan/shown/deployed.json');
  moveOn();
  const newer = head();
  github.runs = [
    { id: 43, commit: newer, deploys: [{ conclusion: 'success', endedAt: '2026-05-04T12:00:00Z' }] },
    { id: 42, commit: before, deploys: [{ conclusion: 'failure', endedAt: '2026-05-03T12:00:00Z' }] },
    ...github.runs,
  ];
  folder.git('checkout', '--quiet', before);
  folder.write('plan/shown/deployed.json', shown);
  const { code, stderr } = await check();
  expect(code).toBe(1);
  expect(stderr).toContain(`now it is ${newer} by https://github.localhost/insurance/identity/actions/runs/43.`);
  expect(stderr).toContain('Start a new run of all jobs');
  expect(existsSync(join(folder.path, 'plan/deployed.json'))).toBe(false);
});

test('refused by GitHub, it names the permission; called wrongly, the options', async () => {
  const { code, stderr } = await runWith({ GITHUB_TOKEN: 'another' }, 'deployed-commit', '--job', 'Deploy');
  expect(code).toBe(1);
  expect(stderr).toContain("Bad credentials (HTTP 401): give the job 'actions: read'");
  expect(stderr).not.toContain('another');
  expect(await run('preview', '--base', 'HEAD', '--deployed', 'x')).toMatchObject({
    code: 2,
    stderr: 'give --base or --deployed, not both\n',
  });
});

describe('what was merged and waits for its approval', () => {
  const DOCTOR = 'npx --no entra-aws doctor --estate sandbox';
  const look = async (answer: { readonly stdout: string; readonly code: number }) => {
    deployed(head());
    moveOn();
    const programs = fakePrograms(join(folder.path, 'bin'));
    programs.answer('npx', [answer]);
    await run('deployed-commit', '--job', 'Deploy');
    const args = ['--step', 'doctor-access', '--mode', 'drift', '--deployed', 'plan/deployed.json'];
    const { code } = await runWith({ PATH: programs.path }, 'cloud-plan', ...args);
    const report = await run('drift-report', '--deployed', 'plan/deployed.json');
    return { code, report, calls: programs.calls() };
  };

  test('is no drift: a look compares with what is deployed', async () => {
    const before = read(ESTATE);
    const { code, report, calls } = await look({ stdout: '0 failures, 0 warnings, 4 ok\n', code: 0 });
    expect(calls[0]).toContain(`${DOCTOR} --estates plan/clouds/deployed-estates --only access`);
    expect(read('plan/clouds/deployed-estates/sandbox/estate.yaml')).toBe(before);
    expect(read(ESTATE)).not.toBe(before);
    expect([code, report.code, github.issues]).toEqual([0, 0, []]);
  });

  test('hides no drift beside it, and the report names it as waiting', async () => {
    const { report } = await look({ stdout: '1 failure, 0 warnings, 3 ok\n', code: 1 });
    expect(report.code).toBe(1);
    expect(github.issues[0]?.state).toBe('open');
    expect(github.issues[0]?.body).toContain(
      '**Waits for its deployment**: this estate has changed in 3 commits since',
    );
  });
});
