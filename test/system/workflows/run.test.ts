import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ESTATE_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { FORGES, type Forge } from '../../../src/estate/sections/pipeline/forge';
import type { Finished } from '../clouds/organization/run-snapshot';
import { finish } from '../clouds/organization/run-snapshot';
import { fakePrograms } from '../../support/fake-cli';
import { FakeGitHub } from '../../support/fake-github';
import { FakeAzureDevOps } from '../../support/forges/fake-azure-devops';
import type { FakeForge } from '../../support/forges/fake-forge';
import { FakeGitLab } from '../../support/forges/fake-gitlab';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { REPOSITORY } from '../../support/repository';
import { SCRIPTS, SETTINGS } from '../../support/workflows/forge-jobs';

const root = temporaryFolder();
const project = join(root, 'identity');
const programs = fakePrograms(join(root, 'bin'));
const commands = join(root, 'commands.log');

function git(cwd: string, ...args: readonly string[]): string {
  const options = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stdout, stderr } = spawnSync('git', [...options, ...args], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const ID = (digit: string): string => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const IDENTITIES = `pipeline:
  identities:
    workforce: { preview: ${ID('1')}, deploy: ${ID('2')} }
    customers: { preview: ${ID('3')}, deploy: ${ID('4')} }
`;

/** The repository as a job has it after its checkout: a pull request takes the auditors' bills away. */
function checkOut(): void {
  for (const path of git(REPOSITORY, 'ls-files', '-z').split('\0')) {
    if (path === '' || !existsSync(join(REPOSITORY, path))) continue;
    mkdirSync(dirname(join(project, path)), { recursive: true });
    cpSync(join(REPOSITORY, path), join(project, path));
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(project, 'node_modules'));
  git(project, 'init', '--quiet', '--initial-branch', 'main');
  const estate = join(project, 'estates/sandbox/estate.yaml');
  const text = readFileSync(estate, 'utf8').replace('pipeline:\n', IDENTITIES);
  writeFileSync(estate, text);
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '--message', 'base');
  const changed = text.replace('permissionSets: [SecurityAudit, BillingReader]', 'permissionSets: [SecurityAudit]');
  if (changed === text) throw new Error('the sandbox changed, and the edit means nothing any more');
  writeFileSync(estate, changed);
  const { access } = planFiles({ ...hostedSandboxFiles(), [ESTATE_FILE]: changed });
  writeFileSync(join(project, 'estates/sandbox', PLACEMENT_FILE), access?.placement.text ?? '');
  // The commit that is merged into is the first parent.
  git(project, 'commit', '--quiet', '--all', '--message', 'take the bills away');
}

/** Commands that ask a cloud by themselves, or change something: their lines are all that is looked at. */
const RECORDED = 'snapshot|handoff|doctor|ci-token|publish-images|apply-stack';

/** `npx`, which finds the engines on the path before those of node_modules, and writes down what it is called with. */
function writeNpx(): void {
  const npx = join(root, 'bin/npx');
  const lines = [
    // Without it npx runs what the registry has by that name.
    '[ "$1" = --no-install ] || { echo "npx must have --no-install: $*" >&2; exit 97; }; shift',
    `echo "$@" >>'${commands}'`,
    // By the token it takes on a role.
    `case "$*" in 'entra-aws ci-token '*' --out '*) echo token >"\${!#}" ;; esac`,
    `case "$1 $2" in 'entra-aws '*) case "$2" in ${RECORDED}) exit 0 ;; esac`,
    `shift; exec '${process.execPath}' '${join(project, 'src/cli/entra-aws.cjs')}' "$@" ;; esac`,
    'exec "$@"',
  ];
  writeFileSync(npx, `#!/usr/bin/env bash\n${lines.join('\n')}\n`);
  chmodSync(npx, 0o755);
}

interface World {
  readonly forge: FakeForge;
  /** Variables of a run of the pull request. */
  readonly pullRequest: () => Readonly<Record<string, string>>;
  /** Variables of a run on the branch. */
  readonly branch: Readonly<Record<string, string>>;
}

const worlds: Partial<Record<Forge, World>> = {};

function worldOf(name: Forge): World {
  const world = worlds[name];
  if (world === undefined) throw new Error(`${name} was not started`);
  return world;
}

