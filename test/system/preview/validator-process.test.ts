import { App } from 'aws-cdk-lib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VALIDATOR } from '../../../constructs/aws/checks/validator';
import { Resources } from '../../../stacks/resource-types.json';
import { ValidatorProcess } from '../../../stacks/validator-process';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { planFiles, sandboxFiles } from '../../support/sandbox';
import { temporaryFolder } from '../../support/templates';

const folder = temporaryFolder();
const validator = new ValidatorProcess();
afterAll(() => {
  validator.end();
});

/** Where a stack without an environment is deployed. */
const UNKNOWN = { accountId: undefined, region: undefined };

/** What a plug-in is given: one template with a permission set. */
function contextOf(sessionDuration: string) {
  const templatePath = join(folder, `${sessionDuration}.json`);
  const properties = { InstanceArn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', Name: 'Set' };
  const set = { Type: 'AWS::SSO::PermissionSet', Properties: { ...properties, SessionDuration: sessionDuration } };
  writeFileSync(templatePath, JSON.stringify({ Resources: { Set: set } }));
  return {
    appConstruct: new App({ outdir: folder, analyticsReporting: false }),
    templatePaths: [templatePath],
    stackTemplates: [{ stackConstructPath: 'Access', templatePath, ...UNKNOWN }],
  };
}

test.each(['PT8H', 'eight hours'])('a process finds what the validator finds in a set of %s', (duration) => {
  const context = contextOf(duration);
  expect(validator.validate(context)).toEqual(VALIDATOR.validate(context));
  expect(validator.version).toBe(VALIDATOR.version);
});

test('a template that is not there fails, and the process goes on', () => {
  const context = contextOf('PT8H');
  const missing = { stackConstructPath: 'Access', templatePath: join(folder, 'missing.json'), ...UNKNOWN };
  expect(() => validator.validate({ ...context, stackTemplates: [missing] })).toThrow('missing.json');
  expect(validator.validate(context)).toEqual([]);
});

test('rules are loaded before for every type that the sandbox has', () => {
  const types = synthesizeEstate(planFiles(sandboxFiles())).templates.flatMap(({ template }) =>
    Object.values(template['Resources'] ?? {}).map((resource: { readonly Type: string }) => resource.Type),
  );
  const loaded: readonly string[] = Object.values(Resources).map(({ Type }) => Type);
  const others = types.filter((type) => !loaded.includes(type) && !type.startsWith('Custom::'));
  expect(new Set(others)).toEqual(new Set());
});
