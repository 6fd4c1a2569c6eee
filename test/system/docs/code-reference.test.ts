import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/repository';
import { packagesOf, testWithTools } from '../../support/tools';

const TYPEDOC = join(REPOSITORY, 'docs/node_modules/typedoc/bin/typedoc');
const test = testWithTools({ ...packagesOf('docs'), title: 'the reference of the code' });
const folder = mkdtempSync(join(tmpdir(), 'code-reference-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function typedoc(args: readonly string[], cwd: string): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [TYPEDOC, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, said: stdout + stderr };
}

/** Things without a doc comment. What has no name of its own, such as the rows of a table, needs none. */
const undocumented = (said: string): readonly string[] =>
  [...said.matchAll(/^\[warning\] (?<name>\S+) .*does not have any documentation$/gm)]
    .map(({ groups }) => groups?.['name'] ?? '')
    .filter((name) => !name.includes('.__type.'));

test('describes the four entries, and everything in them has a doc comment', () => {
  const { status, said } = typedoc(['--out', join(folder, 'out')], REPOSITORY);
  expect({ status, undocumented: undocumented(said) }).toEqual({ status: 0, undocumented: [] });
  expect(readdirSync(join(folder, 'out/modules'))).toEqual([
    'aws.html',
    'entra.html',
    'estate.html',
    'permissions.html',
  ]);
  const page = readFileSync(join(folder, 'out/classes/aws.PermissionSet.html'), 'utf8');
  expect(page).toContain('ARN, as assignments name it.');
});

test('finds what is exported without one', () => {
  writeFileSync(join(folder, 'entry.ts'), 'export const nothingSaid = 1;\n');
  writeFileSync(join(folder, 'tsconfig.json'), '{"compilerOptions":{"types":[]},"files":["entry.ts"]}');
  const { said } = typedoc(['entry.ts', '--validation.notDocumented', '--skipErrorChecking', '--emit', 'none'], folder);
  expect(undocumented(said)).toEqual(['nothingSaid']);
});
