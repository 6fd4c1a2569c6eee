import { parseJson } from '../../../src/estate/source/json-source';
import { codeAndLine } from '../../support/estate-files';

function errorsOf(text: string): readonly string[] {
  const source = parseJson('o.json', text);
  expect(source.value === undefined).toBe(source.syntaxErrors.length > 0);
  return source.syntaxErrors.map(codeAndLine);
}

const GOOD = '(valid JSON; version control has the last good state)';

test.each([
  ['', '1:1: is empty'],
  [' \n', '1:1: is empty'],
  ['{"a": 1', '1:8: ends too early: the file is truncated'],
  ['{"a":\n  "x', '2:5: ends too early: the file is truncated'],
  ['{"a": tru', '1:10: ends too early: the file is truncated'],
  ['{"a": "\\u00', '1:12: ends too early: the file is truncated'],
  ['hello', '1:1: is not valid JSON: unexpected "h"'],
  ['<html>', '1:1: is not valid JSON: unexpected "<"'],
  ['{\n<<<<<<< HEAD\n"a": 1}', '2:1: is not valid JSON: unexpected "<"'],
  ['[\n"a"\n<<<<<<< HEAD\n]', '3:1: is not valid JSON: unexpected "<"'],
  ['{"a": 1,}', '1:9: is not valid JSON: unexpected "}"'],
  ['{"a": 1} x', '1:10: is not valid JSON: unexpected "x"'],
  ['{"a": "x\ny"}', '1:9: is not valid JSON: unexpected "\\n"'],
  ['{"a": 01}', '1:8: is not valid JSON: unexpected "1"'],
  ["{'a': 1}", '1:2: is not valid JSON: unexpected "\'"'],
  ['{"a": \0}', '1:7: is not valid JSON: unexpected "\\u0000"'],
  ['{"a": 😀}', '1:7: is not valid JSON: unexpected "😀"'],
])('%j: %s', (text, expected) => {
  expect(errorsOf(text)).toEqual([`json-syntax o.json:${expected} ${GOOD}`]);
});

test('a key that stands twice is an error with both places, in each mapping for itself', () => {
  const text = '{\n "a": {"x": 1, "y": [{"x": 2}]},\n "b": "a: \\"b\\"",\n "a": 1,\n "\\u0062": 2\n}';
  expect(errorsOf(text)).toEqual([
    "duplicate-key o.json:4:2: 'a' appears twice in this mapping (each key once) [see o.json:2:2]",
    "duplicate-key o.json:5:2: 'b' appears twice in this mapping (each key once) [see o.json:3:2]",
  ]);
});

test('__proto__ is a key like any other, also in escapes', () => {
  expect(JSON.stringify(parseJson('o.json', '{"a": [{"\\u005f_proto__": 1}]}').value)).toBe('{"a":[{"__proto__":1}]}');
  expect(errorsOf('{"__proto__": 1, "\\u005f_proto__": 2}')).toEqual([
    "duplicate-key o.json:1:18: '__proto__' appears twice in this mapping (each key once) [see o.json:1:2]",
  ]);
});

test.each([101, 100_000])('%i levels are refused', (levels) => {
  expect(errorsOf('['.repeat(levels) + ']'.repeat(levels))).toEqual(
    ['nested-too-deeply o.json:1:101: is nested too deeply (at most 100 levels of mappings and lists)'].map((line) =>
      levels > 1000 ? (expect.stringMatching(/^nested-too-deeply o\.json:1:\d+: /) as string) : line,
    ),
  );
});

test('a hundred levels are read', () => {
  expect(errorsOf('['.repeat(100) + ']'.repeat(100))).toEqual([]);
});

test('a byte order mark is skipped', () => {
  const source = parseJson('o.json', '\uFEFF{"a": 1}');
  expect(source.value).toEqual({ a: 1 });
  expect(source.placeOf(['a'])).toEqual({ file: 'o.json', line: 1, column: 7 });
});

test('a text of more than sixty million characters is refused unread', () => {
  expect(errorsOf(`"${'x'.repeat(60_000_000)}"`)).toEqual([
    'json-refused o.json:1:1: the file has 60000002 characters (at most 60000000)',
  ]);
});
