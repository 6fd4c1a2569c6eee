import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import { sandboxFiles } from '../../support/sandbox';
import type { TestFolder } from '../../support/git-repository';
import { makeSandboxRepository } from '../../support/git-repository';
import { outputFaults } from '../../support/output-faults';
import { PROGRAM } from '../../support/repository';

let folder: TestFolder;

function run(...args: readonly string[]) {
  const words = [PROGRAM, 'who', '--estates', join(folder.path, 'estates'), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

const ask = (when: string, ...more: readonly string[]) =>
  run('--user', 'ann@example.com', '--when', when, '--group', 'Security Auditors', '--offline', ...more);

beforeAll(() => {
  folder = makeSandboxRepository();
  // What counts is when a commit came onto the branch, its committer's time: the second one is a day later.
  setCommitTime('2026-01-10T12:00:00Z');
  const estate = sandboxFiles()[ESTATE_FILE] ?? '';
  folder.write('estates/sandbox/estate.yaml', estate.replace('[SecurityAudit, BillingReader]', '[SecurityAudit]'));
  folder.commit('Take the bills away');
  setCommitTime('2026-01-11T12:00:00Z');
});

afterAll(() => {
  folder.remove();
});

function setCommitTime(time: string): void {
  const tree = folder.git('rev-parse', 'HEAD^{tree}').trim();
  const parents = folder.git('rev-list', '--parents', '-1', 'HEAD').trim().split(' ').slice(1);
  const raw = `tree ${tree}\n${parents.map((id) => `parent ${id}\n`).join('')}${person('author', time)}${person('committer', time)}\nAt ${time}\n`;
  folder.write('.git/made', raw);
  const id = folder.git('hash-object', '-t', 'commit', '-w', '.git/made').trim();
  folder.git('reset', '--quiet', '--hard', id);
}

function person(role: string, time: string): string {
  return `${role} Test <test@example.com> ${Date.parse(time) / 1000} +0000\n`;
}

test('answers by the estate as it was then', () => {
  const { code, stdout, stderr } = ask('2026-01-10T18:00:00Z');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^ann@example\.com at 2026-01-10T18:00:00\.000Z, by commit [0-9a-f]{12}, the last by its date .*\nGroups: Security Auditors\n\n/,
  );
  expect(stdout).toMatch(
    /BillingReader by Security Auditors\n {2}210000000001 insurance-management\n {2}by \S+estate\.yaml:\d+:\d+\n/,
  );
});

test('answers otherwise after the access was taken away', () => {
  expect(ask('2026-01-11T18:00:00Z').stdout).not.toContain('BillingReader');
});

test('takes a time without a zone as UTC, and prints JSON', () => {
  const { stdout } = ask('2026-01-11T11:59', '--json');
  expect(outputFaults('who', stdout)).toBeNull();
  const answer = JSON.parse(stdout) as {
    readonly sets: readonly { permissionSet: string }[];
  };
  expect(answer).toMatchObject({
    user: 'ann@example.com',
    when: '2026-01-11T11:59:00.000Z',
    withoutAccess: [],
    unknown: [],
  });
  expect(answer.sets.map(({ permissionSet }) => permissionSet)).toEqual(['BillingReader', 'SecurityAudit']);
});

test('takes no commit that was dated back, but the one that the branch had then', () => {
  const before = ask('2026-01-10T18:00:00Z').stdout;
  const head = folder.git('rev-parse', 'HEAD').trim();
  folder.write('estates/sandbox/note.txt', 'made today');
  folder.commit('Made today');
  setCommitTime('2026-01-10T13:00:00Z');
  const after = ask('2026-01-10T18:00:00Z').stdout;
  folder.git('reset', '--quiet', '--hard', head);
  expect(after).toBe(before);
});

test('says that a group is none of the estate', () => {
  const { code, stdout } = run('--user', 'ann@example.com', '--when', '2026-01-11', '--group', 'Nobody', '--offline');
  expect(code).toBe(0);
  expect(stdout).toContain('No permission set in any account.\nNobody was not a group of the estate.\n');
});

test.each([
  [['--when', '2026-01-11'], "required option '--user <name>' not specified"],
  [['--user', 'ann'], "required option '--when <time>' not specified"],
  [['--user', 'ann', '--when', '2026-01-11', '--offline'], '--offline needs --group'],
  [['--user', 'ann', '--when', 'yesterday'], "--when must be a moment, such as 2026-11-24T09:00:00Z, got 'yesterday'"],
  [['--user', 'ann', '--when', '2026-02-30'], '--when must be a moment'],
  [['--user', 'ann', '--when', '2025-12-31'], '--when: this branch had no commit by 2025-12-31T00:00:00.000Z'],
])('called with %j, exits 2', (args, message) => {
  const { code, stdout, stderr } = run(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});
