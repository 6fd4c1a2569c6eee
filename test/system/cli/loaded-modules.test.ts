import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXAMPLE_ESTATES, REPOSITORY } from '../../support/repository';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'modules-')));

const estates = join(folder, 'estates');
cpSync(EXAMPLE_ESTATES, estates, { recursive: true });

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Files of this repository that a command loads. */
function loadedBy(words: readonly string[]): readonly string[] {
  const list = join(folder, 'loaded.txt');
  const loader = ['--import', 'tsx', '--require', './test/support/loaded-modules.cjs'];
  const { status, stderr } = spawnSync(process.execPath, [...loader, 'src/cli/main.ts', ...words], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { ...process.env, LOADED_MODULES: list },
  });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  return readFileSync(list, 'utf8').trim().split('\n');
}

test.each([
  ['explain', ['--group', 'Claims Developers', '--account', 'claims-test'], 80],
  ['preview', ['--out', join(folder, 'plan')], 296],
] as const)('%s of the sandbox loads what it needs', (command, options, most) => {
  const loaded = loadedBy([command, '--estates', estates, ...options]);
  expect(loaded).toContain(`src/cli/${command}/run.ts`);
  expect(loaded.filter((file) => /^src\/cli\/[a-z-]+\/(options|index)\.ts$/.test(file))).toEqual([
    `src/cli/${command}/options.ts`,
  ]);
  expect(loaded.length).toBeLessThanOrEqual(most);
});
