import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../../support/repository';

/** Registries, each with the folders or files of the forges beside it. */
const REGISTRIES: readonly string[] = [
  'src/deploy/forges/forge-run.ts',
  'src/deploy/forges/registry.ts',
  'src/deploy/steps/forges/registry.ts',
  'src/estate/sections/pipeline/forges/registry.ts',
  'src/estate/sections/pipeline/forges/rules.ts',
  'src/package/project/pipeline/index.ts',
];

/** Finding codes stay, and so does the section of an estate that is about Azure. */
const OTHERWISE = /'azure-devops-organization'|azure\.repository/g;

const SOURCES = readdirSync(join(REPOSITORY, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${path}`);

test.each([
  ['gitlab', /gitlab/i],
  ['azure-devops', /azure.?(?:devops|pipelines|repos)|TF_BUILD/i],
])('%s is named in its folders and in the registries, and nowhere else', (forge, name) => {
  const isOwn = (path: string): boolean => new RegExp(`/${forge}(?:/|\\.ts$)`).test(path);
  const naming = SOURCES.filter((path) =>
    name.test(readFileSync(join(REPOSITORY, path), 'utf8').replaceAll(OTHERWISE, '')),
  );
  expect(naming.filter((path) => !isOwn(path) && !REGISTRIES.includes(path))).toEqual([]);
  expect(naming).toEqual(expect.arrayContaining([...REGISTRIES]));
});
