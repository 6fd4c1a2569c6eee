import { App, CfnDeletionPolicy, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnAssignment } from 'aws-cdk-lib/aws-sso';
import { PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssignmentResources } from '../../../../constructs/aws/access/assignments';
import type { Template } from '../../../../constructs/aws/access/kept';
import { TemplateLimits } from '../../../../constructs/aws/checks/template-limits';
import { TemplateValidation } from '../../../../constructs/aws/checks/template-validation';
import type { ShardAssignment } from '../../../../src/estate/sections/access/plan/access-plan';
import type { Account } from '../../../../src/estate/source/organization';
import { CDK_FLAGS } from '../../../../stacks/aws/flags';
import { accountId, assignmentKeyFor, principalId } from '../../../support/ids';
import { temporaryFolder } from '../../../support/templates';

const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
const SET = 'arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef';
const outdir = temporaryFolder();

interface Given {
  readonly account?: string;
  readonly permissionSet?: string;
  readonly kind?: 'group' | 'user';
  readonly lane?: number;
}

function placed({ account = '100000000001', permissionSet = 'Admin', kind = 'group', lane = 1 }: Given) {
  const principal = principalId('aaaaaaaa-0000-4000-8000-000000000000');
  const assignment: ShardAssignment['assignment'] = {
    account: { id: accountId(account) } as Account,
    holder: kind === 'group' ? { kind, name: 'Developers' } : { kind, name: 'ada@example.com' },
    permissionSet,
    principalId: principal,
    causes: [],
  };
  return {
    key: assignmentKeyFor(`${account}/${permissionSet}/${principal}`),
    principalId: principal,
    assignment,
    lane,
  };
}

const ASSIGNMENTS: readonly ShardAssignment[] = [
  placed({ lane: 1 }),
  placed({ lane: 2, permissionSet: 'A-set_with+signs=,.@1' }),
  placed({ lane: 1, permissionSet: 'x'.repeat(32), kind: 'user' }),
  placed({ lane: 1, account: '000000000001' }),
];

function templateOf(hasPaths: boolean, build: (stack: Stack) => void): string {
  const context = { [PATH_METADATA_ENABLE_CONTEXT]: hasPaths };
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false, context });
  build(new Stack(app, 'Access'));
  app.synth();
  return readFileSync(join(outdir, 'Access.template.json'), 'utf8');
}

/** A resource of the CDK for each, as the CDK's own constructs would have it. */
function addEach(stack: Stack, isAdopted: boolean): void {
  const scope = new Construct(stack, 'Assignment');
  const last = new Map<number, CfnAssignment>();
  for (const { key, lane, assignment, principalId: principal } of ASSIGNMENTS) {
    const resource = new CfnAssignment(scope, key.replaceAll('/', ':'), {
      instanceArn: INSTANCE,
      permissionSetArn: SET,
      principalId: principal,
      principalType: assignment.holder.kind === 'user' ? 'USER' : 'GROUP',
      targetId: assignment.account.id,
      targetType: 'AWS_ACCOUNT',
    });
    if (isAdopted) {
      resource.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
      resource.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    }
    const previous = last.get(lane);
    if (previous !== undefined) resource.addResourceDependency(previous);
    last.set(lane, resource);
  }
}

function addAll(stack: Stack, isAdopted: boolean): void {
  addSome(stack, ASSIGNMENTS, { isAdopted });
}

function addSome(
  stack: Stack,
  assignments: readonly ShardAssignment[],
  { instanceArn = INSTANCE, isAdopted = false },
): void {
  const resources = new AssignmentResources(stack, 'Assignment');
  for (const one of assignments) resources.add(one, { instanceArn, permissionSetArn: SET, isAdopted });
}

test.each([
  { hasPaths: false, isAdopted: false },
  { hasPaths: true, isAdopted: false },
  { hasPaths: true, isAdopted: true },
])('the template is that of a CfnAssignment each, byte for byte: %j', ({ hasPaths, isAdopted }) => {
  const text = templateOf(hasPaths, (stack) => {
    addAll(stack, isAdopted);
  });
  expect(text.match(/AWS::SSO::Assignment/g)).toHaveLength(ASSIGNMENTS.length);
  expect(text).toBe(
    templateOf(hasPaths, (stack) => {
      addEach(stack, isAdopted);
    }),
  );
});

test('the assembly says which path has which logical id, as the CLI shows while it deploys', () => {
  const shownBy = (add: typeof addEach) => {
    const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
    add(new Stack(app, 'Access'), false);
    const found = app.synth().getStackByName('Access').findMetadataByType('aws:cdk:logicalId');
    return found.filter(({ path }) => path.includes('/Assignment/')).map(({ path, data }) => [path, data]);
  };
  expect(shownBy(addAll)).toHaveLength(ASSIGNMENTS.length);
  expect(shownBy(addAll)).toEqual(shownBy(addEach));
});

test('what refers to another stack is imported from it', () => {
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });
  const instance = new CfnResource(new Stack(app, 'Instance'), 'Instance', { type: 'AWS::SSO::Instance' });
  addSome(new Stack(app, 'Access'), ASSIGNMENTS, { instanceArn: instance.getAtt('InstanceArn').toString() });
  const { Resources } = app.synth().getStackByName('Access').template as Template;
  const arns = Object.values(Resources ?? {}).map(({ Properties }) => Properties?.['InstanceArn']);
  expect(arns).toHaveLength(ASSIGNMENTS.length);
  expect(new Set(arns.map((arn) => JSON.stringify(arn))).size).toBe(1);
  expect(arns[0]).toEqual({ 'Fn::ImportValue': expect.any(String) as string });
});

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly description: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

/** Paths at which the checks say what matches the pattern. */
function pathsOf(pattern: RegExp, add: (stack: Stack) => void): readonly string[] {
  const context = { '@aws-cdk/core:failSynthOnValidationErrors': false };
  const app = new App({ outdir, analyticsReporting: false, context, postCliContext: CDK_FLAGS });
  add(new Stack(app, 'Access', { env: { account: '100000000000', region: 'eu-west-1' } }));
  Validations.of(app).addPlugins(new TemplateValidation(), new TemplateLimits());
  app.synth();
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  const violations = pluginReports.flatMap((report) => report.violations);
  return violations
    .filter(({ description }) => pattern.test(description))
    .flatMap(({ violatingConstructs }) => violatingConstructs.map(({ constructPath }) => constructPath));
}

test('a fault that CloudFormation would find in an assignment is told of its path', () => {
  const found = pathsOf(/^TargetId: '12345' does not match pattern/, (stack) => {
    addSome(stack, [placed({ lane: 1 }), placed({ lane: 2, account: '12345' })], {});
  });
  expect(found).toEqual(['Access/Assignment/12345:Admin:aaaaaaaa-0000-4000-8000-000000000000']);
});

test('a template of assignments that is too large is told of the path of the first', () => {
  const found = pathsOf(/must have at most 1000000 bytes/, (stack) => {
    const instanceArn = `${INSTANCE}${'0'.repeat(1_000_000)}`;
    addSome(stack, [placed({}), placed({ account: '100000000002' })], { instanceArn });
  });
  expect(found).toEqual(['Access/Assignment/100000000001:Admin:aaaaaaaa-0000-4000-8000-000000000000']);
});
