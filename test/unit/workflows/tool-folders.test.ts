import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/repository';
import { FOLDERS } from '../../support/tools';

const read = (path: string): string => readFileSync(join(REPOSITORY, path), 'utf8');

test('.ci/run installs each folder with packages of its own', () => {
  const installed = /^ *for folder in (.+); do\n *npm ci --prefix "\$folder"/m.exec(read('.ci/run'))?.[1];
  expect(installed?.split(' ').toSorted()).toEqual(Object.values(FOLDERS).toSorted());
});

test.each([
  ['.ci/run', /REQUIRED_TOOLS="\$\{REQUIRED_TOOLS-([\w,-]+)\}"/],
  ['.github/workflows/preview.yaml', /REQUIRED_TOOLS: (\S+)$/m],
])('%s requires each: a suite without it would be skipped', (path, pattern) => {
  const tools = pattern.exec(read(path))?.[1]?.split(',');
  expect(tools).toEqual(expect.arrayContaining(Object.keys(FOLDERS)));
});
