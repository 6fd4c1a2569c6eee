import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ESTATE_FILE, PLACEMENT_FILE } from '../../../src/estate/source/estate-folder';
import { FORGES, type Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import type { Finished } from '../clouds/organization/run-snapshot';
import { finish } from '../clouds/organization/run-snapshot';
import { fakePrograms } from '../../support/fake-cli';
import { FakeGitHub } from '../../support/fake-github';
import { FakeAzureDevOps } from '../../support/forges/fake-azure-devops';
import type { FakeForge } from '../../support/forges/fake-forge';
import { FakeGitLab } from '../../support/forges/fake-gitlab';
import { hostedSandboxFiles, planFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { EXAMPLE_ESTATES, REPOSITORY, UNVALIDATED } from '../../support/repository';
import { SCRIPTS, SETTINGS } from '../../support/workflows/forge-jobs';

const root = temporaryFolder();
const project = join(root, 'identity');
const programs = fakePrograms(join(root, 'bin'));
const commands = join(root, 'commands.log');
/** File with the outputs of a step of GitHub. */
const outputs = join(root, 'outputs');
/** Folder of the runner that lasts as long as the job. */
const temporary = join(root, 'temporary');
mkdirSync(temporary);

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

/** The sandbox's repository as a job has it after its checkout: a pull request takes the auditors' bills away. */
function checkOut(): void {
  for (const path of git(REPOSITORY, 'ls-files', '-z').split('\0')) {
    if (path === '' || path.startsWith('estates/') || !existsSync(join(REPOSITORY, path))) continue;
    mkdirSync(dirname(join(project, path)), { recursive: true });
    cpSync(join(REPOSITORY, path), join(project, path));
  }
  cpSync(EXAMPLE_ESTATES, join(project, 'estates'), { recursive: true });
  linkPackages();
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

/** As `npm ci` leaves it, but for the program, which writes down its calls, and the CDK, which is a fake. */
function linkPackages(): void {
  const installed = join(REPOSITORY, 'node_modules');
  const packages = join(project, 'node_modules');
  const bins = readdirSync(join(installed, '.bin')).filter((one) => !['cdk', 'entra-aws'].includes(one));
  const others = readdirSync(installed).filter((one) => one !== '.bin');
  mkdirSync(join(packages, '.bin'), { recursive: true });
  for (const path of [...others, ...bins.map((one) => join('.bin', one))])
    symlinkSync(join(installed, path), join(packages, path));
  symlinkSync(join(root, 'bin/cdk'), join(packages, '.bin/cdk'));
  writeProgram(join(packages, '.bin/entra-aws'), [RECORDER]);
}

/** Commands that ask a cloud by themselves, or change something: their lines are all that is looked at. */
const RECORDED = ['snapshot', 'handoff', 'doctor', 'check', 'publish-images', 'apply-stack'];

/** Starts the program that writes down its calls. */
const RECORDER = `exec '${process.execPath}' ${UNVALIDATED.NODE_OPTIONS} '${join(root, 'entra-aws.cjs')}' "$@"`;

function writeProgram(file: string, lines: readonly string[]): void {
  writeFileSync(file, `#!/usr/bin/env bash\n${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
}

/** `npx`, which the program starts its own commands by. */
function writeNpx(): void {
  const lines = [
    // Without it npx runs what the registry has by that name.
    '[ "$1" = --no ] || { echo "npx must have --no: $*" >&2; exit 97; }; shift',
    '[ "$1" = entra-aws ] || exit 98; shift',
    // Looks that a step begins.
    '[ "$1" != doctor ] || { echo "0 failures, 0 warnings, 0 could not check, 5 ok"; exit 0; }',
    '[ "$1" != snapshot ] || { echo "organization.json is up to date"; exit 0; }',
    RECORDER,
  ];
  writeProgram(join(root, 'bin/npx'), lines);
  const secrets =
    '/^(?:AWS_ROLE_ARN|ARM_CLIENT_ID|AZURE_CLIENT_ID|ACTIONS_ID_TOKEN_REQUEST_TOKEN|AWS_ID_TOKEN|SYSTEM_OIDCREQUESTURI)$/';
  const recorder = [
    "const { appendFileSync, readFileSync } = require('node:fs');",
    'const [first, second] = process.argv.slice(2);',
    `const env = Object.entries(process.env).filter(([name]) => ${secrets}.test(name)).map(([name]) => name);`,
    "const files = Object.entries(process.env).filter(([name]) => name.endsWith('_TOKEN_FILE'));",
    // What a step signs in with is there while it runs.
    "for (const [, file] of files) if (readFileSync(file, 'utf8') !== 'a-token') throw new Error(file);",
    "const line = { line: ['entra-aws', ...process.argv.slice(2)].join(' '), env, files: files.map(([, file]) => file) };",
    `appendFileSync('${commands}', JSON.stringify(line) + '\\n');`,
    `if (${JSON.stringify(RECORDED)}.includes(['ci', 'deploy'].includes(first) ? second : first)) process.exit(0);`,
    `require('${join(project, 'src/cli/entra-aws.cjs')}');`,
  ];
  writeFileSync(join(root, 'entra-aws.cjs'), `${recorder.join('\n')}\n`);
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
    branch: { GITHUB_EVENT_PATH: event({ ref: 'refs/heads/main' }), GITHUB_OUTPUT: outputs },
  };
  worlds.gitlab = {
    forge: await new FakeGitLab().start(),
    pullRequest: () => ({
      CI_MERGE_REQUEST_DIFF_BASE_SHA: git(project, 'rev-parse', 'HEAD^1').trim(),
      CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '31',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    }),
    // It is set in pipelines of merge requests alone.
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

/** The parameter with the record of what was deployed, and its version: none is 0. */
const record = { value: '', version: 0 };

function parameter(target: string, body: string): { readonly status: number; readonly answer: object } {
  if (target.endsWith('.PutParameter')) {
    Object.assign(record, { value: (JSON.parse(body) as { Value: string }).Value, version: record.version + 1 });
    return { status: 200, answer: { Version: record.version } };
  }
  if (record.version === 0) return { status: 400, answer: { __type: 'ParameterNotFound' } };
  return { status: 200, answer: { Parameter: { Value: record.value, Version: record.version } } };
}

/**
 * AWS as the report of drift asks it by itself: it has no stack set; and what the record of what was deployed is in. The forges'
 * tokens come from here too.
 */
const aws = createServer((request, response) => {
  void text(request).then((form) => {
    const target = request.headers['x-amz-target'];
    if (typeof target === 'string') {
      const { status, answer } = parameter(target, form);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(answer));
      return;
    }
    if (request.url?.startsWith('/oidc') === true) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ value: 'a-token', oidcToken: 'a-token' }));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(form.includes('AssumeRoleWithWebIdentity') ? ROLE : NO_STACK_SETS);
  });
});

/** Where a job finds AWS, and what it gets its tokens with at each forge. */
function around(): Readonly<Record<string, string>> {
  const { port } = aws.address() as AddressInfo;
  const here = `http://127.0.0.1:${port}`;
  return {
    AWS_ENDPOINT_URL: here,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${here}/oidc?of=job`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'asks',
    SYSTEM_OIDCREQUESTURI: `${here}/oidc`,
    AWS_ID_TOKEN: 'a-token',
    AZURE_ID_TOKEN: 'a-token',
    AWS_ACCESS_KEY_ID: 'of-the-machine',
    AWS_SECRET_ACCESS_KEY: 'of-the-machine',
  };
}

/** Runs a line as a job does. */
function bash(script: string, env: Readonly<Record<string, string>>): Promise<Finished> {
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
    cwd: project,
    env: {
      PATH: programs.path,
      HOME: root,
      CI: 'true',
      RUNNER_TEMP: temporary,
      AGENT_TEMPDIRECTORY: temporary,
      TMPDIR: temporary,
      ...around(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return finish(child);
}

interface Ran {
  readonly finished: readonly Finished[];
  /** Commands of the package that the job ran. */
  readonly commands: readonly string[];
  /** Identities that each of them had. */
  readonly env: readonly (readonly string[])[];
}

interface Recorded {
  readonly line: string;
  readonly env: readonly string[];
}

/** Runs the scripts of a job, one after the other. */
async function runJob(name: Forge, job: string, isPullRequest: boolean): Promise<Ran> {
  const { forge, pullRequest, branch } = worldOf(name);
  const run = { ...forge.environment, ...(isPullRequest ? pullRequest() : branch) };
  writeFileSync(commands, '');
  const finished: Finished[] = [];
  for (const { text, env } of SCRIPTS[name](job)) {
    const one = await bash(text, { ...run, ...env, AGENT_TEMPDIRECTORY: temporary });
    finished.push(one);
    if (one.code !== 0) break;
  }
  // Nothing of a token is left, however the job ended.
  expect(readdirSync(temporary).filter((file) => file.startsWith('entra-aws-'))).toEqual([]);
  const isJob = /^entra-aws ci (?:settings|\S+ --estate sandbox$)/;
  const recorded = readFileSync(commands, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded)
    .filter(({ line }) => !isJob.test(line) || RECORDED.some((one) => line.includes(` ${one} `)));
  return { finished, commands: recorded.map(({ line }) => line), env: recorded.map(({ env }) => env) };
}

/** What a job that failed wrote, so that a test that fails shows it. */
const failuresOf = ({ finished }: Ran): readonly Finished[] => finished.filter(({ code }) => code !== 0);

const codes = ({ finished }: Pick<Ran, 'finished'>): readonly (number | null)[] => [
  ...new Set(finished.map(({ code }) => code)),
];

const NPM = [{ words: ['ci'] }];

beforeAll(async () => {
  checkOut();
  writeNpx();
  // Also where a filter leaves tests out: a real npm ci would install what is linked here.
  programs.answer('npm', NPM);
  await once(aws.listen(0, '127.0.0.1'), 'listening');
  await startWorlds();
});
afterAll(async () => {
  aws.close();
  for (const name of FORGES) await worlds[name]?.forge.stop();
});

const STACKS = ['policies', 'access', 'workforce-watch', 'hosting-data', 'hosting'].map((step) => `sandbox-${step}`);
const SAME = { op: 'same', urn: 'urn:pulumi:sandbox-customers::entra::pulumi:pulumi:Stack::entra-sandbox-customers' };

/** The same estate at Azure DevOps, whose tokens are those of service connections. */
function withConnections(text: string): string {
  const two = (truster: string, [preview = '', deploy = '']: readonly string[]): string =>
    `    ${truster}: { preview: { name: ${truster}-preview, id: ${ID(preview)} }, deploy: { name: ${truster}-deploy, id: ${ID(deploy)} } }\n`;
  const aws = two('aws', ['a', 'c']).replace('aws: {', `aws: { publish: { name: aws-publish, id: ${ID('b')} },`);
  const connections = [aws, two('workforce', ['6', '7']), two('customers', ['8', '9'])].join('');
  const forge = `  forge: azure-devops\n  organizationId: ${ID('5')}\n  serviceConnections:\n${connections}`;
  return text
    .replace('pipeline:\n', `pipeline:\n${forge}`)
    .replace('repository: insurance/identity', 'repository: insurance/platform/identity');
}

/** Moves the estate there before the change: another forge's roles would be destruction. */
function moveTo(estate: string, changed: string): void {
  const lock = join(project, 'estates/sandbox', PLACEMENT_FILE);
  const placed = readFileSync(lock, 'utf8');
  const [before, placedBefore] = [ESTATE_FILE, PLACEMENT_FILE].map((file) =>
    git(project, 'show', `HEAD^1:estates/sandbox/${file}`),
  );
  writeFileSync(lock, placedBefore ?? '');
  writeFileSync(estate, withConnections(before ?? ''));
  git(project, 'commit', '--quiet', '--all', '--message', 'move to Azure DevOps');
  writeFileSync(lock, placed);
  writeFileSync(estate, withConnections(changed));
  git(project, 'commit', '--quiet', '--all', '--message', 'take the bills away');
}

describe.each(FORGES)('the jobs of %s, with the engines of somebody else', (name) => {
  const estate = join(project, 'estates/sandbox/estate.yaml');
  let before = '';
  afterAll(() => {
    git(project, 'reset', '--quiet', '--hard', before);
  });

  beforeAll(() => {
    before = git(project, 'rev-parse', 'HEAD').trim();
    if (name === 'azure-devops') moveTo(estate, readFileSync(estate, 'utf8'));
    record.version = 0;
    rmSync(join(project, 'plan'), { recursive: true, force: true });
    programs.answer('pulumi', [
      { words: ['version'], stdout: 'v3.248.0\n' },
      { words: ['output'], stdout: '{}' },
      { stdout: JSON.stringify({ steps: [SAME] }) },
    ]);
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
    for (const job of ['preview', 'ask-aws', 'report'])
      expect([job, failuresOf(await runJob(name, job, true))]).toEqual([job, []]);
    expect(forge.comments[0]?.body).toContain('sandbox-workforce</code> | **not asked**: it decrypts');
    // A reviewer lets it run.
    for (const job of ['ask-entra', 'report-entra'])
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
      ...['hosting-data', 'hosting'],
      ...['doctor-customers', 'doctor-access', 'doctor-workforce', 'doctor-hosting'],
    ]);
    const { finished } = await runJob(name, 'drift', false);
    expect(finished.at(-1)?.stdout).toContain('no drift: nothing to report\n');
    expect(codes({ finished })).toEqual([0]);
  });

  test('each hour: the doctor is asked quickly about access, as what was deployed last has it', async () => {
    const asked = await runJob(name, 'watch', false);
    expect(failuresOf(asked)).toEqual([]);
    expect(asked.commands).toEqual([
      'entra-aws ci deployed-commit --estate sandbox --out plan/deployed.json',
      'entra-aws ci cloud-plan --estate sandbox --step doctor-access --mode drift --quick --deployed plan/deployed.json',
    ]);
  });

  test('accounts: the organization is read with no right to write, and proposed with no sign-in', async () => {
    const read = await runJob(name, 'organization', false);
    expect(codes(read)).toEqual([0]);
    expect(read.commands).toEqual(['entra-aws snapshot --estate sandbox --out plan/organization.json']);
    mkdirSync(join(project, 'plan'), { recursive: true });
    const organization = readFileSync(join(project, 'estates/sandbox/organization.json'), 'utf8');
    writeFileSync(join(project, 'plan/organization.json'), organization.replace('"playground"', '"play"'));
    const { finished } = await runJob(name, 'propose', false);
    expect(finished.at(-1)?.stderr).toBe('');
    expect(finished.at(-1)?.stdout).toContain('the newer snapshot of sandbox is proposed in #100\n');
    const [proposal] = worldOf(name).forge.proposals.all;
    expect(proposal?.title).toBe('The organization of sandbox has changed');
    expect(proposal?.body).toMatch(/ account 210000000013 .+ renamed from .*playground/);
  });

  test('a deployment: what is to be approved, then the parts in the order that they need each other', async () => {
    const built = await runJob(name, 'images', false);
    expect(codes(built)).toEqual([0]);
    expect(built.commands.slice(-1)).toEqual(['entra-aws ci publish-images --estate sandbox']);
    const shown = await runJob(name, 'show', false);
    expect(codes(shown)).toEqual([0]);
    const deployed = await runJob(name, 'deploy', false);
    expect(codes(deployed)).toEqual([0]);
    const apply = (step: string): string => `entra-aws ci apply-stack --estate sandbox --step ${step}`;
    // Each has its own identity, and none of what the job gets others with.
    expect(deployed.env.map((names) => names.toSorted().join(' '))).toEqual([
      'AWS_ROLE_ARN',
      ...Array.from({ length: 2 }, () => 'ARM_CLIENT_ID AZURE_CLIENT_ID'),
      ...Array.from({ length: 6 }, () => 'AWS_ROLE_ARN'),
      'AWS_ROLE_ARN AZURE_CLIENT_ID',
      ...Array.from({ length: 2 }, () => 'AWS_ROLE_ARN'),
    ]);
    expect(deployed.commands).toEqual([
      'entra-aws ci deployed-commit --estate sandbox --shown plan/shown/deployed.json --out plan/deployed.json',
      apply('customers'),
      apply('workforce'),
      'entra-aws snapshot --estate sandbox --check --access-only --deployed plan/deployed.json',
      apply('policies'),
      apply('access'),
      apply('workforce-watch'),
      apply('policies --removals'),
      apply('hosting-data'),
      'entra-aws deploy handoff --estate sandbox',
      apply('hosting'),
      'entra-aws ci deployed-commit --estate sandbox --done',
    ]);
    expect(JSON.parse(record.value)).toMatchObject({
      last: { commit: git(project, 'rev-parse', 'HEAD').trim(), url: worldOf(name).forge.page(42) },
      unfinished: [],
    });
    const { commands: read } = await runJob(name, 'access', false);
    expect(read).toEqual([
      'entra-aws doctor --estate sandbox --only access-permission-sets --only access-assignments --only access-other-sets --only access-provisioned --only access-policies --strict --wait 300',
    ]);
  });
});

test.each(FORGES)(
  'a deployment of %s is for the estates that were changed since they were deployed last',
  async (name) => {
    const deployed = (revision: string): void => {
      const commit = git(project, 'rev-parse', revision).trim();
      Object.assign(record, { value: JSON.stringify({ last: { commit }, unfinished: [] }), version: 7 });
    };
    const child = join(project, 'identity-deploy.yml');
    const chosen = async (): Promise<boolean> => {
      rmSync(child, { force: true });
      rmSync(outputs, { force: true });
      const { finished } = await runJob(name, SETTINGS, false);
      expect(codes({ finished })).toEqual([0]);
      const { stdout = '' } = finished.at(-1) ?? {};
      const file = [child, outputs].find((one) => existsSync(one));
      const text = file === undefined ? stdout : readFileSync(file, 'utf8');
      return /estates=\[\{"name":"sandbox"|IDENTITY_JOBS: ',sandbox:preview,|variable=JOBS;isOutput=true\],preview,/.test(
        text,
      );
    };
    const before = git(project, 'rev-parse', 'HEAD').trim();
    const estate = join(project, 'estates/sandbox/estate.yaml');
    if (name === 'azure-devops') moveTo(estate, readFileSync(estate, 'utf8'));
    deployed('HEAD^1');
    expect(await chosen()).toBe(true);
    deployed('HEAD');
    expect(await chosen()).toBe(false);
    git(project, 'reset', '--quiet', '--hard', before);
  },
);

test('where no file of the estate changed, a job ends with nothing to do', async () => {
  git(project, 'commit', '--quiet', '--allow-empty', '--message', 'nothing');
  for (const name of FORGES) {
    const { commands: lines, finished } = await runJob(name, 'preview', true);
    expect([name, lines, codes({ finished })]).toEqual([name, [], [0]]);
    expect(finished.at(-1)?.stdout).toBe('preview has nothing to do for sandbox\n');
  }
});

test.each(FORGES)('after a failed installation nothing runs at %s, and nothing of a registry either', async (name) => {
  programs.answer('npm', [{ words: ['ci'], code: 1 }]);
  for (const job of ['ask-aws', 'report', 'deploy']) {
    const { commands: lines, finished } = await runJob(name, job, job !== 'deploy');
    expect([job, lines, finished.map(({ code }) => code)]).toEqual([job, [], [1]]);
  }
  programs.answer('npm', NPM);
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
    const { finished } = await runJob(name, 'show', false);
    expect(finished.map(({ code }) => code)).toEqual([...finished.slice(1).map(() => 0), 1]);
    expect(finished.at(-1)?.stderr).toMatch(/pipeline\.identities\.workforce.*\(pipeline-deploys-nothing\)/);
  });

  test.each(FORGES)('reports red at %s that nothing was looked at for drift', async (name) => {
    const { finished } = await runJob(name, 'drift', false);
    expect(finished.at(-1)).toMatchObject({ code: 1 });
  });
});
