import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitsSince, gitFolder, openRevision } from '../../../../src/clouds/git/git-folder';
import type { EstateFolder } from '../../../../src/estate/source/estate-folder';
import type { TestFolder } from '../../../support/git-repository';
import { makeFolder } from '../../../support/git-repository';

let folder: TestFolder;
let estates: string;

beforeEach(() => {
  folder = makeFolder();
  folder.git('init', '--quiet', '--initial-branch', 'main');
  folder.write('infra/estates/demo/estate.yaml', 'access: {}\n');
  folder.write('infra/estates/demo/policies/ö b.json', '{}');
  folder.write('infra/estates/secret.txt', 'secret');
  estates = join(folder.path, 'infra/estates');
});

afterEach(() => {
  folder.remove();
});

function committed(name = 'demo'): EstateFolder {
  folder.commit('one');
  return gitFolder(openRevision(estates, 'main'), name);
}

test('reads files as they were at the revision, below the top of the repository', () => {
  const before = committed();
  folder.write('infra/estates/demo/estate.yaml', 'changed: true\n');
  expect(before.read('estate.yaml')).toEqual({ kind: 'text', text: 'access: {}\n' });
  expect(before.read('policies/ö b.json')).toEqual({ kind: 'text', text: '{}' });
  expect(before.label).toBe(`${estates}/demo`);
});

test('a file or an estate that was not there is missing', () => {
  expect(committed().read('organization.json')).toEqual({ kind: 'missing' });
  expect(gitFolder(openRevision(estates, 'main'), 'later').read('estate.yaml')).toEqual({ kind: 'missing' });
});

test('tells the commit, for a branch, a tag and a relative revision alike', () => {
  folder.commit('one');
  const first = folder.git('rev-parse', 'HEAD').trim();
  folder.git('tag', 'v1');
  folder.write('infra/estates/demo/estate.yaml', '');
  folder.commit('two');
  expect(['v1', 'main~1', first].map((ref) => openRevision(estates, ref).commit)).toEqual([first, first, first]);
});

test('takes origin/main for a branch, of the remote before one of this name here, and for no tag', () => {
  folder.commit('one');
  folder.git('tag', 'origin/main');
  expect(() => openRevision(estates, 'origin/main')).toThrow("there is no git revision 'origin/main' here");
  for (const [index, ref] of ['refs/heads/origin/main', 'refs/remotes/origin/main'].entries()) {
    folder.write('infra/estates/demo/estate.yaml', `change: ${index}\n`);
    folder.commit('next');
    folder.git('update-ref', ref, 'HEAD');
    expect(openRevision(estates, 'origin/main').commit).toBe(folder.git('rev-parse', 'HEAD').trim());
  }
});

test('follows a link inside the folder, and refuses one that leaves it', () => {
  symlinkSync('policies/ö b.json', join(estates, 'demo/inside.json'));
  symlinkSync('../secret.txt', join(estates, 'demo/outside.json'));
  symlinkSync('circle.json', join(estates, 'demo/circle.json'));
  const demo = committed();
  expect(demo.read('inside.json')).toEqual({ kind: 'text', text: '{}' });
  expect(demo.read('outside.json')).toMatchObject({
    kind: 'refused',
    problem: "is a link that leaves the estate's folder",
  });
  expect(demo.read('circle.json')).toMatchObject({ kind: 'refused', problem: 'is a link to itself' });
});

test('refuses what is not UTF-8', () => {
  writeFileSync(join(estates, 'demo/latin.json'), Buffer.from([0xfc]));
  expect(committed().read('latin.json')).toMatchObject({ kind: 'refused', problem: 'the file is not UTF-8' });
});

test.each([
  [
    'nowhere',
    "there is no git revision 'nowhere' here; a shallow clone may lack it (git fetch, or a checkout with its history)",
  ],
  [
    'main:infra',
    "there is no git revision 'main:infra' here; a shallow clone may lack it (git fetch, or a checkout with its history)",
  ],
  ['--output=x', "'--output=x' is not a git revision: give a branch, a tag or a commit"],
  ['', "'' is not a git revision: give a branch, a tag or a commit"],
  [
    '$(touch x)',
    "there is no git revision '$(touch x)' here; a shallow clone may lack it (git fetch, or a checkout with its history)",
  ],
])('refuses the revision %p', (ref, message) => {
  folder.commit('one');
  expect(() => openRevision(estates, ref)).toThrow(message);
});

test('says that a folder is in no repository', () => {
  const outside = makeFolder();
  try {
    expect(() => openRevision(outside.path, 'main')).toThrow(
      `${outside.path} is in no git repository that can be read: not a git repository (or any of the parent directories): .git`,
    );
  } finally {
    outside.remove();
  }
});

test('says that git is not installed', () => {
  const { PATH } = process.env;
  process.env['PATH'] = folder.path;
  try {
    expect(() => openRevision(estates, 'main')).toThrow("git can't be run: spawnSync git ENOENT");
  } finally {
    process.env['PATH'] = PATH;
  }
});

describe('commits since another', () => {
  const commitNext = (text: string): string => {
    folder.write('infra/estates/demo/estate.yaml', text);
    folder.commit(text);
    return folder.git('rev-parse', 'HEAD').trim();
  };

  test('are counted both ways, those of merged branches too', () => {
    const first = commitNext('one');
    folder.git('checkout', '--quiet', '-b', 'work');
    commitNext('two');
    commitNext('three');
    folder.git('checkout', '--quiet', 'main');
    folder.git('merge', '--quiet', '--no-ff', '--message', 'merge', 'work');
    const merge = folder.git('rev-parse', 'HEAD').trim();
    expect(commitsSince(estates, first)).toBe(3);
    expect(commitsSince(estates, merge)).toBe(0);
    folder.git('checkout', '--quiet', first);
    expect(commitsSince(estates, merge)).toBe(-3);
  });

  test('are not guessed where the history does not have it', () => {
    const first = commitNext('one');
    folder.git('checkout', '--quiet', '--orphan', 'again');
    const second = commitNext('two');
    expect(() => commitsSince(estates, first)).toThrow(`${first} is not in the history of HEAD (${second})`);
    expect(() => commitsSince(estates, 'f'.repeat(40))).toThrow(`there is no git revision '${'f'.repeat(40)}' here`);
  });
});
