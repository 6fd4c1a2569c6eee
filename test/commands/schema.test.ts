import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let docs = '';
beforeEach(() => {
  docs = mkdtempSync(join(tmpdir(), 'docs-'));
});
afterEach(() => {
  rmSync(docs, { recursive: true });
});

function run(...args: readonly string[]): { readonly code: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'commands/schema.ts', ...args], {
    encoding: 'utf8',
  });
  return { code: status, stdout: stdout.replaceAll(docs, 'docs') };
}

test('writes the schema and the reference, and says which were stale', () => {
  const [schema, reference] = ['docs/estate.schema.json', 'docs/estate-reference.md'];
  const stale = (path: string): string => `${path} is stale; write it anew with npm run schema\n`;

  expect(run('--docs', docs, '--check')).toEqual({ code: 1, stdout: stale(schema) + stale(reference) });
  expect(run('--docs', docs)).toEqual({ code: 0, stdout: `${schema} written\n${reference} written\n` });
  expect(JSON.parse(readFileSync(join(docs, 'estate.schema.json'), 'utf8'))).toMatchObject({ title: 'Estate' });
  expect(run('--docs', docs, '--check')).toEqual({ code: 0, stdout: '' });

  appendFileSync(join(docs, 'estate-reference.md'), 'more');
  expect(run('--docs', docs, '--check')).toEqual({ code: 1, stdout: stale(reference) });
  expect(run('--docs', docs)).toEqual({ code: 0, stdout: `${schema} is up to date\n${reference} written\n` });
});

test('a wrong call is refused', () => {
  expect(run('--chek').code).toBe(2);
});
