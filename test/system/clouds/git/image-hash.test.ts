import { hashImageSources } from '../../../../src/clouds/git/image-hash';
import { makeFolder, type TestFolder } from '../../../support/git-repository';

const FILES = ['package-lock.json', 'apps/api/main.ts', 'apps/web/main.ts', 'apps/service/listen.ts', 'README.md'];

let folder: TestFolder;

beforeAll(() => {
  folder = makeFolder();
  folder.git('init', '--quiet');
  for (const file of FILES) folder.write(file, file);
  folder.git('add', '.');
});
afterAll(() => {
  folder.remove();
});

function hashWith(file: string, content: string): string {
  folder.write(file, content);
  const hash = hashImageSources(folder.path, 'api');
  folder.write(file, file);
  return hash;
}

test.each(['package-lock.json', 'apps/api/main.ts', 'apps/service/listen.ts'])(
  'the image of the API follows %s',
  (file) => {
    expect(hashWith(file, 'another')).not.toBe(hashImageSources(folder.path, 'api'));
  },
);

test.each(['apps/web/main.ts', 'README.md', 'apps/api/untracked.ts'])('and does not follow %s', (file) => {
  const before = hashImageSources(folder.path, 'api');
  expect(hashWith(file, 'another')).toBe(before);
});
