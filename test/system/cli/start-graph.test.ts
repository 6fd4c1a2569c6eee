import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { PROGRAM, REPOSITORY } from '../../support/repository';

const ARGUMENTS = [PROGRAM, 'start', 'graph'];
const TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';

test('stands for the tenant that it is given, which a stack names', async () => {
  const child = spawn(process.execPath, [...ARGUMENTS, '--quiet', '--tenant', TENANT.toUpperCase()], {
    cwd: REPOSITORY,
  });
  const exited = once(child, 'exit');
  let introduction = '';
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      introduction += chunk.toString();
      if (introduction.includes('environment')) resolve();
    });
  });
  const file = /\. '([^']+)'/.exec(introduction)?.[1] ?? '';
  expect(parseEnv(readFileSync(file, 'utf8'))).toMatchObject({ ARM_TENANT_ID: TENANT });
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('what is no tenant id is refused', () => {
  const { status, stderr } = spawnSync(process.execPath, [...ARGUMENTS, '--tenant', 'contoso'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  expect(stderr).toContain("--tenant must be a GUID, got 'contoso'");
  expect(status).toBe(2);
});
