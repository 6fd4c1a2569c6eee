import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/repository';

/** Reasons of an explanation have codes too, and are no findings. */
const REASONS = /(^|\/)expla[^/]*$/;

/** All sources below a folder, as one text. */
function sourcesOf(folder: string): string {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !REASONS.test(name))
    .map((name) => readFileSync(join(REPOSITORY, folder, name), 'utf8'))
    .join('\n');
}

/** A code stands behind `code:`, or is the first argument of a function that makes an issue. */
const CODE = /(?:code: |\b(?:error|warning|duplicates|quotaIssue|organizationIssue)\(\s*)'([a-z]+(?:-[a-z]+)*)'/g;

/** `code: 'custom'` is zod's. */
const FOREIGN = new Set(['custom']);

const codes = [...new Set([...sourcesOf('src/estate').matchAll(CODE)].map(([, code = '']) => code))]
  .filter((code) => !FOREIGN.has(code))
  .toSorted();

const tests = sourcesOf('test/unit/estate') + sourcesOf('test/system/estate');

test('every code of the model is found by the pattern', () => {
  const unread = sourcesOf('src/estate').match(/\bcode: (?!'|string\b|`)[^,;\n]*/g) ?? [];
  // The last is the id of a rule.
  expect(unread).toEqual(['code: fault.code', 'code: issue.code', 'code: rule.id']);
  expect(codes.length).toBeGreaterThan(45);
});

test.each(codes)('a test reads the full line of %s', (code) => {
  expect(new RegExp(`\\b${code} \\S+`).test(tests)).toBe(true);
});
