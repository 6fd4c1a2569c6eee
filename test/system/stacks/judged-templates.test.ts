import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { allTemplates, asDeployed } from '../../support/all-templates';
import { emergencyEstatePlan } from '../../support/emergency';
import { expressProduction, hostedPlan, production, withDomain } from '../../support/hosting';
import { pipelinePlan } from '../../support/pipeline';
import { describeWithPython, pythonEnvironment } from '../../support/python';
import { REPOSITORY } from '../../support/repository';
import { describeWithTool, packagesOf } from '../../support/tools';
import { watchedPlan } from '../../support/watch';

const PLANS = {
  emergency: emergencyEstatePlan(),
  production: hostedPlan(production),
  express: hostedPlan(expressProduction),
  domain: hostedPlan(withDomain),
  pipeline: pipelinePlan(),
  removing: watchedPlan(({ leavers }) => {
    if (leavers !== undefined) leavers.delete = true;
  }),
};

const resources = Object.entries(PLANS).flatMap(([plan, one]) =>
  [...allTemplates(one)].flatMap(([stack, template]) =>
    Object.entries(template.Resources).map(
      ([id, { Type, Properties }]) => [`${plan} ${stack} ${id}`, Type, asDeployed({ ...Properties })] as const,
    ),
  ),
);

describeWithTool({ ...packagesOf('system'), title: 'asl-validator' }, () => {
  type Validate = (
    definition: unknown,
    options: object,
  ) => { readonly isValid: boolean; readonly errorsText: (separator?: string) => string };
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a folder with a lock file of its own
  const validate = require(join(REPOSITORY, '.ci/system/node_modules/asl-validator')) as Validate;
  const machines = resources.filter(([, type]) => type === 'AWS::StepFunctions::StateMachine');
  const OPTIONS = { checkPaths: true, checkArn: false };

  test('finds a state that is not there', () => {
    expect(validate({ StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } }, OPTIONS).isValid).toBe(false);
  });

  test.each(machines)('finds nothing in %s', (_id, _type, properties) => {
    const { DefinitionString } = properties as { readonly DefinitionString: string };
    const { isValid, errorsText } = validate(JSON.parse(DefinitionString), OPTIONS);
    expect(isValid ? '' : errorsText('\n')).toBe('');
  });
});

/** What parliament finds that is meant, or that it does not know, with the reason. */
const EXCEPTIONS: readonly (readonly [RegExp, string])[] = [
  [/ RESOURCE_STAR /, 'cdk-nag judges wildcards, and references count as one here'],
  [/ UNKNOWN_ACTION "Unknown action sts:GetWebIdentityToken"/, 'newer than its list of actions'],
  [/ MISMATCHED_TYPE_BUT_USABLE .*StringNotLike/, 'the boundary compares an ARN in whatever account as a text'],
  [
    / UNKNOWN_CONDITION_FOR_ACTION .*iam:UpdateAssumeRolePolicy/,
    'AWS has no such key for this action, so the denial always holds',
  ],
];

/** A policy whose references stand for any resource: their ARNs come with the deployment. */
function withResources(document: unknown): unknown {
  const known = (resource: unknown): unknown => (/^arn:[^{]*$/.test(String(resource)) ? resource : '*');
  return JSON.parse(JSON.stringify(document), (key, value: unknown) =>
    key === 'Resource' || key === 'NotResource' ? [value].flat().map(known) : value,
  );
}

/** Policies of roles, keys, topics, queues and buses; a trust has no resources that parliament could judge. */
const documents = resources.flatMap(([id, , properties]) =>
  Object.entries(properties as Readonly<Record<string, unknown>>).flatMap(([key, value]) => {
    if (key === 'Policies') {
      const inline = value as readonly { readonly PolicyName: string; readonly PolicyDocument: unknown }[];
      return inline.map((one) => [`${id}.${one.PolicyName}`, withResources(one.PolicyDocument)] as const);
    }
    return /^PolicyDocument$|^KeyPolicy$|^Policy$/.test(key) ? [[`${id}.${key}`, withResources(value)] as const] : [];
  }),
);

function judge(policies: Readonly<Record<string, unknown>>): readonly string[] {
  const python = pythonEnvironment();
  if (!python.ok) throw new Error(python.reason);
  const script = join(REPOSITORY, 'test/support/judge_policies.py');
  const input = JSON.stringify(policies);
  const { stdout, stderr, status } = spawnSync(python.python, [script], { encoding: 'utf8', input });
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

describeWithPython('parliament', () => {
  test('finds an action that is not there', () => {
    const Statement = [{ Effect: 'Allow', Action: 's3:ReadObject', Resource: '*' }];
    expect(judge({ faulty: { Version: '2012-10-17', Statement } })).toEqual([
      expect.stringMatching(/^faulty UNKNOWN_ACTION/),
    ]);
  });

  test('finds in the policies what is meant, and nothing else', () => {
    expect(documents.length).toBeGreaterThan(80);
    const found = judge(Object.fromEntries(documents));
    expect(found.filter((line) => !EXCEPTIONS.some(([exception]) => exception.test(line)))).toEqual([]);
    expect(EXCEPTIONS.filter(([exception]) => !found.some((line) => exception.test(line)))).toEqual([]);
  });
});
