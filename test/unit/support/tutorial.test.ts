import { editText, hasLines } from '../../support/tutorial/edit-file';
import { firstDifference, isShown } from '../../support/tutorial/match-output';
import { parseTutorial } from '../../support/tutorial/parse-tutorial';

const page = (...lines: readonly string[]): string => lines.join('\n');

test('reads commands with what is printed below them, and the edits between', () => {
  const steps = parseTutorial(
    page(
      '```console',
      '$ one \\',
      '> --more',
      'seen',
      '$ two',
      '```',
      'Text.',
      '```diff edit=a.yaml',
      '-a',
      '+b',
      '```',
    ),
  );
  expect(steps).toEqual([
    { kind: 'command', line: 2, command: 'one \\\n--more', expected: ['seen'], needs: [] },
    { kind: 'command', line: 5, command: 'two', expected: [], needs: [] },
    { kind: 'edit', line: 8, file: 'a.yaml', lines: ['-a', '+b'] },
  ]);
});

test('reads the terminal and the tool of a block', () => {
  const [step] = parseTutorial(page('```console terminal=aws needs=python', '$ run', '```'));
  expect(step).toMatchObject({ terminal: 'aws', needs: ['python'] });
});

test.each([
  [['```sh', '$ ls', '```'], /^line 1: a block must be console/],
  [['```yaml edit=a.yaml', 'a: 1', '```'], /^line 1: a block must be console/],
  [['```console', 'no command', '```'], /^line 1: the block must begin with a command/],
  [['```console need=python', '$ ls', '```'], /^line 1: unknown word need/],
  [['```console'], /^line 1: the block has no end/],
])('leaves nothing out in silence: %j', (lines, message) => {
  expect(() => parseTutorial(page(...lines))).toThrow(message);
});

test.each([
  [[], '', undefined],
  [['a'], 'a\n\n', undefined],
  [['a …', 'b'], 'a 12\nb  \n', undefined],
  [['…', 'b'], 'b\nx\nb\n', undefined],
  [['a', '…'], 'a\nb\n', undefined],
  [['a', '…', 'c'], 'a\nb\nc\n', undefined],
  [[], 'a', "the end, instead of 'a'"],
  [['a'], 'a\nb', "the end, instead of 'b'"],
  [['a', '…'], 'b\na', 'a'],
  [['…', 'b'], 'b\nx', 'b'],
  [['a', '…', 'a'], 'a', 'a'],
  [['a.c'], 'abc', 'a.c'],
])('compares %j with %j', (expected, output, difference) => {
  expect(firstDifference(expected, output)).toBe(difference);
});

test('sees that all that is shown was printed, of what goes on', () => {
  expect(isShown(['listens', '…', 'ready'], 'listens\nloads\nready\nlog\n')).toBe(true);
  expect(isShown(['listens', '…', 'ready'], 'listens\n')).toBe(false);
});

test('edits the lines that a diff names, where they are together and once', () => {
  expect(editText('a\nb\nc\n', [' a', '-b', '+d'])).toBe('a\nd\nc\n');
  expect(editText('a\n\nb\n', ['-a', '', ' b'])).toBe('\nb\n');
  expect(() => editText('a\nb\na\nb\n', ['-a', ' b'])).toThrow('these lines are there more than once:\na\nb');
  expect(() => editText('a\n', ['-b'])).toThrow('these lines are not there:\nb');
});

test('finds an excerpt at any depth', () => {
  expect(hasLines('x:\n    a: 1\n\n    b: 2\n', ['a: 1', '', 'b: 2'])).toBe(true);
  expect(hasLines('x:\n    a: 1\n      b: 2\n', ['a: 1', 'b: 2'])).toBe(false);
});
