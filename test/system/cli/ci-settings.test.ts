import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeGitHub } from '../../support/fake-github';
import { type Moto, startMoto } from '../../support/moto';
import { TokenIssuer } from '../../support/runners/issuer';
import { PROGRAM, SANDBOX } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';
import { finish } from '../clouds/organization/run-snapshot';

const project = temporaryFolder();

function git(...args: readonly string[]): void {
  const options = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  const { status, stderr } = spawnSync('git', [...options, ...args], { cwd: project, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}

function commit(...paths: readonly string[]): void {
  for (const path of paths) writeFileSync(join(project, path), `# ${path}\n`, { flag: 'a' });
  git('add', '--all');
  git('commit', '--quiet', '--message', paths.join(' '));
}

function entraAws(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: project,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return finish(child);
}

beforeAll(() => {
  for (const name of ['acme', 'beta']) cpSync(SANDBOX, join(project, 'estates', name), { recursive: true });
  git('init', '--quiet', '--initial-branch', 'main');
  writeFileSync(join(project, '.gitignore'), '/plan/\n/identity-*.yml\n');
  commit('package.json');
});

const estatesIn = ({ stdout }: { readonly stdout: string }): readonly string[] =>
  (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);

describe('ci settings', () => {
  test.each([
    [['estates/acme/estate.yaml'], ['acme']],
    [['package.json'], ['acme', 'beta']],
    [['README.md'], []],
  ])('after a change of %j names %j', async (paths, estates) => {
    commit(...paths);
    expect(estatesIn(await entraAws(['ci', 'settings', '--base', 'HEAD~1']))).toEqual(estates);
  });

  test.each(['plan/clouds/workforce.json', 'identity-jobs.yml', 'identity-deploy.yml'])(
    'refuses %s in git: it would count as an answer of a job',
    async (path) => {
      mkdirSync(join(project, 'plan/clouds'), { recursive: true });
      writeFileSync(join(project, path), '{}');
      git('add', '--force', path);
      git('commit', '--quiet', '--message', path);
      const { code, stderr } = await entraAws(['ci', 'settings']);
      git('reset', '--quiet', '--hard', 'HEAD~1');
      expect([code, stderr.includes(`it has ${path},`)]).toEqual([1, true]);
    },
  );

  test('on a branch names all', async () => {
    expect(estatesIn(await entraAws(['ci', 'settings']))).toEqual(['acme', 'beta']);
  });

  test('adds to the outputs of a step at GitHub, of what the pull request touches', async () => {
    commit('estates/beta/estate.yaml');
    const [event, output] = [join(project, 'event.json'), join(project, 'output')];
    writeFileSync(event, JSON.stringify({ merge_group: { base_sha: 'HEAD~1' } }));
    const run = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: event, GITHUB_OUTPUT: output };
    expect(await entraAws(['ci', 'settings'], run)).toMatchObject({ code: 0, stdout: '' });
    const [, value = ''] = /^estates=(.*)\n$/.exec(readFileSync(output, 'utf8')) ?? [];
    // A queue is of no identity that a cloud trusts.
    expect(JSON.parse(value)).toMatchObject([
      { name: 'beta', jobs: ['preview', 'report'], previewEnvironment: 'preview' },
    ]);
  });

  test('writes the pipeline that deploys for GitLab, with nothing of one that the repository brings', async () => {
    const file = join(project, 'identity-deploy.yml');
    writeFileSync(file, 'job: { script: [curl https://example.com] }\n');
    expect(await entraAws(['ci', 'settings', '--out', file], { GITLAB_CI: 'true' })).toMatchObject({
      code: 0,
      stdout: '',
    });
    expect(readFileSync(file, 'utf8')).toMatch(
      /^include:\n.*\nvariables:\n {2}IDENTITY_JOBS: ',acme:preview,[\w:,-]+,'\n$/,
    );
  });

  test('says so where the base is not there', async () => {
    const { code, stderr } = await entraAws(['ci', 'settings', '--base', 'nowhere']);
    expect(code).toBe(1);
    expect(stderr).toContain("there is no git revision 'nowhere' here");
  });
});

describe('ci settings of a deployment', () => {
  const head = (): string => spawnSync('git', ['rev-parse', 'HEAD'], { cwd: project, encoding: 'utf8' }).stdout.trim();
  let github: FakeGitHub;
  let issuer: TokenIssuer;
  let moto: Moto;
  /** A job with the token by which it takes a role on. */
  const environment = () => ({ ...moto.env, ...github.environment, ...issuer.gitHub });
  const run = (...args: readonly string[]) => entraAws(['ci', 'settings', ...args], environment());

  beforeAll(async () => {
    github = await FakeGitHub.start();
    // Files that the tests before this one left belong to no estate.
    commit('README.md');
    issuer = await TokenIssuer.start();
    moto = await startMoto({ accountId: '210000000001' });
    const ssm = new SSMClient({ ...moto.client, region: 'eu-west-1' });
    const Value = JSON.stringify({ last: { commit: head(), url: github.page(41) }, unfinished: [] });
    for (const name of ['acme', 'beta'])
      await ssm.send(new PutParameterCommand({ Name: `/entra-aws/${name}/deployed`, Value, Type: 'String' }));
    commit('estates/beta/estate.yaml');
  });
  afterAll(async () => {
    await github.stop();
    await issuer.stop();
    await moto.stop();
  });

  test('names the estates that were changed since they were deployed last, and says so of each', async () => {
    const finished = await run('--deployment', 'touched');
    expect(estatesIn(finished)).toEqual(['beta']);
    const by = `deployed last by ${github.page(41)}`;
    expect(finished.stderr).toMatch(
      new RegExp(`^\\| acme is not deployed: nothing of it was changed since [0-9a-f]{40}, ${by}$`, 'm'),
    );
    expect(finished.stderr).toMatch(
      new RegExp(`^\\| beta is deployed: it was changed since [0-9a-f]{40}, ${by}$`, 'm'),
    );
  });

  test('names one that is asked for, touched or not, and no other', async () => {
    expect(estatesIn(await run('--deployment', 'acme'))).toEqual(['acme']);
    const { stdout } = await run('--deployment', 'acme', '--estate', 'beta');
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'beta', jobs: [] }]);
    const { code, stderr } = await run('--deployment', 'gamma');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("There is no estate 'gamma'") as unknown,
    });
  });

  test('names one whose change was taken back since: a run of it may wait for its approval', async () => {
    git('revert', '--no-edit', 'HEAD');
    expect(estatesIn(await run('--deployment', 'touched'))).toEqual(['beta']);
  });

  test('names all where the job gets no token, and where AWS refuses', async () => {
    const without = await entraAws(['ci', 'settings', '--deployment', 'touched'], {
      ...moto.env,
      ...github.environment,
    });
    expect(estatesIn(without)).toEqual(['acme', 'beta']);
    expect(without.stderr).toContain("acme is deployed: what was deployed last can't be read: ");
    expect(without.stderr).toContain("'id-token: write'");
    await moto.orderFault({
      service: 'ssm',
      operation: 'GetParameter',
      fail: { code: 'AccessDeniedException', times: 2 },
    });
    const refused = await run('--deployment', 'touched');
    await moto.clearFaults();
    expect(estatesIn(refused)).toEqual(['acme', 'beta']);
    expect(refused.stderr).toContain('Reading the parameter /entra-aws/beta/deployed failed');
  });

  test('says of an estate of which the pipeline deploys nothing that it is not deployed, and why, whatever differs', async () => {
    const { stderr } = await entraAws(['ci', 'settings', '--deployment', 'touched'], {
      ...environment(),
      GITHUB_REPOSITORY: 'insurance/renamed',
    });
    expect(stderr).toMatch(/^\| beta is not deployed: .*'insurance\/renamed'.*\(pipeline-deploys-nothing\)$/m);
    expect(stderr).not.toContain('is deployed:');
  });

  test('asks nobody in a pull request, which is compared with its base', async () => {
    expect(estatesIn(await run('--deployment', 'touched', '--base', 'HEAD'))).toEqual([]);
  });
});
