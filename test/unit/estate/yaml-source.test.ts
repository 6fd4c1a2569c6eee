import { parseYaml } from '../../../src/estate/source/yaml-source';
import { locate } from '../../../src/estate/source/source-document';
import { codeAndLine } from '../../support/estate-files';

function errorsOf(text: string): readonly string[] {
  const source = parseYaml('e.yaml', text);
  expect(source.value === undefined).toBe(source.syntaxErrors.length > 0);
  return source.syntaxErrors.map(codeAndLine);
}

test.each<readonly [string, string, readonly string[]]>([
  ['a quote without its end', 'a: "x', ['yaml-syntax e.yaml:1:6: is not valid YAML: Missing closing "quote']],
  [
    'a tab as indentation',
    'a:\n\tb: 1',
    ['yaml-syntax e.yaml:2:1: is not valid YAML: Tabs are not allowed as indentation (indent with spaces)'],
  ],
  [
    'a merge that was not finished',
    '# e\n<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> main\nb: [\n',
    [expect.stringMatching(/^yaml-syntax e\.yaml:2:1: /) as string],
  ],
  ['an unknown tag', 'a: !foo x', ['yaml-syntax e.yaml:1:4: is not valid YAML: Unresolved tag: !foo']],
  [
    'two documents',
    'a: 1\n---\nb: 2',
    [
      'yaml-syntax e.yaml:2:1: is not valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments()',
    ],
  ],
  [
    'NUL',
    'a: 1\nb: x\0y',
    [
      'yaml-syntax e.yaml:2:5: U+0000 is not a valid YAML character (printable text; a name that holds it needs double quotes and an escape)',
    ],
  ],
  [
    'an escape character',
    '\u001b[2Ja: 1',
    [
      'yaml-syntax e.yaml:1:1: U+001B is not a valid YAML character (printable text; a name that holds it needs double quotes and an escape)',
    ],
  ],
  ['YAML 1.1', '%YAML 1.1\n---\na: yes\n', ['yaml-refused e.yaml:1:1: asks for YAML 1.1 (YAML 1.2)']],
  [
    'a key that stands twice',
    'a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n',
    ["duplicate-key e.yaml:5:3: 'c' appears twice in this mapping (each key once) [see e.yaml:3:3]"],
  ],
  [
    'a key that stands twice in other quotes',
    "a: 1\n'a': 2\n",
    ["duplicate-key e.yaml:2:1: 'a' appears twice in this mapping (each key once) [see e.yaml:1:1]"],
  ],
  [
    'numbers and lists as keys',
    '1.10: x\n? [a]\n: y\n~: z\n',
    [
      'yaml-syntax e.yaml:1:1: the key 1.10 must be text (a word; put numbers, dates, true, false and null in quotes)',
      'yaml-syntax e.yaml:2:3: a key must be text (a word; put numbers, dates, true, false and null in quotes)',
      'yaml-syntax e.yaml:4:1: the key ~ must be text (a word; put numbers, dates, true, false and null in quotes)',
    ],
  ],
  [
    '__proto__ twice, once with escapes',
    '__proto__: 1\n"\\x5f_proto__": 2',
    ["duplicate-key e.yaml:2:1: '__proto__' appears twice in this mapping (each key once) [see e.yaml:1:1]"],
  ],
  [
    'an alias without an anchor',
    'a: *x',
    ['yaml-aliases e.yaml:1:4: the alias *x has no anchor (&x at a value above it)'],
  ],
  [
    'an alias inside its anchor',
    'a: &x\n  b: [*x]',
    ['yaml-aliases e.yaml:2:7: the alias *x is inside the value that it repeats (an alias outside of its anchor)'],
  ],
])('refuses %s', (_, text, expected) => {
  expect(errorsOf(text)).toEqual(expected);
});

test('an alias bomb is refused before it grows', () => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level++) {
    const [previous, name] = ['abcdefghijkl'[level - 1], 'abcdefghijkl'[level]];
    lines.push(
      `${name ?? ''}: &${name ?? ''} [${Array<string>(10)
        .fill(`*${previous ?? ''}`)
        .join(', ')}]`,
    );
  }
  expect(errorsOf(lines.join('\n'))).toEqual([
    'yaml-aliases e.yaml:1:1: has too many aliases (anchors that expand to at most 1000 nodes)',
  ]);
});

test('an anchor may be used five hundred times', () => {
  const text = `a: &a { x: 1 }\nb: [${Array<string>(500).fill('*a').join(', ')}]`;
  expect(errorsOf(text)).toEqual([]);
});

