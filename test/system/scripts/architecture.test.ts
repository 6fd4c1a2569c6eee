import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finish, type Finished } from '../clouds/organization/run-snapshot';
import { writeEstate } from '../../support/estate-project';
import { hostedSandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { scriptArguments } from '../../support/repository';

const project = temporaryFolder();
writeEstate(project, 'sandbox', hostedSandboxFiles());

async function draw(...args: readonly string[]): Promise<Finished> {
  return finish(
    spawn(process.execPath, [...scriptArguments('architecture'), ...args], {
      cwd: project,
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

const DEFAULT = join('plan', 'sandbox', 'hosting.svg');

test("the picture goes into the estate's folder of plan/, and nowhere else unless told so", async () => {
  expect(await draw()).toEqual({ code: 0, stdout: `${DEFAULT} written\n`, stderr: '' });
  expect(readFileSync(join(project, DEFAULT), 'utf8')).toContain('Hosting of sandbox');
  expect(existsSync(join(project, 'docs'))).toBe(false);
});

test('--check writes nothing, and says what to run', async () => {
  const out = 'hosting.svg';
  writeFileSync(join(project, out), 'old');
  expect(await draw('--check', '--out', out)).toEqual({
    code: 1,
    stdout: `${out} is stale; run npx tsx scripts/architecture.ts --estate sandbox --out ${out} to update it\n`,
    stderr: '',
  });
  expect(readFileSync(join(project, out), 'utf8')).toBe('old');
});
