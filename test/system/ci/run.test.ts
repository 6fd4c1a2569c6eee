import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fakePrograms, type FakeAnswer } from '../../support/fake-cli';
import { REPOSITORY } from '../../support/repository';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

interface Faults {
  readonly buildTools?: FakeAnswer;
  /** Of `npm`, first. */
  readonly npm?: readonly FakeAnswer[];
}

/** A repository with `.ci/run` in which npm, npx and what builds tools answer at once, but for the faults. */
function repository({ buildTools = {}, npm = [] }: Faults = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ci-run-'));
  folders.push(folder);
  const tools = fakePrograms(join(folder, '.ci'));
  tools.answer('build-tools', [buildTools]);
  for (const name of ['run', 'summary.cjs']) cpSync(join(REPOSITORY, '.ci', name), join(folder, '.ci', name));
  writeFileSync(join(folder, 'package-lock.json'), '{"packages":{"node_modules/@pulumi/azuread":{"version":"6.9.1"}}}');
  const programs = fakePrograms(join(folder, 'bin'));
  programs.answer('npm', [...npm, {}]);
  programs.answer('npx', [{}]);
  const env = { ...process.env, PATH: programs.path };
  return { folder, env, calls: programs.calls };
}

function run(faults: Faults, ...shard: readonly string[]) {
  const { folder, env, calls } = repository(faults);
  const { status, stdout, stderr } = spawnSync(join(folder, '.ci/run'), shard, { cwd: folder, env, encoding: 'utf8' });
  return { status, last: stdout.trim().split('\n').slice(-3), stderr, calls: calls() };
}

const LINT = ['run', 'lint'];

test('runs each part of the first shard, and the system tests alone of another', () => {
  const first = run({}, '1/2');
  expect(first).toMatchObject({ status: 0, stderr: '' });
  expect(first.calls).toEqual(
    expect.arrayContaining([
      'npm run lint',
      expect.stringMatching(/^npm test /),
      expect.stringMatching(/--shard 1\/2/),
    ]),
  );
  const second = run({}, '2/2');
  expect(second.status).toBe(0);
  expect(second.calls.filter((call) => !call.startsWith('npm ci'))).toEqual([
    expect.stringMatching(/^npm run test:system -- --shard 2\/2/),
  ]);
});

test('a tool that cannot be built ends it while the unit tests run, with the reason last', () => {
  const { status, last, calls } = run({
    buildTools: { stderr: 'build-tools: Go is not installed\n', code: 3 },
    npm: [{ words: ['test'], hangs: true }],
  });
  expect(status).toBe(1);
  expect(last.slice(-2)).toEqual(['::: tools failed', 'build-tools: Go is not installed']);
  expect(calls.join('\n')).not.toContain('test:system');
});

test('all tests run to their end although lint fails, which is printed last', () => {
  const { status, last, calls } = run({ npm: [{ words: LINT, stdout: 'a.ts: unused\n', code: 1 }] });
  expect(status).toBe(1);
  expect(last.slice(-2)).toEqual(['::: lint failed', 'a.ts: unused']);
  expect(calls).toContainEqual(expect.stringMatching(/^npm test /));
  expect(calls.join('\n')).toContain('test:system');
});

test.each([
  [['test'], 'unit-tests'],
  [['run', 'test:system'], 'system-tests'],
])('%s that fails does not hide what lint finds', (words, part) => {
  const { status, last } = run({
    npm: [
      { words: LINT, stdout: 'a.ts: unused\n', code: 1 },
      { words, code: 1 },
    ],
  });
  expect(status).toBe(1);
  expect(last.toSorted()).toEqual(['::: lint failed', `::: ${part} failed`, 'a.ts: unused']);
});

test.each(['npm ci --prefix docs', 'npm run preview', 'npm run test:system'])('%s that fails ends it', (command) => {
  const { status, last, calls } = run({ npm: [{ words: command.split(' ').slice(1), code: 1 }] });
  expect(status).toBe(1);
  expect(last.at(-1)).toMatch(/^::: (install|folders|preview|system-tests) failed$/);
  // Lint runs beside the preview.
  expect(calls.filter((call) => call !== 'npm run lint').at(-1)).toContain(command);
});

test.each(['0/3', '4/3', '3', 'x/3', ''])('refuses the shard %p before anything is installed', (shard) => {
  const { status, stderr, calls } = run({}, shard);
  expect(status).toBe(2);
  expect(stderr).toContain(`got ${shard}`);
  expect(calls).toEqual([]);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s leaves no part behind', async (signal, code) => {
  const { folder, env } = repository({
    buildTools: { hangs: true },
    npm: [
      { words: LINT, hangs: true },
      { words: ['test'], hangs: true, setsFlag: 'tests' },
    ],
  });
  const bin = join(folder, 'bin');
  const begun = new Promise<void>((resolve) => {
    watch(bin, () => {
      if (existsSync(join(bin, 'tests.flag'))) resolve();
    }).unref();
  });
  const child = spawn(join(folder, '.ci/run'), [], { cwd: folder, env, stdio: 'ignore' });
  await begun;
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([code, null]);
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(stdout).not.toContain(folder);
});
