import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { toolsOf } from '../../support/tools';
import { REPOSITORY } from '../../support/repository';

test('a misspelt name is refused', () => {
  expect(toolsOf('')).toEqual(new Set());
  expect(toolsOf('go,python')).toEqual(new Set(['go', 'python']));
  expect(() => toolsOf('go,pyton')).toThrow(
    "REQUIRED_TOOLS: 'pyton' must be one of act, azuread, bash, bicep, buildah, changesets, docs, fish, gitlab-ci-local, go, java, lint, pulumi, pulumi-language-nodejs, pulumi-language-python, python, system, zsh",
  );
});

const SUITE = `import { describeWithTool } from '../../support/tools';
describeWithTool({ tool: 'go', title: 'the suite', missing: 'Go is not installed' }, () => undefined);`;

/** A file that stands on Go as a whole. */
const FILE = `import { testWithTools } from '../../support/tools';
const test = testWithTools({ tool: 'go', title: 'the file', missing: 'Go is not installed' });
beforeAll(() => { throw new Error('a hook ran'); });
test('runs', () => undefined);
test.each([1, 2])('runs %i', () => undefined);
test.skip('is skipped anyway', () => undefined);`;

describe('a suite whose tool is missing', () => {
  const folder = mkdtempSync(join(REPOSITORY, 'test/system/tools-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs jest on a suite that lacks Go, and returns how many tests it counts. */
  function run(requiredTools: string, suite = SUITE): { readonly status: number | null; readonly output: string } {
    const file = join(folder, 'lacking.test.ts');
    writeFileSync(file, suite);
    const jest = join(REPOSITORY, 'node_modules/jest/bin/jest.js');
    const { status, stderr } = spawnSync(process.execPath, [jest, '--ci', '-i', relative(REPOSITORY, file)], {
      cwd: REPOSITORY,
      encoding: 'utf8',
      env: { ...process.env, REQUIRED_TOOLS: requiredTools },
    });
    return { status, output: stderr };
  }

  test('is skipped with the reason', () => {
    const { status, output } = run('python');
    expect(output).toContain('SKIPPED: the suite: Go is not installed');
    expect(output).toContain('1 skipped');
    expect(status).toBe(0);
  });

  test('is skipped as a file too, with its hooks', () => {
    const { status, output } = run('python', FILE);
    expect(output).toContain('SKIPPED: the file: Go is not installed');
    expect(output).toContain('5 skipped');
    expect(output).not.toContain('a hook ran');
    expect(status).toBe(0);
  });

  test.each([SUITE, FILE])('fails where the tool is required: %#', (suite) => {
    const { status, output } = run('go', suite);
    expect(output).toContain('Go is not installed');
    expect(output).toContain('1 failed');
    expect(status).toBe(1);
  });
});
