import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expandPipeline } from '../../support/runners/azure/expand';
import { evaluate } from '../../support/runners/azure/expression';
import { Pipeline } from '../../support/runners/azure/pipeline';
import { temporaryFolder } from '../../support/templates';
import { filesOf } from '../../support/workflows/forge-jobs';

const names = {
  variables: { TOUCHED: 'true' },
  dependencies: { settings: { result: 'Skipped', outputs: { 'settings.settings.JOBS': ',show,' } } },
};
const functions = { succeeded: () => true, failed: () => false, canceled: () => false };

test.each([
  ["and(succeeded(), eq(variables['Touched'], 'TRUE'))", true],
  ["contains(dependencies.settings.outputs['settings.settings.JOBS'], ',show,')", true],
  ["ne(dependencies.settings.result, 'Skipped')", false],
  ["eq(dependencies.settings.outputs['other'], '')", true],
  ['not(or(failed(), canceled()))', true],
])('%s is %s', (condition, expected) => {
  expect(evaluate(condition, { names, functions })).toBe(expected);
});

test.each(['counter(1)', 'pipeline.name', "eq(variables['A']", 'and(true, ~)'])('%s is refused', (condition) => {
  expect(() => evaluate(condition, { names, functions })).toThrow(/unknown|not understood/);
});

describe('the files that init writes', () => {
  const folder = temporaryFolder();
  const pipelines = Object.entries(filesOf('azure-devops'));

  beforeAll(() => {
    for (const [path, text] of pipelines) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });

  const isEntry = (text: string): boolean => /^pr: none$/m.test(text);

  test.each(pipelines.filter(([, text]) => isEntry(text)).map(([path]) => path))('%s is known in full', (path) => {
    const { stages } = Pipeline.parse(expandPipeline(folder, path));
    expect(stages).not.toEqual([]);
  });
});
