import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { fakePrograms } from '../../support/fake-cli';
import { makeFolder } from '../../support/git-repository';
import { PROGRAM, UNVALIDATED } from '../../support/repository';

/** A team's repository, with what it has around it: a remote, a default branch, a run of a forge. */
const repository = makeFolder();
const tools = makeFolder();
afterAll(() => {
  repository.remove();
  tools.remove();
});

const programs = fakePrograms(join(tools.path, 'bin'));

function entraAws(
  args: readonly string[],
  { env = {}, cwd = repository.path }: { readonly env?: object; readonly cwd?: string } = {},
) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: `${join(tools.path, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: tools.path,
      NO_COLOR: '1',
      ...UNVALIDATED,
      ...env,
    },
  });
  return { status, stdout, stderr };
}

const ESTATE = 'estates/acme/estate.yaml';
const read = (path: string): string => readFileSync(join(repository.path, path), 'utf8');

const Preview = z.looseObject({ findings: z.array(z.looseObject({ severity: z.string(), code: z.string() })) });

/** A preview, by its exit code and the findings about what is around the estate. */
function previewed(env: object = {}) {
  const { status } = entraAws(['preview', '--day', '2026-11-26', '--out', 'plan'], { env });
  const { findings } = Preview.parse(JSON.parse(read('plan/preview.json')));
  const codes = findings.map(({ severity, code }) => `${severity} ${code}`);
  return { status, codes: codes.filter((one) => / (?:placeholder-value|other-repository|default-branch)$/.test(one)) };
}

beforeAll(() => {
  repository.git('init', '--quiet', '--initial-branch', 'trunk');
  repository.git('remote', 'add', 'origin', 'https://x:token@github.com/acme/identity.git');
  expect(entraAws(['init', 'acme', '--yes', '--customers', 'none'])).toMatchObject({ status: 0, stderr: '' });
  writeFileSync(join(repository.path, 'package-lock.json'), '{}');
  repository.commit('Begin');
  repository.git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
  repository.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
});

/** The run of a pull request at GitHub, from the repository itself. */
function gitHubRun(defaultBranch: string): object {
  const event = join(tools.path, 'event.json');
  const repo = { full_name: 'acme/identity' };
  writeFileSync(
    event,
    JSON.stringify({ pull_request: { head: { repo } }, repository: { default_branch: defaultBranch } }),
  );
  return { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/identity', GITHUB_EVENT_PATH: event };
}

test('init writes the repository of the remote, without its token, and the default branch', () => {
  expect(read(ESTATE)).toContain('  repository: acme/identity\n');
  expect(read(ESTATE)).toContain('pipeline:\n  branch: trunk\n');
  expect(read(ESTATE)).not.toContain('token@');
});

test('a preview counts the placeholders in one line, and a pipeline with identities fails by them', () => {
  expect(previewed()).toEqual({ status: 0, codes: ['warning placeholder-value'] });
  // Until it is set up, its previews show an example.
  expect(previewed(gitHubRun('trunk'))).toEqual({ status: 0, codes: ['warning placeholder-value'] });
  const client = (digit: number): string => `4b1d8a5e-6c1f-4b7e-8f39-0f6a2d9c7e1${digit}`;
  const identities = `  identities:\n    workforce: { preview: ${client(1)}, deploy: ${client(2)} }\n`;
  const before = read(ESTATE);
  repository.write(
    ESTATE,
    before.replace(/^pipeline:\n/m, (line) => line + identities),
  );
  expect(previewed(gitHubRun('trunk'))).toEqual({ status: 1, codes: ['error placeholder-value'] });
  repository.write(ESTATE, before);
});

test('deploy names each placeholder and asks no program of any cloud', () => {
  const asked = programs.calls().length;
  const { status, stdout, stderr } = entraAws(['deploy', '--yes']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  const lines = stderr.split('\n').filter((line) => line.startsWith(`  ${ESTATE}:`));
  expect(lines.length).toBeGreaterThan(15);
  expect(stderr).toMatch(/^ {2}estates\/acme\/estate\.yaml:\d+:\d+ azure\.subscriptionId: 8d3e5b70-/m);
  expect(stderr).toContain('estates/acme/organization.json:');
  expect(entraAws(['deploy', '--status'])).toMatchObject({ status: 1, stdout: '' });
  expect(programs.calls().length).toBe(asked);
  expect(entraAws(['deploy', '--dry-run']).status).toBe(0);
});

test('a renamed repository and another default branch are findings, and the branch ends a run', () => {
  repository.git('remote', 'set-url', 'origin', 'git@github.com:acme/other.git');
  repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  repository.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  const codes = ['warning default-branch', 'warning other-repository', 'warning placeholder-value'];
  const { status, codes: found } = previewed();
  expect({ status, found: found.toSorted() }).toEqual({ status: 0, found: codes });
  expect(previewed(gitHubRun('main'))).toMatchObject({
    status: 1,
    codes: expect.arrayContaining(['error default-branch']) as string[],
  });
});

test('another name of an estate that the base has is a warning, and its old name is none', () => {
  const findings = (name: string) => {
    entraAws(['preview', '--estate', name, '--base', 'HEAD', '--day', '2026-11-26', '--out', 'plan']);
    return Preview.parse(JSON.parse(read('plan/preview.json'))).findings.filter(({ code }) => code === 'twin-estates');
  };
  const place = (name: string) => join(repository.path, 'estates', name);
  expect(findings('acme')).toEqual([]);
  renameSync(place('acme'), place('omega'));
  const found = findings('omega');
  renameSync(place('omega'), place('acme'));
  expect(found.length).toBeGreaterThan(0);
  expect(found).toContainEqual(
    expect.objectContaining({ severity: 'warning', allowed: expect.stringContaining("'acme'") as string }),
  );
});

test('init refuses a folder below the top of a repository, where no forge looks, unless there is no pipeline', () => {
  const cwd = join(repository.path, 'infra/identity');
  mkdirSync(cwd, { recursive: true });
  const refused = entraAws(['init', 'beta', '--yes'], { cwd });
  expect({ status: refused.status, stdout: refused.stdout }).toEqual({ status: 1, stdout: '' });
  expect(refused.stderr).toMatch(
    /^This folder is infra\/identity\/ of a git repository, and GitHub reads a pipeline at the top alone: .*\n$/,
  );
  expect(entraAws(['init', 'beta', '--yes', '--forge', 'none'], { cwd }).status).toBe(0);
});

test('a .gitlab-ci.yml of the team stays, and init prints the keys to add, which are YAML', () => {
  const other = makeFolder();
  other.write('.gitlab-ci.yml', 'stages: [test]\n');
  const { stdout } = entraAws(['init', 'acme', '--yes', '--forge', 'gitlab'], { cwd: other.path });
  expect(readFileSync(join(other.path, '.gitlab-ci.yml'), 'utf8')).toBe('stages: [test]\n');
  expect(stdout).toMatch(/^\.gitlab-ci\.yml is yours, /m);
  const printed = stdout.split('\n').flatMap((line) => (/^ {4}(.+)$/.exec(line) ?? []).slice(1));
  const keys: unknown = parseAllDocuments(printed.join('\n')).at(-1)?.toJS();
  expect(keys).toHaveProperty('include.0.local', '/.gitlab/identity.yml');
  expect(keys).toHaveProperty('stages', expect.arrayContaining(['deploy']));
  expect(stdout).toMatch(/^Commit all of it, with the package-lock\.json that npm install writes/m);
  other.remove();
});
