import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';

const REQUIREMENTS = join(REPOSITORY, 'test/support/hadolint.txt');
const FILES = ['image', 'apps/service', 'apps/emulator'].map((folder) => `${folder}/Dockerfile`);

describeWithPython(
  'hadolint',
  () => {
    const hadolint = (...files: readonly string[]) => {
      const python = pythonEnvironment(REQUIREMENTS);
      if (!python.ok) throw new Error(python.reason);
      const args = ['--no-color', '--failure-threshold', 'warning', ...files];
      const { status, stdout } = spawnSync(python.bin('hadolint'), args, { cwd: REPOSITORY, encoding: 'utf8' });
      return { status, stdout };
    };

    test('finds a Dockerfile that takes whatever is newest', () => {
      const folder = mkdtempSync(join(tmpdir(), 'hadolint-'));
      const file = join(folder, 'Dockerfile');
      writeFileSync(file, 'FROM debian:latest\nRUN apt-get install curl\n');
      const { status, stdout } = hadolint(file);
      rmSync(folder, { recursive: true });
      expect(status).toBe(1);
      expect(stdout).toContain('DL3007');
    });

    test('finds nothing to warn of in the images', () => {
      const { status, stdout } = hadolint(...FILES);
      expect({
        status,
        warnings: stdout.split('\n').filter((line) => !line.includes(' info: ') && line !== ''),
      }).toEqual({
        status: 0,
        warnings: [],
      });
    });
  },
  REQUIREMENTS,
);
