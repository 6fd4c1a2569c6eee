import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import list from '../../../src/estate/sections/access/aws-services.json';
import { describeWithPython, pythonEnvironment } from '../../support/python';

/** Actions of every service, by the part before the colon, as cfn-lint has them of AWS. */
const ACTIONS = 'cfnlint/data/AdditionalSpecs/Policies.json';

describeWithPython('the services of AWS', () => {
  test('are those that cfn-lint knows', () => {
    const python = pythonEnvironment();
    if (!python.ok) throw new Error(python.reason);
    const library = join(dirname(dirname(python.bin('cfn-lint'))), 'lib');
    const [version = ''] = readdirSync(library).filter((name) => name.startsWith('python3'));
    const text = readFileSync(join(library, version, 'site-packages', ACTIONS), 'utf8');
    expect(list.names).toEqual(Object.keys(JSON.parse(text) as object).toSorted());
  });
});
