import { App } from 'aws-cdk-lib';
import { INSTANCE_KEY } from '../../../src/estate/sections/limits';
import { stacksOfKind } from '../../../src/estate/plan/stacks/stacks';
import type { EstateFile } from '../../../src/estate/sections/estate-schema';
import { synthesizeEstate } from '../../../src/preview/engine/synthesize';
import { addStacks } from '../../../stacks/aws/estate-app';
import { CDK_FLAGS } from '../../../stacks/aws/flags';
import { imageSourceOf } from '../../../stacks/image-source';
import { HOSTING_ACCOUNT, MANAGEMENT_ACCOUNT, pipelinePlan } from '../../support/pipeline';
import { statementsOf } from '../../support/policy-statements';
import type { Template } from '../../support/templates';
import { temporaryFolder } from '../../support/templates';

const KEY = `arn:aws:kms:eu-west-1:${MANAGEMENT_ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef`;
const INSTANCE = 'arn:aws:sso:::instance/ssoins-6804a1b2c3d4e5f6';
const STORE = `arn:aws:identitystore::${MANAGEMENT_ACCOUNT}:identitystore/d-93670a1b2c`;

const outdir = temporaryFolder();

function withKey({ access, workforce }: EstateFile): void {
  if (access === undefined || workforce?.leavers === undefined) throw new Error('the sandbox has both');
  access.identityCenter = { kmsKey: KEY };
}

function withRemovals(estate: EstateFile): void {
  withKey(estate);
  if (estate.workforce?.leavers !== undefined) estate.workforce.leavers.delete = true;
}

/** Templates of the roles that meet IAM Identity Center, by the name of the stack. */
function templatesOf(edit?: (estate: EstateFile) => void): ReadonlyMap<string, Template> {
  const plan = pipelinePlan(edit);
  const options = { outdir, analyticsReporting: false, builtinCloudFormationValidation: false };
  const app = new App({ ...options, postCliContext: CDK_FLAGS });
  const stacks = [...stacksOfKind(plan, 'workforce-watch'), ...stacksOfKind(plan, 'pipeline')];
  addStacks(app, stacks, { plan, sources: { imageOf: imageSourceOf } });
  return new Map(app.synth().stacks.map(({ stackName, template }) => [stackName, template as Template]));
}

const PIPELINE = `sandbox-pipeline-${MANAGEMENT_ACCOUNT}`;
const WATCH = 'sandbox-workforce-watch';

/** Statements about keys of the policies whose logical id begins so, in a form to compare. */
function keyStatements(templates: ReadonlyMap<string, Template>, stack: string, begin: string): readonly unknown[] {
  const template = templates.get(stack);
  if (template === undefined) throw new Error(`no stack ${stack}`);
  return statementsOf(template)
    .filter(([id, { Action }]) => id.startsWith(begin) && /"kms:(?!DescribeKey)/.test(JSON.stringify(Action ?? [])))
    .map(([, statement]) => statement);
}

const throughIdentityCenter = (Action: string | readonly string[]): unknown => ({
  Sid: 'IdentityCenterKey',
  Effect: 'Allow',
  Action,
  Resource: KEY,
  Condition: {
    StringEquals: {
      'kms:ViaService': 'sso.eu-west-1.amazonaws.com',
      'kms:EncryptionContext:aws:sso:instance-arn': INSTANCE,
    },
  },
});

const THROUGH_IDENTITY_STORE = {
  Sid: 'IdentityStoreKey',
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: KEY,
  Condition: {
    StringEquals: {
      'kms:ViaService': 'identitystore.eu-west-1.amazonaws.com',
      'kms:EncryptionContext:aws:identitystore:identitystore-arn': STORE,
    },
  },
};

const CHANGE = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKeyWithoutPlaintext'];

const sandbox = templatesOf();
const keyed = templatesOf(withKey);

test('without a key no role may use one of IAM Identity Center, and the preview none at all', () => {
  expect(keyStatements(sandbox, WATCH, '')).toEqual([]);
  expect(keyStatements(sandbox, PIPELINE, 'Deploy')).toEqual([]);
  expect(keyStatements(sandbox, PIPELINE, 'Preview')).toEqual([
    expect.objectContaining({ Sid: 'NoSecrets', Effect: 'Deny', Resource: '*' }),
  ]);
});

test('the preview decrypts with the key of IAM Identity Center through its services, and in no other way', () => {
  expect(keyStatements(keyed, PIPELINE, 'Preview')).toEqual([
    throughIdentityCenter('kms:Decrypt'),
    THROUGH_IDENTITY_STORE,
    { Sid: 'NoOtherKey', Effect: 'Deny', Action: 'kms:Decrypt', NotResource: KEY },
    {
      Sid: 'NoOtherUseOfKey',
      Effect: 'Deny',
      Action: 'kms:Decrypt',
      Resource: KEY,
      Condition: {
        StringNotEquals: {
          'kms:ViaService': ['sso.eu-west-1.amazonaws.com', 'identitystore.eu-west-1.amazonaws.com'],
        },
      },
    },
  ]);
  const policy = JSON.stringify(keyed.get(PIPELINE));
  expect(policy).toContain('"NotAction":["kms:Decrypt","access-analyzer:ValidatePolicy"');
  expect(JSON.stringify(sandbox.get(PIPELINE))).toContain('"NotAction":["access-analyzer:ValidatePolicy"');
});

test('the deployment may change assignments under the key, by its role and by its boundary', () => {
  expect(keyStatements(keyed, PIPELINE, 'DeployBoundary')).toEqual([
    throughIdentityCenter(CHANGE),
    THROUGH_IDENTITY_STORE,
  ]);
  expect(keyStatements(keyed, PIPELINE, 'DeployDefault')).toEqual([
    throughIdentityCenter(CHANGE),
    THROUGH_IDENTITY_STORE,
  ]);
});

test('the leavers check reads users under the key, and changes assignments where it removes', () => {
  expect(keyStatements(keyed, WATCH, '')).toEqual([THROUGH_IDENTITY_STORE]);
  expect(keyStatements(templatesOf(withRemovals), WATCH, '')).toEqual([
    THROUGH_IDENTITY_STORE,
    throughIdentityCenter(CHANGE),
  ]);
});

test('an account without IAM Identity Center gets nothing of the key', () => {
  const stack = `sandbox-pipeline-${HOSTING_ACCOUNT}`;
  expect(keyed.get(stack)).toEqual(sandbox.get(stack));
});

test('nothing is found in the templates of an estate with a key', () => {
  expect(INSTANCE_KEY.test(KEY)).toBe(true);
  const { templates, issues } = synthesizeEstate(pipelinePlan(withRemovals));
  expect(templates.length).toBeGreaterThan(0);
  expect(issues).toEqual([]);
});
