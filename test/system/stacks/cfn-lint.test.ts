import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { largeEstate } from '../../support/large-estate';
import { lint } from '../../support/cfn-lint';
import { pipelineApp, pipelinePlan } from '../../support/pipeline';
import { describeWithPython } from '../../support/python';
import { delegatedSandbox, planFiles, sandboxFiles } from '../../support/sandbox';
import { accessApp, temporaryFolder } from '../../support/templates';

const root = temporaryFolder();

describeWithPython('cfn-lint', () => {
  test('finds a target that is no account', () => {
    const folder = mkdtempSync(join(root, 'faulty-'));
    const target = { Type: 'AWS::SSO::Assignment', Properties: { TargetId: '12345' } };
    writeFileSync(join(folder, 'faulty.template.json'), JSON.stringify({ Resources: { Assignment: target } }));
    expect(lint(folder, ['faulty.template.json']).join('\n')).toContain("'12345' does not match");
  });

  test.each([
    ['the sandbox', sandboxFiles(), 2],
    ['the sandbox of a delegated administrator', delegatedSandbox(), 4],
    ['an estate of two shards', largeEstate({ accounts: 46, groups: 10, setsOfGroup: 1 }), 3],
  ])('finds nothing in the templates of %s', (_what, files, count) => {
    const folder = mkdtempSync(join(root, 'templates-'));
    accessApp(planFiles(files), folder).synth();
    const templates = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
    expect(templates).toHaveLength(count);
    expect(lint(folder, templates)).toEqual([]);
  });

  test("finds nothing in the templates of the sandbox's pipeline", () => {
    const folder = mkdtempSync(join(root, 'pipeline-'));
    pipelineApp(pipelinePlan(), folder).synth();
    const templates = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
    expect(templates).toHaveLength(2);
    expect(lint(folder, templates)).toEqual([]);
  });
});