async function startWorlds(): Promise<void> {
  const event = (value: object): string => {
    const file = join(root, `event-${Object.keys(value).join('')}.json`);
    writeFileSync(file, JSON.stringify(value));
    return file;
  };
  const pull_request = { head: { repo: { full_name: 'insurance/identity' } } };
  worlds.github = {
    forge: await new FakeGitHub().start(),
    pullRequest: () => ({ GITHUB_EVENT_PATH: event({ pull_request }) }),
    branch: { GITHUB_EVENT_PATH: event({ ref: 'refs/heads/main' }) },
  };
  worlds.gitlab = {
    forge: await new FakeGitLab().start(),
    pullRequest: () => ({
      CI_MERGE_REQUEST_DIFF_BASE_SHA: git(project, 'rev-parse', 'HEAD^1').trim(),
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '31',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    }),
    branch: { CI_MERGE_REQUEST_IID: '' },
  };
  worlds['azure-devops'] = {
    forge: await new FakeAzureDevOps().start(),
    pullRequest: () => ({ BUILD_REASON: 'PullRequest', SYSTEM_PULLREQUEST_ISFORK: 'False' }),
    branch: { BUILD_REASON: 'IndividualCI' },
  };
}

const NO_STACK_SETS =
  '<ListStackSetsResponse><ListStackSetsResult><Summaries/></ListStackSetsResult></ListStackSetsResponse>';
const ROLE =
  '<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>' +
  '<AccessKeyId>test</AccessKeyId><SecretAccessKey>test</SecretAccessKey><SessionToken>test</SessionToken>' +
  '</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>';

const aws = createServer((request, response) => {
  void text(request).then((form) => {
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(form.includes('AssumeRoleWithWebIdentity') ? ROLE : NO_STACK_SETS);
  });
});

/** AWS as the report of drift asks it by itself: it has no stack set. */
function awsWithoutStackSets(): Readonly<Record<string, string>> {
  const { port } = aws.address() as AddressInfo;
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  return { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, ...keys };
}