test('a value inside an alias has the place of the anchor', () => {
  const source = parseYaml('e.yaml', 'a: &a { x: 1 }\nb: *a\n');
  expect(source.placeOf(['b', 'x'])).toEqual({ file: 'e.yaml', line: 1, column: 12 });
  expect(source.placeOf(['b'])).toEqual({ file: 'e.yaml', line: 2, column: 4 });
});

test.each([50, 99])('%i levels of lists in a mapping are read', (levels) => {
  expect(errorsOf(`a: ${'['.repeat(levels)}${']'.repeat(levels)}`)).toEqual([]);
});

test.each([100, 500])('%i levels of lists in a mapping are refused where the limit is passed', (levels) => {
  expect(errorsOf(`a: ${'['.repeat(levels)}${']'.repeat(levels)}`)).toEqual([
    'nested-too-deeply e.yaml:1:103: is nested too deeply (at most 100 levels of mappings and lists)',
  ]);
});

test.each([3000, 20_000])('%i levels are refused without a stack overflow', (levels) => {
  const flow = errorsOf(`a: ${'['.repeat(levels)}${']'.repeat(levels)}`);
  const open = errorsOf('['.repeat(levels));
  for (const errors of [flow, open]) {
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^nested-too-deeply e\.yaml:1:\d+: is nested too deeply/);
  }
});

test('aliases that add up their levels are refused', () => {
  const lines = ['a0: &a0 x'];
  for (let level = 1; level < 8; level++) {
    lines.push(`a${level}: &a${level} ${'['.repeat(20)}*a${level - 1}${']'.repeat(20)}`);
  }
  expect(errorsOf(lines.join('\n'))[0]).toMatch(/^nested-too-deeply /);
});

test('a text of more than five million characters is refused unread', () => {
  expect(errorsOf(`a: ${'x'.repeat(5_000_000)}`)).toEqual([
    'yaml-refused e.yaml:1:1: the file has 5000003 characters (at most 5000000)',
  ]);
});

test.each([
  ['line feeds', 'a: 1\nb:\n  - c: 2\n'],
  ['carriage returns and line feeds', 'a: 1\r\nb:\r\n  - c: 2\r\n'],
  ['a byte order mark', '\uFEFFa: 1\nb:\n  - c: 2\n'],
])('places are right in a text with %s', (_, text) => {
  const source = parseYaml('e.yaml', text);
  expect(source.value).toEqual({ a: 1, b: [{ c: 2 }] });
  expect(source.placeOf(['a'])).toEqual({ file: 'e.yaml', line: 1, column: 4 });
  expect(source.placeOf(['a'], 'key')).toEqual({ file: 'e.yaml', line: 1, column: 1 });
  expect(source.placeOf(['b', 0, 'c'])).toEqual({ file: 'e.yaml', line: 3, column: 8 });
  expect(source.placeOf(['b', 0, 'c'], 'key')).toEqual({ file: 'e.yaml', line: 3, column: 5 });
});

test('a path that leads nowhere has the place of its nearest parent', () => {
  const source = parseYaml('e.yaml', 'a: 1\nb:\n  c: []\n');
  expect(source.placeOf(['b', 'd', 'e'])).toEqual({ file: 'e.yaml', line: 3, column: 3 });
  expect(source.placeOf(['b', 'c', 5])).toEqual({ file: 'e.yaml', line: 3, column: 6 });
  expect(source.placeOf(['x'])).toEqual({ file: 'e.yaml', line: 1, column: 1 });
});

test('the words of older YAML are text', () => {
  expect(parseYaml('e.yaml', 'a: yes\nb: 2001-01-01\nc: 010\nd: "<<"\n').value).toEqual({
    a: 'yes',
    b: '2001-01-01',
    c: 10,
    d: '<<',
  });
});

test('a number is told as it is written', () => {
  const source = parseYaml('e.yaml', 'id: 010000000010\n');
  const issue = { severity: 'error', code: 'invalid-value', at: ['id'], value: 10_000_000_010, problem: 'p' } as const;
  expect(locate(issue, source).value).toBe('010000000010');
});

test('a text that was read before has the file that it is read from now, and others have their own values', () => {
  const texts = ['a: 1', 'a: 2', 'a: 3', 'a: 1'];
  const documents = texts.map((text, index) => parseYaml(`${index}.yaml`, text));
  expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 1 }]);
  expect(documents.map((one) => one.placeOf(['a']).file)).toEqual(['0.yaml', '1.yaml', '2.yaml', '3.yaml']);
});
