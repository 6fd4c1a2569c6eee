import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SolutionsChecks } from '../../../constructs/aws/checks/solutions-checks';
import type { Validator } from '../../../constructs/aws/checks/validator';
import { otherFiles } from '../../../src/preview/engine/synthesize';
import { synthesize } from '../../../stacks/aws/synthesize';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';

const outdir = temporaryFolder();
const { CDK_OUTDIR: before } = process.env;

beforeAll(() => {
  process.env['CDK_OUTDIR'] = outdir;
});

afterAll(() => {
  if (before === undefined) delete process.env['CDK_OUTDIR'];
  else process.env['CDK_OUTDIR'] = before;
});

const Report = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      conclusion: z.string(),
      violations: z.array(z.unknown()),
      metadata: z.object({ resources: z.string(), templates: z.string() }).exactOptional(),
    }),
  ),
});

/** Report of the stacks of access and policies, of which a validator finds what is given. */
function reported(ask: Validator['ask']) {
  const imageOf = () => ({ hash: 'a'.repeat(64), command: ['true'] });
  const outcome = synthesize(planFiles(sandboxFiles()), { imageOf, validator: { version: '1', ask } });
  return { ...outcome, ...Report.parse(JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'))) };
}

test('the report has each check that found nothing, and what it ran over', () => {
  const { hasViolations, pluginReports } = reported(() => () => []);
  expect(hasViolations).toBe(false);
  expect(pluginReports.map(({ pluginName, conclusion, violations }) => [pluginName, conclusion, violations])).toEqual([
    ['Identity Center', 'success', []],
    ['CloudFormation limits', 'success', []],
    ['AwsSolutions', 'success', []],
    ['CloudFormation Validate', 'success', []],
  ]);
  const templates = pluginReports.map(({ metadata }) => metadata?.templates);
  const shard = expect.stringMatching(/^sandbox-access, sandboxaccessAssignmentsShard1\w+\.nested$/) as string;
  const all = expect.stringMatching(/^sandbox-access, sandbox-policies, sandboxaccess\w+\.nested$/) as string;
  expect(templates).toEqual([shard, all, 'sandbox-policies', all]);
  const [rules, limits, nag, schemas] = pluginReports.map(({ metadata }) => Number(metadata?.resources));
  expect([rules, nag]).toEqual([52, 1]);
  expect([schemas, limits]).toEqual([57, 57]);
});

test('the validator is asked before the other checks run, and answers after them', () => {
  const steps: string[] = [];
  const nag = jest.spyOn(SolutionsChecks.prototype, 'validate').mockImplementation(() => {
    steps.push('nag');
    return { success: true, violations: [] };
  });
  reported(() => {
    steps.push('asked');
    return () => {
      steps.push('answered');
      return [];
    };
  });
  nag.mockRestore();
  expect(steps).toEqual(['asked', 'nag', 'answered']);
});

test('a check that found something is in the report once, as the CDK has it', () => {
  jest.spyOn(console, 'error').mockImplementation();
  const { hasViolations, pluginReports } = reported(({ stackTemplates: [first] }) => () => [
    {
      ruleName: 'W1',
      description: 'Something is odd.',
      severity: 'warning',
      violatingResources: [{ resourceLogicalId: 'A', templatePath: first?.templatePath ?? '', locations: [] }],
    },
  ]);
  expect(hasViolations).toBe(true);
  const names = pluginReports.map(({ pluginName }) => pluginName);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
  expect(names).toContain('AwsSolutions');
  const [found] = pluginReports.filter(({ pluginName }) => pluginName === 'CloudFormation Validate');
  expect(found?.violations).not.toEqual([]);
  expect(found?.metadata).toBeUndefined();
});

test('the files of the estate itself and of its placements are no other files, and one called nearly so is', () => {
  const others = ['estate.yaml.xml', 'metadata.xml'].map((path) => JSON.stringify([path, 'text']));
  const own = ['estate.yaml', 'placement.lock.json', 'placement.lock.json, 1 back'].map((path) =>
    JSON.stringify([path, 'text']),
  );
  expect(otherFiles([...own, ...others])).toEqual(others);
});
