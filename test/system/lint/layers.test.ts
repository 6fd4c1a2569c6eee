import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../../support/repository';
import { packagesOf, testWithTools } from '../../support/tools';

const CRUISER = join(REPOSITORY, '.ci/lint/node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

const test = testWithTools({ ...packagesOf('lint'), title: 'the layers' });

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'layers-')));
symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
write('tsconfig.json', '{}');
write('src/estate/sections/estate.ts', 'export interface Estate { readonly name: string }');
write('src/clouds/read.ts', 'export interface Snapshot { readonly name: string }');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** What the layers say of one more file. @param looked what they look at besides it */
function complaintsOn(path: string, text: string, looked: readonly string[] = []): string {
  write(path, text);
  const config = join(REPOSITORY, '.dependency-cruiser.cjs');
  const { stdout, stderr } = spawnSync(process.execPath, [CRUISER, '--config', config, path, ...looked], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  rmSync(join(folder, path));
  return stdout + stderr;
}

test.each([
  ['a folder', 'src/estate/plan/check.ts', `import { Snapshot } from '../../clouds/read'; export type A = Snapshot;`],
  [
    'a type',
    'src/estate/plan/check.ts',
    `import type { Snapshot } from '../../clouds/read'; export type A = Snapshot;`,
  ],
  ['a module of Node', 'src/estate/plan/check.ts', `import { readFileSync } from 'node:fs'; readFileSync('a');`],
  ['a package', 'src/doctor/look.ts', `import { IAMClient } from '@aws-sdk/client-iam'; new IAMClient();`],
  ['a package', 'constructs/aws/look.ts', `import * as pulumi from '@pulumi/pulumi'; pulumi.all([]);`],
])('%s that a layer may not import is an error: %s', (_, path, text) => {
  expect(complaintsOn(path, text)).toContain(`error layer ${dirname(path)}: ${path} → `);
});

test('what a layer may import passes', () => {
  const text = `import { Estate } from '../estate/sections/estate'; import { inspect } from 'node:util'; export const a = (e: Estate) => inspect(e);`;
  expect(complaintsOn('src/doctor/look.ts', text)).toContain('no dependency violations found');
});

test('a folder without a layer is an error', () => {
  const complaints = complaintsOn(
    'misc/help.ts',
    `import { Estate } from '../src/estate/sections/estate'; export type A = Estate;`,
  );
  expect(complaints).toContain('error no folder without a layer: misc/help.ts → src/estate/sections/estate.ts');
});

test('a circle of imports is an error, of types too', () => {
  write('src/estate/plan/first.ts', `import type { B } from './second'; export interface A { readonly b: B }`);
  const text = `import type { A } from './first'; export interface B { readonly a: A }`;
  expect(complaintsOn('src/estate/plan/second.ts', text)).toContain('error no circle of imports: src/estate/plan/');
});

test('two folders that import each other are an error, though no file imports itself', () => {
  write('src/estate/sections/access/sets.ts', 'export interface Sets { readonly name: string }');
  write(
    'src/estate/sections/access/grants.ts',
    `import type { Group } from '../workforce/group'; export interface Grant { readonly group: Group }`,
  );
  write('src/estate/sections/workforce/group.ts', 'export interface Group { readonly name: string }');
  const text = `import type { Sets } from '../access/sets'; export interface Member { readonly sets: Sets }`;
  const complaints = complaintsOn('src/estate/sections/workforce/member.ts', text, ['src/estate/sections']);
  expect(complaints).toContain('error no circle of folders: src/estate/sections/access →');
});

test('a folder and one below it may import each other', () => {
  write('src/estate/sections/hosting/schema.ts', 'export interface Hosting { readonly name: string }');
  write(
    'src/estate/sections/hosting/checks/hosting.ts',
    `import type { Hosting } from '../schema'; export interface Check { readonly of: Hosting }`,
  );
  const text = `import type { Check } from './checks/hosting'; export interface Section { readonly check: Check }`;
  const complaints = complaintsOn('src/estate/sections/hosting/index.ts', text, ['src/estate/sections/hosting']);
  expect(complaints).toContain('no dependency violations found');
});
