import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { EXAMPLE, PROGRAM } from '../../support/repository';
import { temporaryFolder } from '../../support/templates';

const OTHERS = '[default]\nregion = eu-west-1\n# mine\n';
const READ =
  'import json, sys; from botocore.configloader import load_config; print(json.dumps(load_config(sys.argv[1])))';

describeWithPython('explain profiles', () => {
  const python = pythonEnvironment();
  const folder = temporaryFolder();
  const file = join(folder, 'config');
  const run = (...args: readonly string[]) => {
    const words = [PROGRAM, 'explain', 'profiles', '--estate', 'sandbox', '--file', file, ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: EXAMPLE, encoding: 'utf8' });
    return { code: status, stdout, stderr };
  };

  test('botocore reads them beside what was there, and a second run writes nothing', () => {
    if (!python.ok) throw new Error(python.reason);
    writeFileSync(file, OTHERS, 'latin1');
    chmodSync(file, 0o600);
    expect(run('--group', 'Claims Developers', '--check').code).toBe(1);
    expect(readFileSync(file, 'latin1')).toBe(OTHERS);
    expect(run('--group', 'Claims Developers')).toMatchObject({ code: 0, stderr: '' });
    const { profiles, sso_sessions: sessions } = JSON.parse(
      execFileSync(python.python, ['-c', READ, file], { encoding: 'utf8' }),
    ) as Record<string, Record<string, object>>;
    expect(profiles).toMatchObject({
      default: { region: 'eu-west-1' },
      'claims-test-Developer': { sso_session: 'sandbox', sso_account_id: '210000000012', sso_role_name: 'Developer' },
    });
    expect(Object.keys(profiles ?? {})).toHaveLength(5);
    expect(sessions).toMatchObject({ sandbox: { sso_region: 'eu-west-1' } });
    const { mtimeMs, mode } = statSync(file);
    expect(run('--group', 'Claims Developers')).toMatchObject({ code: 0 });
    expect(run('--group', 'Claims Developers', '--check').code).toBe(0);
    expect([statSync(file).mtimeMs, mode & 0o777]).toEqual([mtimeMs, 0o600]);
    expect(readFileSync(file, 'latin1').startsWith(OTHERS)).toBe(true);
  });

  test.each([
    ['--name', '{set}'],
    ['--name', '{who}'],
    ['--start-url', 'https://example.com/start'],
    ['--group', 'Claims Develpers'],
  ])('%s %s is refused', (...args) => {
    const before = readFileSync(file, 'latin1');
    expect(run(...args)).toMatchObject({ code: 2, stdout: '' });
    expect(readFileSync(file, 'latin1')).toBe(before);
  });
});
