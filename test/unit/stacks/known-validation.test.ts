import type { Stack } from 'aws-cdk-lib';
import {
  App,
  CfnParameter,
  CfnStackSet,
  CloudFormationValidatePlugin,
  NestedStack,
  Stack as CdkStack,
  Validations,
} from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import { NagPack } from 'cdk-nag';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownAnswers } from '../../../constructs/aws/checks/known-answers';
import { NOTHING_KNOWN } from '../../../constructs/aws/checks/known-answers';
import { SolutionsChecks } from '../../../constructs/aws/checks/solutions-checks';
import { TemplateValidation } from '../../../constructs/aws/checks/template-validation';
import { answersInMemory } from '../../support/answers';
import { CDK_FLAGS } from '../../../stacks/aws/flags';
import { temporaryFolder } from '../../support/templates';

const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';

const outdir = temporaryFolder();
const validate = jest.spyOn(CloudFormationValidatePlugin.prototype, 'validate');
const walk = jest.spyOn(NagPack.prototype, 'validateScope');

beforeEach(() => {
  validate.mockClear();
  walk.mockClear();
});

type Build = (one: Stack, other: Stack) => void;

/** The report of two stacks, as its file has it. */
function reportOf(known: KnownAnswers, build: Build): unknown {
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: { '@aws-cdk/core:failSynthOnValidationErrors': false },
    postCliContext: CDK_FLAGS,
  });
  const env = { account: '100000000000', region: 'eu-west-1' };
  build(new CdkStack(app, 'One', { env }), new CdkStack(app, 'Other', { env }));
  Validations.of(app).addPlugins(new TemplateValidation(known), new SolutionsChecks(app, { verbose: true }, known));
  app.synth();
  const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8');
  return JSON.parse(report, (key, value: unknown) => (key === 'stackTraces' ? undefined : value));
}

function addSet(stack: Stack, id: string, sessionDuration: string): void {
  new CfnPermissionSet(stack, id, { instanceArn: INSTANCE, name: id, sessionDuration });
}

/** The same two messages, in another order in each stack, and one in a nested stack. */
const faulty: Build = (one, other) => {
  addSet(one, 'A', 'eight');
  addSet(one, 'B', 'nine');
  addSet(other, 'A', 'nine');
  addSet(other, 'B', 'eight');
  addSet(new NestedStack(other, 'Nested'), 'C', 'eight');
  new Bucket(one, 'Bucket');
};

test('a report from what is known is the report without it, findings included, and nothing is asked', () => {
  const known = answersInMemory();
  const fresh = reportOf(NOTHING_KNOWN, faulty);
  const first = reportOf(known, faulty);
  expect([validate.mock.calls.length > 0, walk.mock.calls.length]).toEqual([true, 2]);
  validate.mockClear();
  walk.mockClear();
  const second = reportOf(known, faulty);
  expect(fresh).toMatchObject({ pluginReports: [{ conclusion: 'failure' }, { conclusion: 'failure' }] });
  expect(first).toEqual(fresh);
  expect(second).toEqual(fresh);
  expect(validate).not.toHaveBeenCalled();
  expect(walk).not.toHaveBeenCalled();
});

test('findings of several templates stand as the library itself tells of them', () => {
  const plain: Build = (one, other) => {
    addSet(one, 'A', 'eight');
    addSet(one, 'B', 'nine');
    addSet(other, 'A', 'nine');
    addSet(other, 'B', 'eight');
  };
  const ours = reportOf(answersInMemory(), plain);
  const [context] = validate.mock.calls[0] ?? [];
  if (context === undefined) throw new Error('the validator was not asked');
  // The library's report names all templates of one call in its own order.
  const theirs = new CloudFormationValidatePlugin().validate(context).violations;
  expect(ours).toMatchObject({
    pluginReports: [{ violations: theirs.map(({ description }) => ({ description })) }],
  });
});

