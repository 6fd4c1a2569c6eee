import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Question } from '../../../constructs/aws/checks/known-answers';
import { AnswersOnDisk, listedPackages } from '../../../src/preview/engine/kept-answers';
import { temporaryFolder } from '../../support/templates';

const question = (...about: readonly string[]): Question<string> => ({
  kind: 'text',
  about,
  isAnswer: (value): value is string => typeof value === 'string',
});

function open(folder: string, { versions = ['1'], maxBytes }: { versions?: string[]; maxBytes?: number } = {}) {
  return new AnswersOnDisk({ folder, versions, ...(maxBytes !== undefined && { maxBytes }) });
}

const root = temporaryFolder();

/** A folder with one answer, and the path of its file. */
function kept(): { readonly folder: string; readonly file: string } {
  const folder = join(mkdtempSync(join(root, 'case-')), 'answers');
  open(folder).keep(question('a'), 'the answer');
  const [name = ''] = readdirSync(folder);
  return { folder, file: join(folder, name) };
}

test('an answer is known to the next run, and to this one', () => {
  const { folder } = kept();
  expect(open(folder).find(question('a'))).toBe('the answer');
});

test.each([
  ['other text', question('b')],
  ['text divided elsewhere', question('', 'a')],
  ['another kind', { ...question('a'), kind: 'other' }],
])('a question about %s is another one', (_, other) => {
  expect(open(kept().folder).find(other)).toBeUndefined();
});

test('a run of another version knows nothing of it', () => {
  const { folder } = kept();
  expect(open(folder, { versions: ['2'] }).find(question('a'))).toBeUndefined();
  expect(open(folder, { versions: ['1', ''] }).find(question('a'))).toBeUndefined();
});

test.each([
  ['empty', () => Buffer.alloc(0)],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, -3)],
  ['changed', (bytes: Buffer) => Buffer.concat([Buffer.from('f'.repeat(64)), bytes.subarray(64)])],
  ['something else', () => Buffer.from('{"answer":"the answer"}')],
])('a file that is %s counts as missing, and is replaced', (_, spoil) => {
  const { folder, file } = kept();
  writeFileSync(file, spoil(readFileSync(file)));
  const answers = open(folder);
  expect(answers.find(question('a'))).toBeUndefined();
  answers.keep(question('a'), 'the answer');
  expect(answers.find(question('a'))).toBe('the answer');
});

test('the answer to another question counts as missing', () => {
  const { folder, file } = kept();
  open(folder).keep(question('b'), 'of b');
  const other = readdirSync(folder).find((name) => !file.endsWith(name)) ?? '';
  renameSync(join(folder, other), file);
  expect(open(folder).find(question('a'))).toBeUndefined();
});

test('an answer of another shape counts as missing', () => {
  const { folder } = kept();
  const number = { ...question('a'), isAnswer: (value: unknown): value is number => typeof value === 'number' };
  expect(open(folder).find(number)).toBeUndefined();
});

test('what is not used for longest goes first where all takes too much', () => {
  const { folder, file } = kept();
  const { size } = statSync(file);
  utimesSync(file, 1, 1);
  for (const about of ['b', 'c']) open(folder).keep(question(about), 'the answer');
  open(folder, { maxBytes: size * 2 + 9 }).keep(question('d'), 'the answer');
  const found = ['a', 'b', 'c', 'd'].map((about) => open(folder).find(question(about)));
  expect(found).toEqual([undefined, 'the answer', 'the answer', 'the answer']);
});

test('an answer that takes too much by itself is not kept', () => {
  const { folder } = kept();
  const answers = open(folder, { maxBytes: 900 });
  answers.keep(question('b'), Array.from({ length: 400 }, (_, index) => String(index * index)).join());
  expect(answers.find(question('b'))).toBeUndefined();
});

test('nothing is remembered, and nothing fails, where the folder is a file', () => {
  const { file } = kept();
  const answers = open(file);
  answers.keep(question('a'), 'the answer');
  expect(answers.find(question('a'))).toBeUndefined();
});

test('nothing but answers is left in the folder, and they are for the owner alone', () => {
  const { folder, file } = kept();
  open(folder).keep(question('a'), 'again');
  expect(readdirSync(folder)).toHaveLength(1);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("only a list that has the package itself counts: one further up may be another project's", () => {
  const project = mkdtempSync(join(root, 'project-'));
  const folder = join(project, 'node_modules');
  const beside = join(folder, '@entra-aws-identity/cli/node_modules');
  mkdirSync(beside, { recursive: true });
  const list = JSON.stringify({ packages: { 'node_modules/constructs': { version: '10.4.2' } } });
  writeFileSync(join(folder, '.package-lock.json'), list);
  expect(listedPackages([beside, folder], join(folder, 'constructs'))).toEqual({ folder, list });
  expect(listedPackages([beside, folder], join(beside, 'constructs'))).toBeUndefined();
});

test('a list that has a package whose name only begins alike does not count', () => {
  const folder = join(mkdtempSync(join(root, 'case-')), 'node_modules');
  mkdirSync(folder, { recursive: true });
  const list = JSON.stringify({ packages: { 'node_modules/constructs-more': { version: '1.0.0' } } });
  writeFileSync(join(folder, '.package-lock.json'), list);
  expect(listedPackages([folder], join(folder, 'constructs-more'))).toEqual({ folder, list });
  expect(listedPackages([folder], join(folder, 'constructs'))).toBeUndefined();
});
