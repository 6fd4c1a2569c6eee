import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';

const REQUIREMENTS = join(REPOSITORY, 'test/support/kubernetes-requirements.txt');
const FOLDER = join(REPOSITORY, 'apps/kubernetes');
const FILES = readdirSync(FOLDER)
  .filter((name) => name !== 'kustomization.yaml')
  .map((name) => join(FOLDER, name));

function validate(...files: readonly string[]): { readonly code: number | null; readonly output: string } {
  const python = pythonEnvironment(REQUIREMENTS);
  if (!python.ok) throw new Error(python.reason);
  const { status, stdout, stderr, error } = spawnSync(python.bin('kubernetes-validate'), ['--strict', ...files], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return { code: status, output: stdout + stderr };
}

describeWithPython(
  'the files for a cluster',
  () => {
    test('fit the schemas of Kubernetes', () => {
      expect(validate(...FILES)).toMatchObject({ code: 0 });
    });

    test('with a key that no schema has would not', () => {
      const file = join(mkdtempSync(join(tmpdir(), 'kubernetes-')), 'api.yaml');
      const text = readFileSync(join(FOLDER, 'api.yaml'), 'utf8');
      writeFileSync(file, text.replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem'));
      expect(validate(file)).toMatchObject({
        code: 1,
        output: expect.stringContaining('readOnlyRootFileSystem') as string,
      });
    });
  },
  REQUIREMENTS,
);
