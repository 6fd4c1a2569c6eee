import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/repository';

/** What lies about in a working tree and is not of the repository. */
const NOT_TRACKED = new Set(['node_modules', 'cdk.out', 'plan', 'dist']);

const foldersIn = (path: string): readonly string[] =>
  readdirSync(join(REPOSITORY, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !NOT_TRACKED.has(entry.name))
    .map(({ name }) => `${path}${name}`);

test('the tree in CONTRIBUTING has every folder at the root and in src, and no other', () => {
  const contributing = readFileSync(join(REPOSITORY, 'CONTRIBUTING.md'), 'utf8');
  const tree = /^```\n(estates\/[\s\S]*?)^```$/m.exec(contributing)?.[1] ?? '';
  const named = tree.split('\n').flatMap((line) => line.split(/ {2,}/, 1)[0]?.match(/[\w/]+(?=\/)/g) ?? []);
  const folders = [...foldersIn('').filter((name) => name !== 'src'), ...foldersIn('src/')];
  expect(named.toSorted()).toEqual(folders.toSorted());
});
