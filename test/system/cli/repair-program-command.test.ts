import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakePrograms } from '../../support/fake-cli';
import { writeProject } from '../../support/estate-project';
import { PROGRAM, REPOSITORY } from '../../support/repository';
import { sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';
import { type Finished, finish } from '../clouds/organization/run-snapshot';
import { create, group, useEmulator } from '../apps/emulator/support/use-emulator';

/** The tenant of the sandbox's own people. */
const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';
/** The state of a run that was killed just now. */
const KILLED = readFileSync(join(REPOSITORY, 'test/support/recovery/killed-workforce.json'), 'utf8').replace(
  /("time": *)"[^"]*"/,
  `$1"${new Date().toISOString()}"`,
);

const { emulator, call } = useEmulator({ tenant: { id: TENANT } });
const cwd = temporaryFolder();
writeProject(cwd, { sandbox: sandboxFiles() });
const programs = fakePrograms(join(cwd, 'bin'));

/** The command as a person types it, with no one at the terminal. */
async function recover(...options: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, [PROGRAM, 'deploy', 'repair', ...options, '--estate', 'sandbox'], {
    cwd,
    env: { ...emulator().env, PATH: programs.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return finish(child);
}

test('a program with nothing to recover is let pass', async () => {
  programs.answer('pulumi', [{ words: ['export'], stdout: '{"version":3,"deployment":{}}' }]);
  expect(await recover('workforce', '--check')).toEqual({
    code: 0,
    stdout: 'sandbox-workforce: nothing to recover, and every name stands once\n',
    stderr: '',
  });
});

test('a program whose run was killed is told of, with the command that recovers it', async () => {
  const { deployer, graphUrl } = emulator();
  const owners = { 'owners@odata.bind': [`${graphUrl}/v1.0/directoryObjects/${deployer.objectId}`] };
  await create(call, '/v1.0/groups', group('Security Admins', owners));
  programs.answer('pulumi', [{ words: ['export'], stdout: KILLED }]);
  const { code, stdout } = await recover('workforce', '--check', '--against', 'local');
  expect(code).toBe(1);
  expect(stdout).toMatch(/Group workforce-Security Admins: .*, made by the last run/);
  expect(stdout).toMatch(/ {2}to do: npx --no entra-aws deploy repair workforce --estate sandbox\n$/);
});

test('a stack that Pulumi can not tell of ends it, with what Pulumi said', async () => {
  programs.answer('pulumi', [
    { words: ['export'], code: 255, stderr: 'error: no stack named sandbox-workforce found\n' },
  ]);
  expect(await recover('workforce')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'pulumi stack export --stack sandbox-workforce failed:\nerror: no stack named sandbox-workforce found\n',
  });
});

test.each([
  [['stacks', '--yes'], '--yes is an option of access and customers and workforce, not of stacks'],
  [['workforce', '--stack', 'sandbox-access'], '--stack is an option of stacks, not of workforce'],
])('%j is refused', async (options, message) => {
  const { code, stderr } = await recover(...options);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message) as string]);
});
