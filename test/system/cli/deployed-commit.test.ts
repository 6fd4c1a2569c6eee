import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { parameterAt, writeParameter } from '../../../src/clouds/aws/parameter';
import type { LastDeployment } from '../../../src/deploy/pipeline/deployed-base';
import { recordOf } from '../../../src/deploy/pipeline/deployment-record';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import type { EstateFile } from '../../../src/estate/sections/estate-schema';
import { estateFile } from '../../support/estate-file';
import type { Finished } from '../clouds/organization/run-snapshot';
import { finish } from '../clouds/organization/run-snapshot';
import { fakePrograms } from '../../support/fake-cli';
import { FakeGitHub } from '../../support/fake-github';
import type { TestFolder } from '../../support/git-repository';
import { makeSandboxRepository } from '../../support/git-repository';
import { type Moto, startMoto } from '../../support/moto';
import { PROGRAM, UNVALIDATED } from '../../support/repository';

const ESTATE = 'estates/sandbox/estate.yaml';
const SUMMARY = 'summary.md';
const RECORD = '/entra-aws/sandbox/deployed';

let folder: TestFolder;
let github: FakeGitHub;
let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(() => moto.stop());

beforeEach(async () => {
  folder = makeSandboxRepository();
  github = await FakeGitHub.start();
  await moto.reset();
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
    env: { PATH, ...UNVALIDATED, ...moto.env, ...run, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return finish(child);
}

/** Reads or writes the record, in an estate with a pipeline: what the example is called would be an error of its preview. */
async function deployedCommit(...args: readonly string[]): Promise<Finished> {
  const before = read(ESTATE);
  edit((estate) => ({ ...estate, pipeline: { repository: 'insurance/identity', environments: ['sandbox'] } }));
  const finished = await run('deployed-commit', ...args);
  folder.write(ESTATE, before);
  return finished;
}

/** The steps of the job that shows what is to be approved. */
async function show(): Promise<string> {
  expect(await deployedCommit('--out', 'plan/deployed.json')).toMatchObject({
    code: 0,
    stderr: '',
  });
  const preview = await run('preview', '--estate', 'sandbox', '--deployed', 'plan/deployed.json');
  expect(preview).toMatchObject({ code: 0, stderr: '' });
  const comment = await run('comment', '--estate', 'sandbox', '--deployed', 'plan/deployed.json', '--summary');
  expect(comment).toMatchObject({ code: 0, stderr: '' });
  return read(SUMMARY);
}

const ssm = (): SSMClient => new SSMClient({ ...moto.client, region: 'eu-west-1' });

const page = (id: number): string => github.page(id);

async function write(record: LastDeployment): Promise<void> {
  const Value = JSON.stringify(record);
  await ssm().send(new PutParameterCommand({ Name: RECORD, Value, Type: 'String', Overwrite: true }));
}

async function readRecord(): Promise<unknown> {
  const { Parameter } = await ssm().send(new GetParameterCommand({ Name: RECORD }));
  return JSON.parse(Parameter?.Value ?? '');
}

const deployed = (commit: string): Promise<void> => write({ last: { commit, url: page(41) }, unfinished: [] });

test('what was lost in any commit since the last deployment is counted, and the summary names that commit', async () => {
  const before = head();
  await deployed(before);
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
  await deployed(head());
  await deployedCommit();
  expect(existsSync(join(folder.path, 'plan/deployed.json'))).toBe(true);
  const lost = head();
  folder.git('checkout', '--quiet', '--orphan', 'rewritten');
  folder.commit('Begin again');
  const { code, stderr } = await deployedCommit();
  expect(code).toBe(1);
  expect(stderr).toBe(
    `the last deployment, ${lost} by ${page(41)}, can't be compared with: ${lost} is not in the history of HEAD (${head()}). Either this checkout lacks its history (fetch-depth: 0), or the branch was rewritten. Then look at 'npx --no entra-aws preview --base ${lost}' where that commit still is, and bring it back into the history: 'git merge --strategy ours ${lost}'\n`,
  );
  expect(existsSync(join(folder.path, 'plan/deployed.json'))).toBe(false);
  // A shallow checkout lacks the commit altogether.
  await deployed('f'.repeat(40));
  expect((await deployedCommit()).stderr).toContain('(fetch-depth: 0)');
});

test('an older commit is not shown to anybody, and not deployed: going back is a commit', async () => {
  const older = head();
  moveOn();
  await deployed(head());
  folder.git('checkout', '--quiet', older);
  const shown = await deployedCommit('--forward', '--out', 'plan/shown/deployed.json');
  expect(shown.code).toBe(1);
  expect(shown.stderr).toMatch(/would go back by 3 commits.*merge a commit that reverts.*'Run workflow'/);
  expect(existsSync(join(folder.path, 'plan/shown/deployed.json'))).toBe(false);
  // A look for drift may begin while a newer commit is deployed.
  expect(await deployedCommit()).toMatchObject({ code: 0, stderr: '' });
});

describe('a deployment', () => {
  const shown = 'plan/shown/deployed.json';
  const begin = () => deployedCommit('--shown', shown);

  test('notes down that it begins and that it has ended well: the next one is compared with it', async () => {
    await deployedCommit('--forward', '--out', shown);
    expect(await begin()).toMatchObject({ code: 0, stdout: 'nothing was deployed yet\n' });
    const own = { commit: head(), url: page(42) };
    expect(await readRecord()).toEqual({ unfinished: [own] });
    expect(await deployedCommit('--done')).toMatchObject({ code: 0 });
    expect(await readRecord()).toEqual({ last: own, unfinished: [] });
    expect((await deployedCommit()).stdout).toBe(`deployed last: ${head()} by ${page(42)}, commits since: 0\n`);
  });

  test('that died half-way begins again, and is what the next one names', async () => {
    await deployed(head());
    moveOn();
    await deployedCommit('--forward', '--out', shown);
    for (let attempt = 0; attempt < 2; attempt++) expect(await begin()).toMatchObject({ code: 0, stderr: '' });
    expect(await readRecord()).toMatchObject({ unfinished: [{ commit: head(), url: page(42) }] });
    expect(await show()).toContain(`began since and have not ended well: [<code>${head().slice(0, 10)}</code>]`);
  });

  test.each([
    ['another has ended since', (newer: string) => ({ last: { commit: newer, url: page(43) }, unfinished: [] })],
    ['another begins meanwhile', (newer: string) => ({ unfinished: [{ commit: newer, url: page(43) }] })],
  ])('of an older run is stopped where %s, with what to do, and notes nothing down', async (_, after) => {
    const before = head();
    await deployedCommit('--forward', '--out', shown);
    const file = read(shown);
    moveOn();
    const newer = after(head());
    await write(newer);
    folder.git('checkout', '--quiet', before);
    folder.write(shown, file);
    const { code, stderr } = await begin();
    expect([code, await readRecord()]).toEqual([1, newer]);
    expect(stderr).toContain(page(43));
    expect(stderr).toContain('Start a new run of all jobs');
    expect(existsSync(join(folder.path, 'plan/deployed.json'))).toBe(false);
  });

  test('of an older run is not shown where a newer one died half-way: it may have taken access away', async () => {
    const older = head();
    moveOn();
    await write({ unfinished: [{ commit: head(), url: page(43) }] });
    folder.git('checkout', '--quiet', older);
    const { code, stderr } = await deployedCommit('--forward', '--out', shown);
    expect([code, existsSync(join(folder.path, shown))]).toEqual([1, false]);
    expect(stderr).toMatch(/would go back by 3 commits.*actions\/runs\/43/);
  });

  test('that is not recorded at its end says that it is deployed all the same', async () => {
    await deployedCommit('--forward', '--out', shown);
    await begin();
    await moto.orderFault({ service: 'ssm', operation: 'PutParameter', fail: { code: 'AccessDeniedException' } });
    const { code, stderr } = await deployedCommit('--done');
    await moto.clearFaults();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^everything that was approved is deployed, but the record could not be updated/);
    expect(await readRecord()).toEqual({ unfinished: [{ commit: head(), url: page(42) }] });
  });
});

describe('of two deployments', () => {
  const at = (commit: string, run: number) => ({ commit: commit.repeat(40), url: page(run) });
  const [first, second] = [() => at('a', 51), () => at('b', 52)];
  const record = () => recordOf(planEstate(diskFolder(join(folder.path, 'estates'), 'sandbox')), undefined, () => true);

  beforeEach(async () => {
    Object.assign(process.env, moto.env);
    edit((estate) => ({ ...estate, pipeline: { repository: 'insurance/identity', environments: ['sandbox'] } }));
    await write({ last: at('0', 41), unfinished: [] });
  });

  test('that begin at once the later one stops, and the record keeps the one that is at work', async () => {
    const [one, other] = [record(), record()];
    await Promise.all([one.read(), other.read()]);
    await one.begin(first());
    await expect(other.begin(second())).rejects.toThrow('another deployment changed the parameter');
    // Were it run again now, it would see that the first is at work.
    expect(await readRecord()).toEqual({ last: at('0', 41), unfinished: [first()] });
    await record().end(first());
    expect(await readRecord()).toEqual({ last: first(), unfinished: [] });
  });

  test('that are the first ones and begin at once the later one stops too; one that is sent again does not', async () => {
    await ssm().send(new DeleteParameterCommand({ Name: RECORD }));
    const [one, again, other] = [record(), record(), record()];
    await Promise.all([one.read(), again.read(), other.read()]);
    await one.begin(first());
    await again.begin(first());
    await expect(other.begin(second())).rejects.toThrow('another deployment changed the parameter');
    expect(await readRecord()).toEqual({ unfinished: [first()] });
  });

  test('one that ends while another begins is recorded, and so is the other', async () => {
    await record().begin(first());
    const ending = record();
    await ending.read();
    await record().begin(second());
    await ending.end(first());
    expect(await readRecord()).toEqual({ last: first(), unfinished: [second()] });
  });

  test('each is one, also where its record was sent again since the answer was lost', async () => {
    await record().begin(first());
    const again = record();
    await again.read();
    const ended = JSON.stringify({ last: first(), unfinished: [] });
    await ssm().send(new PutParameterCommand({ Name: RECORD, Value: ended, Type: 'String', Overwrite: true }));
    await again.end(first());
    expect(await readRecord()).toEqual({ last: first(), unfinished: [] });
    // The last of two that are the same stands, and is one more version.
    const value = 'x';
    expect(await writeParameter('eu-west-1', RECORD, { value, version: 4 })).toEqual({ version: 5 });
    expect(await writeParameter('eu-west-1', RECORD, { value, version: 4 })).toEqual({ version: 6 });
    expect(await writeParameter('eu-west-1', RECORD, { value: 'y', version: 5 })).toEqual({
      version: 7,
      other: 'x',
    });
  });
});

test('a record that can not be read is an error, and never taken for none', async () => {
  await write({ unfinished: [] });
  await moto.orderFault({ service: 'ssm', operation: 'GetParameter', fail: { code: 'AccessDeniedException' } });
  const denied = await deployedCommit();
  expect(denied).toMatchObject({ code: 1, stdout: '' });
  expect(denied.stderr).toContain(`Reading the parameter ${RECORD} failed`);
  await moto.clearFaults();
  await ssm().send(new PutParameterCommand({ Name: RECORD, Value: 'main', Type: 'String', Overwrite: true }));
  expect((await deployedCommit()).stderr).toContain(
    `the parameter ${RECORD} must be what npx --no entra-aws ci deploy writes`,
  );
  expect(await run('preview', '--base', 'HEAD', '--deployed', 'x')).toMatchObject({
    code: 2,
    stderr: 'give --base or --deployed, not both\n',
  });
});

test('a moment has the record that there was then', async () => {
  Object.assign(process.env, moto.env);
  const early = new Date();
  expect(await parameterAt('eu-west-1', RECORD, early)).toBeUndefined();
  await deployed('a'.repeat(40));
  await deployed('b'.repeat(40));
  const found = await parameterAt('eu-west-1', RECORD, new Date(Date.now() + 60_000));
  expect(found).toMatchObject({ version: 2, value: expect.stringContaining('b'.repeat(40)) as unknown });
  expect(await parameterAt('eu-west-1', RECORD, new Date(0))).toBeUndefined();
});

test('of a moment that SSM no longer knows there is no record, as before the first', async () => {
  Object.assign(process.env, moto.env);
  const VERSIONS = 100;
  const then = new Date();
  for (let version = 1; version <= VERSIONS + 1; version++) await deployed('a'.repeat(40));
  expect(await parameterAt('eu-west-1', RECORD, then)).toBeUndefined();
});

describe('what was merged and waits for its approval', () => {
  const DOCTOR = 'npx --no entra-aws doctor --estate sandbox';
  const ask = async (answer: { readonly stdout: string; readonly code: number }, ...more: readonly string[]) => {
    const programs = fakePrograms(join(folder.path, 'bin'));
    programs.answer('npx', [answer]);
    await deployedCommit();
    const args = ['--step', 'doctor-access', '--mode', 'drift', '--deployed', 'plan/deployed.json'];
    const { code, stdout } = await runWith({ PATH: programs.path }, 'cloud-plan', ...args, ...more);
    return { code, stdout, calls: programs.calls() };
  };
  const look = async (answer: { readonly stdout: string; readonly code: number }) => {
    await deployed(head());
    moveOn();
    const { code, calls } = await ask(answer);
    const report = await run('drift-report', '--deployed', 'plan/deployed.json');
    return { code, report, calls };
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

  test.each([
    ['as declared', { stdout: '0 failures, 0 warnings, 4 ok\n', code: 0 }, 0],
    ['otherwise', { stdout: '1 failure, 0 warnings, 3 ok\n', code: 1 }, 1],
    ['unknown', { stdout: '0 failures, 0 warnings, 1 could not check, 3 ok\n', code: 1 }, 1],
  ])('is no finding of the look of each hour, which ends by whether access is %s', async (_, answer, expected) => {
    await deployed(head());
    moveOn();
    const { code, calls } = await ask(answer, '--quick');
    expect(calls[0]).toMatch(/--estates plan\/clouds\/deployed-estates --only access --quick --strict$/);
    expect(code).toBe(expected);
  });

  test('is told of beside a difference while its deployment is under way', async () => {
    const commit = head();
    await write({ last: { commit }, unfinished: [{ commit }] });
    const { code, stdout } = await ask({ stdout: '1 failure, 0 warnings, 3 ok\n', code: 1 }, '--quick');
    expect(code).toBe(1);
    expect(stdout).toContain(`sandbox-doctor-access: changed\n${commit} by hand began to be deployed`);
  });

  test.each([
    ['--step', 'doctor-access'],
    ['--step', 'snapshot', '--mode', 'drift'],
  ])('is asked quickly of access and for drift alone, not by %j', async (...args) => {
    expect(await run('cloud-plan', ...args, '--quick')).toMatchObject({
      code: 2,
      stderr: '--quick needs --step doctor-access and --mode drift\n',
    });
  });
});
