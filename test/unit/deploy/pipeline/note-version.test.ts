import { mayReplace, type NoteVersion, versionIn, versionLine } from '../../../../src/deploy/pipeline/comment';

const there: NoteVersion = { commit: 'a'.repeat(40), base: 'b'.repeat(40), run: 42, asked: ['cdk'] };
const both = ['pulumi', 'cdk'] as const;

test.each([there, { ...there, asked: both }, { ...there, asked: [], base: undefined }])(
  '%j is read as it was written',
  (version) => {
    expect(versionIn(`<!-- marker -->\n${versionLine(version)}\n## Access`)).toEqual(version);
  },
);

test.each<[string, Partial<NoteVersion>, Partial<NoteVersion>, boolean]>([
  ['of a newer commit', {}, { commit: 'c'.repeat(40), run: 41 }, true],
  ['of the same run', {}, {}, true],
  ['of a later run', {}, { run: 43 }, true],
  ['of an earlier run', {}, { run: 41 }, false],
  ['of the same run with the answers of Pulumi', {}, { asked: both }, true],
  ['of the same run without the answers of Pulumi', { asked: both }, {}, false],
  ['of a later run without the answers of Pulumi', { asked: both }, { run: 43 }, false],
  ['of an earlier run with the answers of Pulumi', {}, { run: 41, asked: both }, true],
  [
    'of a later run with a newer base, without the answers of Pulumi',
    { asked: both },
    { run: 43, base: 'd'.repeat(40) },
    true,
  ],
  [
    'of an earlier run with an older base, with the answers of Pulumi',
    {},
    { run: 41, base: 'd'.repeat(40), asked: both },
    false,
  ],
])('a text %s takes the place of another, or leaves it', (...[, before, own, expected]) => {
  expect(mayReplace({ ...there, ...before }, { ...there, ...own })).toBe(expected);
});

test('a text without a version may always be replaced', () => {
  expect(mayReplace(versionIn('<!-- marker -->\n## Access'), there)).toBe(true);
});