/** Runs a line as a job does. */
function bash(script: string, env: Readonly<Record<string, string>>): Promise<Finished> {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: project,
    env: { PATH: programs.path, HOME: root, CI: 'true', AGENT_TEMPDIRECTORY: root, ...awsWithoutStackSets(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return finish(child);
}

type Settings = Readonly<Record<string, string>>;
const known = new Map<string, Promise<Settings>>();

/** Settings of the sandbox in a run, which all its jobs have. */
function settingsIn(env: Settings): Promise<Settings> {
  const run = JSON.stringify([env, git(project, 'rev-parse', 'HEAD')]);
  const settings = known.get(run) ?? readSettings(env);
  known.set(run, settings);
  return settings;
}

/** Settings as ci-settings prints them. */
async function readSettings(env: Settings): Promise<Settings> {
  const { stdout } = await bash('npx --no-install entra-aws ci-settings --estate sandbox --output json', env);
  const [{ settings }] = JSON.parse(stdout) as [{ settings: Record<string, string> }];
  return settings;
}

interface Ran {
  readonly finished: readonly Finished[];
  /** Command lines of the package and the engines, less those that only prepare. */
  readonly commands: readonly string[];
}

const PREPARES = /^entra-aws ci-(settings|token) /;

/** Runs the scripts of a job, one after the other. */
async function runJob(name: Forge, job: string, isPullRequest: boolean): Promise<Ran> {
  const { forge, pullRequest, branch } = worldOf(name);
  const run = { ...forge.environment, ...(isPullRequest ? pullRequest() : branch), AGENT_TEMPDIRECTORY: root };
  const settings = await settingsIn(run);
  rmSync(join(project, '.identity-settings.sh'), { force: true });
  writeFileSync(commands, '');
  const finished: Finished[] = [];
  for (const { text, env } of SCRIPTS[name](job, settings)) finished.push(await bash(text, { ...run, ...env }));
  const lines = readFileSync(commands, 'utf8').trim().split('\n');
  return { finished, commands: lines.filter((line) => line !== '' && !PREPARES.test(line)) };
}

const codes = ({ finished }: Ran): readonly (number | null)[] => [...new Set(finished.map(({ code }) => code))];

beforeAll(async () => {
  checkOut();
  writeNpx();
  // Also where a filter leaves tests out: a real npm ci would empty the folder that node_modules links to.
  programs.answer('npm', [
    { words: ['ci'] },
    { words: ['doctor'], stdout: '0 failures, 0 warnings, 0 could not check, 5 ok\n' },
    { stdout: 'organization.json is up to date\n' },
  ]);
  await once(aws.listen(0, '127.0.0.1'), 'listening');
  await startWorlds();
});
afterAll(async () => {
  aws.close();
  for (const name of FORGES) await worlds[name]?.forge.stop();
});

const STACKS = ['policies', 'access', 'workforce-watch', 'hosting-data', 'hosting'].map((step) => `sandbox-${step}`);
const SAME = { op: 'same', urn: 'urn:pulumi:sandbox-customers::entra::pulumi:pulumi:Stack::entra-sandbox-customers' };

describe.each(FORGES)('the jobs of %s, with the engines of somebody else', (name) => {
  beforeAll(() => {
    rmSync(join(project, 'plan'), { recursive: true, force: true });
    programs.answer('pulumi', [{ words: ['output'], stdout: '{}' }, { stdout: JSON.stringify({ steps: [SAME] }) }]);
    programs.answer('cdk', [
      ...STACKS.map((stack) => ({
        words: ['drift', stack],
        stdout: `Stack ${stack}\nNo drift detected\n\nNumber of resources with drift: 0\n`,
      })),
      { words: ['diff'], stdout: 'Number of stacks with differences: 0\n' },
      {},
    ]);
  });

  test('a pull request: the preview, the engines, the comment and the gate', async () => {
    const { forge } = worldOf(name);
    for (const job of ['offline', 'aws', 'report'])
      expect([job, codes(await runJob(name, job, true))]).toEqual([job, [0]]);
    expect(forge.comments[0]?.body).toContain('sandbox-workforce</code> | **not asked**: it decrypts');
    // A reviewer lets it run.
    for (const job of ['entra', 'report-entra'])
      expect([job, codes(await runJob(name, job, true))]).toEqual([job, [0]]);
    const body = forge.comments[0]?.body ?? '';
    expect(forge.comments).toHaveLength(1);
    expect(body).toContain('sandbox-workforce</code> | no change |');
    expect(body).toContain('Who loses access');
    expect(body).toContain('BillingReader');
    expect(body.indexOf('Who loses access')).toBeLessThan(body.indexOf('Against what is deployed'));
  });

  test('drift: every engine is asked, the organization, and the whole doctor', async () => {
    const looks = ['look-entra', 'look-aws', 'look-doctor'];
    const asked: Awaited<ReturnType<typeof runJob>>[] = [];
    for (const job of looks) asked.push(await runJob(name, job, false));
    expect(asked.flatMap(({ finished }) => finished.filter(({ code }) => code !== 0))).toEqual([]);
    expect(asked.map(codes)).toEqual([[0], [0], [0]]);
    const steps = asked.flatMap((ran) => ran.commands.flatMap((line) => / --step ([\w-]+) /.exec(line)?.[1] ?? []));
    expect(steps).toEqual([
      ...['customers', 'workforce', 'snapshot', 'policies', 'access', 'workforce-watch'],
      ...['policies-management', 'access-management', 'hosting-data', 'hosting'],
      ...['doctor-customers', 'doctor-access', 'doctor-workforce', 'doctor-emergency', 'doctor-hosting'],
    ]);
    const { finished } = await runJob(name, 'drift-report', false);
    expect(finished.at(-1)?.stdout).toContain('no drift: nothing to report\n');
    expect(codes({ finished, commands: [] })).toEqual([0]);
  });

  test('accounts: the organization is read with no right to write, and proposed with no sign-in', async () => {
    const read = await runJob(name, 'read-organization', false);
    expect(codes(read)).toEqual([0]);
    expect(read.commands).toEqual(['entra-aws snapshot --estate sandbox --out plan/organization.json']);
    mkdirSync(join(project, 'plan'), { recursive: true });
    const organization = readFileSync(join(project, 'estates/sandbox/organization.json'), 'utf8');
    writeFileSync(join(project, 'plan/organization.json'), organization.replace('"playground"', '"play"'));
    const { finished } = await runJob(name, 'propose', false);
    expect(finished.at(-1)?.stderr).toBe('');
    expect(finished.at(-1)?.stdout).toContain('the organization of sandbox is proposed in #100\n');
    const [proposal] = worldOf(name).forge.proposals.all;
    expect(proposal?.title).toBe('The organization of sandbox has changed');
    expect(proposal?.body).toMatch(/ account 210000000013 .+ renamed from .*playground/);
  });

  test('a deployment: what is to be approved, then the parts in the order that they need each other', async () => {
    const built = await runJob(name, 'images', false);
    expect(codes(built)).toEqual([0]);
    expect(built.commands.slice(-1)).toEqual(['entra-aws publish-images --estate sandbox']);
    const shown = await runJob(name, 'show', false);
    expect(codes(shown)).toEqual([0]);
    const deployed = await runJob(name, 'deploy', false);
    expect(codes(deployed)).toEqual([0]);
    const apply = (step: string): string => `entra-aws apply-stack --estate sandbox --step ${step}`;
    expect(deployed.commands).toEqual([
      'entra-aws deployed-commit --job Deploy sandbox --shown plan/shown/deployed.json',
      apply('customers'),
      apply('workforce'),
      'entra-aws snapshot --estate sandbox --check --access-only',
      apply('policies'),
      apply('access'),
      apply('workforce-watch'),
      apply('policies --removals'),
      apply('policies-management'),
      apply('access-management'),
      apply('policies-management --removals'),
      apply('hosting-data'),
      'entra-aws handoff --estate sandbox',
      apply('hosting'),
    ]);
    const { commands: read } = await runJob(name, 'access', false);
    expect(read).toEqual([
      'entra-aws doctor --estate sandbox --only access-permission-sets --only access-assignments --only access-other-sets --only access-provisioned --only access-policies --strict --wait 300',
    ]);
  });
});

test.each(FORGES)('a deployment of %s is for the estates that differ from what was deployed last', async (name) => {
  const { forge } = worldOf(name);
  const deployed = (revision: string): void => {
    const commit = git(project, 'rev-parse', revision).trim();
    forge.runs = [
      { id: 7, commit, deploys: [{ estate: 'sandbox', conclusion: 'success', endedAt: '2026-05-02T12:00:00Z' }] },
    ];
  };
  const child = join(project, 'identity-deploy.yml');
  const chosen = async (): Promise<boolean> => {
    rmSync(child, { force: true });
    const { finished } = await runJob(name, SETTINGS, false);
    expect(codes({ finished, commands: [] })).toEqual([0]);
    const { stdout = '' } = finished.at(-1) ?? {};
    const text = existsSync(child) ? readFileSync(child, 'utf8') : stdout;
    return /estates=\[\{"name":"sandbox"|IDENTITY_TOUCHED: ',sandbox,'|variable=TOUCHED;isOutput=true\]true/.test(text);
  };
  deployed('HEAD^1');
  expect(await chosen()).toBe(true);
  deployed('HEAD');
  expect(await chosen()).toBe(false);
});

test('where no file of the estate changed, the jobs of GitLab and Azure DevOps end with nothing to do', async () => {
  git(project, 'commit', '--quiet', '--allow-empty', '--message', 'nothing');
  for (const name of ['gitlab', 'azure-devops'] as const) {
    const { commands: lines, finished } = await runJob(name, 'offline', true);
    expect([name, lines, codes({ finished, commands: [] })]).toEqual([name, [], [0]]);
  }
});

describe('an estate whose pipeline deploys nothing', () => {
  const NOTHING = `apiVersion: entra-aws-identity/v1
workforce: { groups: [{ name: Engineers }] }
pipeline: { repository: insurance/identity, environments: [sandbox] }
`;

  beforeAll(() => {
    writeFileSync(join(project, 'estates/sandbox/estate.yaml'), NOTHING);
    git(project, 'commit', '--quiet', '--all', '--message', 'keep the groups alone');
    rmSync(join(project, 'plan'), { recursive: true, force: true });
  });

  test.each(FORGES)('is red on the branch of %s, after the summary says why', async (name) => {
    worldOf(name).forge.runs = [];
    const { finished } = await runJob(name, 'show', false);
    expect(finished.map(({ code }) => code)).toEqual([...finished.slice(1).map(() => 0), 1]);
    expect(finished.at(-1)?.stderr).toMatch(/pipeline\.identities\.workforce.*\(pipeline-deploys-nothing\)/);
  });

  test.each(FORGES)('reports red at %s that nothing was looked at for drift', async (name) => {
    const { finished } = await runJob(name, 'drift-report', false);
    expect(finished.at(-1)).toMatchObject({ code: 1 });
  });
});
