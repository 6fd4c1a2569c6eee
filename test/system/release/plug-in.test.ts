import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from '../../../package.json';
import { REPOSITORY } from '../../support/repository';

const folder = mkdtempSync(join(tmpdir(), 'plug-in-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the plug-in of a release runs alone, and is the same for each system', async () => {
  const build = ['--import', 'tsx', 'src/package/build/plug-in.ts', folder];
  const { status, stderr } = spawnSync(process.execPath, build, { cwd: REPOSITORY, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const archives = readdirSync(folder).toSorted();
  expect(archives).toEqual(
    ['darwin-amd64', 'darwin-arm64', 'linux-amd64', 'linux-arm64', 'windows-amd64', 'windows-arm64'].map(
      (system) => `pulumi-resource-entragraph-v${version}-${system}.tar.gz`,
    ),
  );
  const bytes = archives.map((archive) => readFileSync(join(folder, archive)));
  for (const other of bytes) expect(bytes[0]?.equals(other)).toBe(true);
  spawnSync('tar', ['-xzf', archives[0] ?? ''], { cwd: folder });
  const plugin = spawn(join(folder, 'pulumi-resource-entragraph'), { cwd: tmpdir() });
  const [port] = (await once(plugin.stdout, 'data')) as [Buffer];
  expect(port.toString()).toMatch(/^\d+\n$/);
  plugin.kill();
  await once(plugin, 'close');
});
