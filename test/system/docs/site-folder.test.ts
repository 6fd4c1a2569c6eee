import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { version } from '../../../package.json';
import { REPOSITORY } from '../../support/repository';

const folder = mkdtempSync(join(tmpdir(), 'site-folder-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

// VitePress resolves --outDir from where it runs, not from the folder that it builds.
test('the site is built by its own packages into site/, where the workflow takes it from', () => {
  for (const path of ['.ci/docs-site', 'package.json', 'docs/estate.schema.json']) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(REPOSITORY, path), join(folder, path));
  }
  const calls = join(folder, 'calls');
  for (const name of ['npm', 'npx'])
    writeFileSync(join(folder, name), `#!/bin/sh\necho "$PWD ${name} $*" >> '${calls}'\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  const { status, stderr } = spawnSync(join(folder, '.ci/docs-site'), ['build'], { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });

  const [install, ...builds] = readFileSync(calls, 'utf8').trim().split('\n');
  expect(install).toMatch(/ npm ci --prefix docs /);
  const places = builds.map((call) => {
    const { cwd = '', outDir = '' } =
      /^(?<cwd>\S+) npx vitepress build .*--outDir (?<outDir>\S+)$/.exec(call)?.groups ?? {};
    return resolve(cwd, outDir);
  });
  expect(places).toEqual([version, 'latest'].map((name) => join(folder, 'site', name)));
});
