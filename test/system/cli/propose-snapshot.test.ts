import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OrganizationFile } from '../../../src/estate/source/organization';
import { FakeGitHub } from '../../support/fake-github';
import { makeSandboxRepository, type TestFolder } from '../../support/git-repository';
import { accountId } from '../../support/ids';
import { PROGRAM } from '../../support/repository';
import type { Finished } from '../clouds/organization/run-snapshot';
import { finish } from '../clouds/organization/run-snapshot';

let github: FakeGitHub;
let folder: TestFolder;

const ESTATE = 'estates/sandbox/estate.yaml';
const ORGANIZATION = 'estates/sandbox/organization.json';
const POLICIES = 'estates/sandbox/aws-policies.json';

beforeEach(async () => {
  github = await FakeGitHub.start();
  folder = makeSandboxRepository();
  mkdirSync(join(folder.path, 'plan'));
});
afterEach(async () => {
  await github.stop();
  folder.remove();
  expect(github.faults).toEqual([]);
});

const propose = (): Promise<Finished> =>
  finish(
    spawn(process.execPath, [PROGRAM, 'ci', 'propose-snapshot'], {
      cwd: folder.path,
      env: { PATH: process.env['PATH'], ...github.environment, GITHUB_REF: 'refs/heads/main' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );

const read = (): OrganizationFile =>
  OrganizationFile.parse(JSON.parse(readFileSync(join(folder.path, ORGANIZATION), 'utf8')));

/** What `entra-aws snapshot --out` would have written, had AWS another account where there is one already. */
function answerNewAccount(): void {
  const file = read();
  const [sibling] = file.accounts.filter(({ name }) => name === 'claims-dev');
  if (sibling === undefined) throw new Error('the sandbox has no account claims-dev');
  const added = { ...sibling, id: accountId('210000000099'), name: 'claims-new', email: 'claims-new@example.com' };
  writeAnswer({ ...file, accounts: [...file.accounts, added] });
}

function writeAnswer(file: OrganizationFile): void {
  writeFileSync(join(folder.path, 'plan/organization.json'), JSON.stringify(file));
}

test('proposes a new account with the placement of its access, from the commit, and says who gains', async () => {
  answerNewAccount();
  expect(await propose()).toEqual({
    code: 0,
    stdout: 'the newer snapshot of sandbox is proposed in #100\n',
    stderr: '',
  });
  const [proposal] = github.proposals.all;
  expect(proposal?.title).toBe('1 new account in sandbox');
  expect(proposal?.body).toMatch(
    /- <code>claims-new<\/code> \(210000000099\) in <code>\/Workloads\/Development<\/code>: /,
  );
  expect(proposal?.merges).toBeUndefined();
  const branch = github.proposals.branches.get(proposal?.branch ?? 'none');
  expect(branch?.from).toBe(folder.git('rev-parse', 'HEAD').trim());
  expect(Object.keys(branch?.files ?? {})).toEqual([ORGANIZATION, 'estates/sandbox/placement.lock.json']);
  expect(branch?.files[ORGANIZATION]).toContain('claims-new@example.com');
  // Nothing in the working tree is changed.
  expect(folder.git('status', '--porcelain', '--', 'estates')).toBe('');
  expect((await propose()).stdout).toBe('the newer snapshot of sandbox is already proposed in #100\n');
});

test('where the estate lets additions merge, has GitHub merge this one', async () => {
  const estate = readFileSync(join(folder.path, ESTATE), 'utf8');
  folder.write(ESTATE, estate.replace(/^pipeline:$/m, 'pipeline:\n  mergeAdditions: true'));
  folder.commit('Let additions merge');
  answerNewAccount();
  expect((await propose()).stdout).toBe(
    'the newer snapshot of sandbox is proposed in #100; it merges by itself once the checks and reviews are done\n',
  );
  expect(github.proposals.all[0]?.merges).toMatch(/^c0ffee/);
});

test('proposes a new version of an AWS managed policy alone, by its name, for people to merge', async () => {
  const estate = readFileSync(join(folder.path, ESTATE), 'utf8');
  folder.write(ESTATE, estate.replace(/^pipeline:$/m, 'pipeline:\n  mergeAdditions: true'));
  folder.commit('Let additions merge');
  writeAnswer(read());
  const policies = readFileSync(join(folder.path, POLICIES), 'utf8');
  const newer = policies.replace(/"version": "v(\d+)"/, (_, version: string) => `"version": "v${Number(version) + 1}"`);
  writeFileSync(join(folder.path, 'plan/aws-policies.json'), newer);
  expect(await propose()).toEqual({
    code: 0,
    stdout: 'the newer snapshot of sandbox is proposed in #100\n',
    stderr: '',
  });
  const [proposal] = github.proposals.all;
  expect(proposal?.title).toBe('AWS policies of sandbox have changed');
  expect(proposal?.body).not.toContain('organization.json');
  expect(proposal?.merges).toBeUndefined();
  expect(github.proposals.branches.get(proposal?.branch ?? 'none')?.files).toEqual({ [POLICIES]: newer });
});

test('proposes nothing where nothing is new, and refuses another file', async () => {
  writeAnswer(read());
  expect((await propose()).stdout).toMatch(/^nothing to propose: organization\.json is up to date: /);
  writeFileSync(join(folder.path, 'plan/organization.json'), '[]');
  expect(await propose()).toMatchObject({
    code: 1,
    stderr: 'plan/organization.json must be what npx --no entra-aws snapshot --out writes: it is unreadable\n',
  });
  expect(github.calls).toEqual([]);
});
