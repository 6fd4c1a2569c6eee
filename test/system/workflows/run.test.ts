import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ESTATE_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import packageJson from '../../../package.json';
import type { Finished } from '../clouds/organization/run-snapshot';
import { finish } from '../clouds/organization/run-snapshot';
import { fakePrograms } from '../../support/fake-cli';
import { FakeGitHub } from '../../support/fake-github';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import type { Job } from '../../support/workflows/workflow-files';
import { REPOSITORY } from '../../support/repository';
import { jobOf, stepsOf } from '../../support/workflows/workflow-files';

const root = temporaryFolder();
const project = join(root, 'identity');
const programs = fakePrograms(join(root, 'bin'));

function git(cwd: string, ...args: readonly string[]): string {
  const options = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...options, ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** The repository as a job has it after its checkout: a merge request takes the auditors' bills away. */
function checkOut(): void {
  for (const path of git(REPOSITORY, 'ls-files', '-z').split('\0')) {
    if (path === '' || !existsSync(join(REPOSITORY, path))) continue;
    mkdirSync(dirname(join(project, path)), { recursive: true });
    cpSync(join(REPOSITORY, path), join(project, path));
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(project, 'node_modules'));
  git(project, 'init', '--quiet', '--initial-branch', 'main');
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '--message', 'base');
  const estate = join(project, 'estates/sandbox/estate.yaml');
  const text = readFileSync(estate, 'utf8');
  const changed = text.replace('permissionSets: [SecurityAudit, BillingManager]', 'permissionSets: [SecurityAudit]');
  if (changed === text) throw new Error('the sandbox changed, and the edit means nothing any more');
  writeFileSync(estate, changed);
  const { access } = planFiles({ ...hostedSandboxFiles(), [ESTATE_FILE]: changed });
  writeFileSync(join(project, 'estates/sandbox', PLACEMENT_FILE), access?.placement.text ?? '');
}

const scripts: Readonly<Record<string, string>> = packageJson.scripts;

/** A step's command line as npm would run it, but with the engines of the path before those of node_modules. */
function commandOf(run: string): string {
  return run
    .trim()
    .replace(/^npm run ([\w-]+) --/, (_all, name: string) => scripts[name] ?? '')
    .replace(/^npx /, '');
}

let github: FakeGitHub;

/** Runs the steps of a job that have a command, as a job does: bash, one after the other. */
async function runJob(job: Job, env: Readonly<Record<string, string>> = {}): Promise<readonly Finished[]> {
  const done: Finished[] = [];
  for (const { run = '', if: condition = '' } of stepsOf(job)) {
    // Packages are there already.
    if (run === '' || run.startsWith('npm ci') || /!= github\.repository|MANAGEMENT/.test(condition)) continue;
    if (condition.includes("'drift'") && env['MODE'] !== 'drift') continue;
    const path = `${programs.path.replace(/:.*/, '')}:${join(project, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', commandOf(run)], {
      cwd: project,
      env: { PATH: path, CI: 'true', ESTATE: 'sandbox', ...github.environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    done.push(await finish(child));
  }
  return done;
}

const codes = (finished: readonly Finished[]): readonly (number | null)[] => finished.map(({ code }) => code);

beforeAll(async () => {
  checkOut();
  github = await FakeGitHub.start();
});
afterAll(() => github.stop());

const STACKS = ['access', 'workforce-watch', 'hosting-data', 'hosting'].map((step) => `sandbox-${step}`);
const SAME = { op: 'same', urn: 'urn:pulumi:sandbox-customers::entra::pulumi:pulumi:Stack::entra-sandbox-customers' };

describe('the steps of the workflows, with the engines of somebody else', () => {
  beforeAll(() => {
    programs.answer('pulumi', [{ words: ['output'], stdout: '{}' }, { stdout: JSON.stringify({ steps: [SAME] }) }]);
    programs.answer('cdk', [
      ...STACKS.map((stack) => ({
        words: ['drift', stack],
        stdout: `Stack ${stack}\nNo drift detected\n\nNumber of resources with drift: 0\n`,
      })),
      { words: ['diff'], stdout: 'Number of stacks with differences: 0\n' },
      {},
    ]);
    programs.answer('npm', [{ stdout: 'organization.json is up to date\n' }]);
  });

  test('a pull request: the preview, the engines, the comment and the gate', async () => {
    // The commit that is merged into is the first parent.
    git(project, 'commit', '--quiet', '--all', '--message', 'take the bills away');
    expect(codes(await runJob(jobOf('preview', 'offline')))).toEqual([0]);
    expect(codes(await runJob(jobOf('ask-aws', 'ask'), { MODE: 'plan' }))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(codes(await runJob(jobOf('preview', 'report'), { ASKED: 'cdk' }))).toEqual([0, 0]);
    expect(github.comments[0]?.body).toContain('| <code>sandbox-workforce</code> | **not asked**: it decrypts');
    expect(programs.calls().filter((call) => call.startsWith('pulumi'))).toEqual([]);
    // A reviewer lets it run.
    expect(codes(await runJob(jobOf('ask-entra', 'ask'), { MODE: 'plan' }))).toEqual([0, 0]);
    expect(codes(await runJob(jobOf('preview', 'report-entra'), { ASKED: 'pulumi,cdk' }))).toEqual([0, 0]);
    const body = github.comments[0]?.body ?? '';
    expect(body).toContain('| <code>sandbox-workforce</code> | no change |');
    expect(body).toContain('Who loses access');
    expect(body).toContain('<code>BillingManager</code>');
    expect(body.indexOf('Who loses access')).toBeLessThan(body.indexOf('Against what is deployed'));
    expect(body).toContain('| <code>sandbox-hosting</code> | no change |');
  });

  test('drift: every engine is asked, and the organization', async () => {
    expect(codes(await runJob(jobOf('ask-entra', 'ask'), { MODE: 'drift' }))).toEqual([0, 0]);
    expect(codes(await runJob(jobOf('ask-aws', 'ask'), { MODE: 'drift' }))).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    const [report] = await runJob(jobOf('drift', 'report'), { GITHUB_REF: 'refs/heads/main' });
    expect(report).toMatchObject({ code: 0, stdout: 'no drift: nothing to report\n' });
  });

  test('a deployment: in the order that the parts need each other, with what was planned', async () => {
    const before = programs.calls().length;
    await runJob({
      ...jobOf('deploy', 'deploy'),
      steps: jobOf('deploy', 'deploy').steps.filter(({ run = '' }) => !run.startsWith('npm run')),
    });
    const up = (step: string): string =>
      `pulumi up --stack sandbox-${step} --plan plan/clouds/${step}.plan.json --skip-preview --yes --non-interactive`;
    const deploy = (step: string): string =>
      `cdk deploy sandbox-${step} --app cdk.out --exclusively --require-approval never`;
    expect(programs.calls().slice(before)).toEqual([
      up('customers'),
      up('workforce'),
      deploy('access'),
      deploy('workforce-watch'),
      deploy('hosting-data'),
      deploy('hosting'),
    ]);
    const order = jobOf('deploy', 'deploy').steps.flatMap(({ run }) => run ?? []);
    const at = (text: string): number => order.findIndex((run) => run.includes(text));
    expect(at('npm run snapshot')).toBeGreaterThan(at('-workforce'));
    expect(at('npm run snapshot')).toBeLessThan(at('-access"'));
    expect(at('npm run handoff')).toBeGreaterThan(at('-hosting-data"'));
    expect(at('npm run handoff')).toBeLessThan(at('-hosting"'));
  });
});