test('only what has changed is asked about again', () => {
  const known = answersInMemory();
  const build =
    (duration: string): Build =>
    (one, other) => {
      addSet(one, 'A', 'PT1H');
      addSet(other, 'B', duration);
    };
  reportOf(known, build('PT1H'));
  validate.mockClear();
  reportOf(known, build('PT2H'));
  expect(
    validate.mock.calls.map(([{ stackTemplates }]) => stackTemplates.map((one) => one.stackConstructPath)),
  ).toEqual([['Other']]);
});

test.each<[string, Build]>([
  [
    'a resource has another property',
    (one) => {
      new Bucket(one, 'Bucket', { bucketName: 'named' });
    },
  ],
  [
    'a rule is acknowledged on a stack',
    (one) => {
      new Bucket(one, 'Bucket');
      Validations.of(one).acknowledge({ id: 'AwsSolutions-S1', reason: 'Nobody reads the logs.' });
    },
  ],
  [
    'the stack has something else beside it',
    (one) => {
      new Bucket(one, 'Bucket');
      new CfnParameter(one, 'Parameter');
    },
  ],
])("cdk-nag's rules are asked again where %s", (_, changed) => {
  const known = answersInMemory();
  reportOf(known, (one) => {
    new Bucket(one, 'Bucket');
  });
  walk.mockClear();
  const report = reportOf(known, changed);
  expect(walk).toHaveBeenCalledTimes(1);
  expect(report).toEqual(reportOf(NOTHING_KNOWN, changed));
});

test("cdk-nag's rules are not asked again where only what they do not judge has changed", () => {
  const known = answersInMemory();
  const build =
    (duration: string): Build =>
    (one) => {
      new Bucket(one, 'Bucket');
      addSet(one, 'A', duration);
      new CfnStackSet(one, 'Roles', { stackSetName: duration, permissionModel: 'SERVICE_MANAGED' });
    };
  reportOf(known, build('PT1H'));
  walk.mockClear();
  const report = reportOf(known, build('PT2H'));
  expect(walk).not.toHaveBeenCalled();
  expect(report).toEqual(reportOf(NOTHING_KNOWN, build('PT2H')));
});

test("cdk-nag's rules are asked again about the stack that has changed, and no other", () => {
  const known = answersInMemory();
  const build =
    (bucketName: string): Build =>
    (one, other) => {
      new Bucket(one, 'Bucket');
      new Bucket(new NestedStack(other, 'Nested'), 'Bucket', { bucketName });
    };
  reportOf(known, build('first'));
  walk.mockClear();
  const report = reportOf(known, build('second'));
  expect(walk.mock.calls.map(([scope]) => scope.node.path)).toEqual(['Other']);
  expect(report).toEqual(reportOf(NOTHING_KNOWN, build('second')));
});

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath?: string }[];
    }[];
  }[];
}

test.each<[string, Build, readonly string[]]>([
  [
    'of two with findings',
    (one, other) => {
      new Bucket(one, 'Bucket');
      new Bucket(other, 'Bucket');
    },
    ['One/Bucket/Resource', 'Other/Bucket/Resource'],
  ],
  [
    'with stacks nested in nested ones',
    (one) => {
      new Bucket(one, 'Bucket');
      new Bucket(new NestedStack(new NestedStack(one, 'Nested'), 'Inner'), 'Bucket');
    },
    ['One/Bucket/Resource', 'One/Nested/Inner/Bucket/Resource'],
  ],
])("cdk-nag's rules are asked once about each top stack %s", (_, build, found) => {
  const { pluginReports } = reportOf(NOTHING_KNOWN, build) as Report;
  const tops = new Set(found.map((path) => path.split('/', 1).join()));
  expect(walk.mock.calls.map(([scope]) => scope.node.path)).toEqual([...tops]);
  const places = pluginReports
    .flatMap(({ violations }) => violations)
    .filter(({ ruleName }) => ruleName === 'AwsSolutions-S1')
    .flatMap(({ violatingConstructs }) => violatingConstructs.map(({ constructPath }) => constructPath));
  expect(places.toSorted()).toEqual(found);
});
