import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY, scriptArguments } from '../../support/repository';

let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'build-'));
});

afterEach(() => {
  rmSync(out, { recursive: true });
});

function build(...options: readonly string[]) {
  const args = [...scriptArguments('build'), ...options];
  return spawnSync(process.execPath, args, { cwd: REPOSITORY, encoding: 'utf8' });
}

test('writes what the images and compose.yaml need, and says how to go on', () => {
  const { status, stdout } = build('--estate', 'sandbox', '--out', out);
  expect(stdout).toBe(
    ['api', 'web', 'emulator', 'compose'].map((name) => `wrote ${join(out, name)}\n`).join('') +
      'docker compose up --build    then open http://localhost:5000\n',
  );
  expect(status).toBe(0);
  expect(readdirSync(out)).toEqual(['api', 'compose', 'emulator', 'web']);
});

test('refuses an estate that does not exist as a wrong call, and writes nothing', () => {
  const { status, stderr } = build('--estate', 'nowhere', '--out', out);
  expect(stderr).toContain("There is no estate 'nowhere'.");
  expect(status).toBe(2);
  expect(readdirSync(out)).toEqual([]);
});
