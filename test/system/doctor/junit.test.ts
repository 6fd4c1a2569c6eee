import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderJunit } from '../../../src/doctor/report/render';
import { REPOSITORY } from '../../support/repository';
import { describeWithTool, packagesOf } from '../../support/tools';
import { EXAMINATION } from '../../unit/doctor/examinations';

interface Xmllint {
  readonly validateXML: (options: { readonly xml: string; readonly schema: string }) => Promise<unknown>;
}

describeWithTool({ ...packagesOf('system'), title: 'xmllint' }, () => {
  test.each([
    ['with everything that a check can find', EXAMINATION],
    ['after hours, with nothing that was left out', { ...EXAMINATION, seconds: 12_345.678, notCompared: [] }],
    ['without a check', { ...EXAMINATION, checks: [] }],
  ])("a report is valid by the schema of Jenkins' xunit plugin: %s", async (_, examination) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is installed elsewhere
    const { validateXML } = require(join(REPOSITORY, '.ci/system/node_modules/xmllint-wasm')) as Xmllint;
    const schema = readFileSync(join(REPOSITORY, 'test/support/fixtures/junit-10.xsd'), 'utf8');
    expect(await validateXML({ xml: renderJunit(examination), schema })).toMatchObject({ errors: [] });
  });
});
