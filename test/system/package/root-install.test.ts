import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaces } from '../../../package.json';
import { REPOSITORY } from '../../support/repository';

const folder = mkdtempSync(join(tmpdir(), 'root-install-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

// What neither plan nor most tests need has a folder with a lock file of its own.
test('npm ci installs at most 900 packages', () => {
  const manifests = globSync(
    workspaces.map((name) => join(name, 'package.json')),
    { cwd: REPOSITORY },
  );
  for (const path of ['package.json', 'package-lock.json', ...manifests])
    cpSync(join(REPOSITORY, path), join(folder, path), { recursive: true });
  const args = ['ci', '--dry-run', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const packages = Number(/^added (\d+) packages/m.exec(stdout)?.[1]);
  expect(packages).toBeGreaterThan(400);
  expect(packages).toBeLessThanOrEqual(900);
});
