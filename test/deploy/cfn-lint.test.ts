import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { largeEstate } from '../../bench/large-estate';
import { pipelineApp, pipelinePlan } from '../support/pipeline';
import { describeWithPython, pythonEnvironment } from '../support/python';
import { delegatedSandbox, planFiles, sandboxFiles } from '../support/sandbox';
import { accessApp, temporaryFolder } from '../support/templates';

const root = temporaryFolder();

/** The CDK writes the address of a nested template with Fn::Join. */
const IGNORED_CHECKS = ['I1022'];

/** The schema wants hyphens in an Identity Store id; newer stores also give 32 hexadecimal digits (aws/aws-cdk#38827). */
const FALSE_PRINCIPAL = /:E3031:'[0-9a-f]{32}' does not match '\^\(\[0-9a-f\]\{10\}-\|\)/;

/** Findings of cfn-lint, one a line, from informational ones up. */
function lint(folder: string, templates: readonly string[]): readonly string[] {
  const python = pythonEnvironment();
  if (!python.ok) throw new Error(python.reason);
  const args = [
    '--format',
    'parseable',
    '--include-checks',
    'I',
    '--ignore-checks',
    ...IGNORED_CHECKS,
    '--',
    ...templates,
  ];
  const { stdout, stderr, error } = spawnSync(python.bin('cfn-lint'), args, { cwd: folder, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !FALSE_PRINCIPAL.test(line));
}

describeWithPython('cfn-lint', () => {
  test('finds a target that is no account', () => {
    const folder = mkdtempSync(join(root, 'faulty-'));
    const target = { Type: 'AWS::SSO::Assignment', Properties: { TargetId: '12345' } };
    writeFileSync(join(folder, 'faulty.template.json'), JSON.stringify({ Resources: { Assignment: target } }));
    expect(lint(folder, ['faulty.template.json']).join('\n')).toContain("'12345' does not match");
  }, 60_000);

  test.each([
    ['the sandbox', sandboxFiles(), 2],
    ['the sandbox of a delegated administrator', delegatedSandbox(), 4],
    ['an estate of two shards', largeEstate({ accounts: 46, groups: 10, setsOfGroup: 1 }), 3],
  ])(
    'finds nothing in the templates of %s',
    (_what, files, count) => {
      const folder = mkdtempSync(join(root, 'templates-'));
      accessApp(planFiles(files), folder).synth();
      const templates = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
      expect(templates).toHaveLength(count);
      expect(lint(folder, templates)).toEqual([]);
    },
    60_000,
  );

  test("finds nothing in the templates of the sandbox's pipeline", () => {
    const folder = mkdtempSync(join(root, 'pipeline-'));
    pipelineApp(pipelinePlan(), folder).synth();
    const templates = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
    expect(templates).toHaveLength(2);
    expect(lint(folder, templates)).toEqual([]);
  }, 60_000);
});
