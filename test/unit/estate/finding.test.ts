import { ruleName } from '../../../src/estate/source/finding-codes';
import type { Finding } from '../../../src/estate/source/finding';
import {
  compareFindings,
  findingMessage,
  formatFinding,
  hasErrors,
  showValue,
} from '../../../src/estate/source/finding';
import { formatPath } from '../../../src/text/values';

const finding: Finding = {
  file: 'estates/demo/estate.yaml',
  line: 41,
  column: 7,
  severity: 'error',
  code: 'session-duration',
  path: 'access.permissionSets[2].sessionDuration',
  value: '"PT13H"',
  problem: 'is longer than 12 hours',
  allowed: 'PT1H to PT12H',
  related: [],
};

test('a finding is one line: place, path, value, problem, what is allowed, code', () => {
  expect(formatFinding(finding)).toBe(
    'estates/demo/estate.yaml:41:7 access.permissionSets[2].sessionDuration: "PT13H" is longer than 12 hours (PT1H to PT12H) (session-duration)',
  );
});

test('parts that are absent leave nothing behind', () => {
  const { file, line, column, severity, code, problem } = finding;
  expect(formatFinding({ file, line, column, severity, code, problem, path: '', related: [] })).toBe(
    'estates/demo/estate.yaml:41:7: is longer than 12 hours (session-duration)',
  );
});

test('other places are named after what is allowed', () => {
  const related = [
    { file: 'a.yaml', line: 1, column: 2 },
    { file: 'b.yaml', line: 3, column: 4 },
  ];
  expect(formatFinding({ ...finding, related })).toMatch(/ \[see a\.yaml:1:2, b\.yaml:3:4\] \(session-duration\)$/);
});

test('a path is written as in code, and quotes what is no plain key', () => {
  expect(formatPath(['access', 'grants', 0, 'accounts', 'include', 1])).toBe('access.grants[0].accounts.include[1]');
  expect(formatPath(['a', 'b c', '', '1x', 'd"e'])).toBe('a["b c"][""]["1x"]["d\\"e"]');
  expect(formatPath([])).toBe('');
});

test('a value is shown as JSON and cut by code point after 80 characters', () => {
  expect(showValue('a"b\n')).toBe('"a\\"b\\n"');
  expect(showValue('😀'.repeat(100))).toBe(`"${'😀'.repeat(79)}…`);
  expect(showValue('x'.repeat(78))).toBe(`"${'x'.repeat(78)}"`);
});

test.each([
  ['line feed', 'a\nb', 'a\\u000ab'],
  ['escape', '\u001b[31m', '\\u001b[31m'],
  ['C1 control', '\u009b31m', '\\u009b31m'],
  ['line separator', 'a\u2028b', 'a\\u2028b'],
  ['right-to-left override', 'a\u202eb', 'a\\u202eb'],
])('a message shows a %s instead of acting upon it', (_, problem, shown) => {
  expect(findingMessage({ ...finding, problem })).toBe(`"PT13H" ${shown} (PT1H to PT12H)`);
});

test('a message leaves letters of all scripts and emoji alone', () => {
  expect(findingMessage({ ...finding, problem: 'größer 名前 😀' })).toContain('größer 名前 😀');
});

test('findings are sorted by file, line, column and code', () => {
  const places = [
    { file: 'b', line: 1, column: 1, code: 'a' },
    { file: 'a', line: 10, column: 1, code: 'a' },
    { file: 'a', line: 9, column: 2, code: 'a' },
    { file: 'a', line: 9, column: 1, code: 'b' },
    { file: 'a', line: 9, column: 1, code: 'a' },
  ];
  const sorted = places
    .map((place) => ({ ...finding, ...place, code: ruleName(place.code) }))
    .toSorted(compareFindings);
  expect(sorted.map(({ file, line, column, code }) => `${file}${line}${column}${code}`)).toEqual([
    'a91a',
    'a91b',
    'a92a',
    'a101a',
    'b11a',
  ]);
});

test('warnings alone are no errors', () => {
  expect(hasErrors([{ severity: 'warning' }])).toBe(false);
  expect(hasErrors([{ severity: 'warning' }, { severity: 'error' }])).toBe(true);
});
