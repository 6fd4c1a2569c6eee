import { DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import {
  Effect,
  type IPrincipal,
  ManagedPolicy,
  PolicyStatement,
  type PolicyStatementProps,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DRILL_ACTIONS } from '../../../src/estate/sections/emergency/emergency-plan';
import type { InstanceKey } from '../../../src/estate/sections/access/instance-key';
import { deployedParameter } from '../../../src/estate/sections/pipeline/limits';
import { type PipelineAccount, pipelineRoleName } from '../../../src/estate/sections/pipeline/pipeline';
import {
  ACCESS_ACTIONS,
  APPLICATION_ACTIONS,
  DOCTOR_ACCESS_ACTIONS,
  PREFLIGHT_ACTIONS,
  POLICY_ACTIONS,
  ROLE_INVENTORY_ACTION,
  SNAPSHOT_ACTIONS,
  USER_ACTIONS,
} from '../../../src/estate/sections/access/snapshot-actions';
import {
  identityCenterKeyStatement,
  identityStoreKeyStatement,
  KEY_ACTIONS,
  keyServices,
} from '../access/instance-key-statements';
import { acknowledge, managed, wildcard } from '../acknowledge';

export interface PipelineRoleProps {
  readonly estateName: string;
  /** Service that runs the pipeline, in the role's description: `GitHub Actions`. */
  readonly runner: string;
  /** Jobs that take the role on. */
  readonly assumedBy: IPrincipal;
  readonly account: PipelineAccount;
}

/**
 * Reads, for `cdk diff`, `cdk drift`, `npx --no entra-aws snapshot --check`, the doctor's area `access` and `entra-aws deploy check`, and
 * neither secrets nor what customers store. Taken on by pull requests of the repository itself, and by jobs of the deployed branch without an environment.
 */
export class PreviewRole extends Construct {
  constructor(scope: Construct, id: string, { estateName, runner, assumedBy, account }: PipelineRoleProps) {
    super(scope, id);
    const role = new Role(this, 'Resource', {
      roleName: pipelineRoleName(estateName, 'preview'),
      description: `${runner}: reads what is deployed, for previews and drift`,
      assumedBy,
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')],
    });
    const isBounded = account.hasAccess && account.hosting === undefined;
    const lookupRoles = isBounded ? [] : bootstrapRoleArns(Stack.of(this), account, ['lookup']);
    const roles = [...lookupRoles, ...(account.emergencyReaders ?? []), ...inventoryArns(Stack.of(this), account)];
    if (roles.length > 0) role.addToPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources: roles }));
    role.addToPolicy(new PolicyStatement({ actions: DRIFT_ACTIONS, resources: ['*'] }));
    if (account.readsOrganization) {
      role.addToPolicy(new PolicyStatement({ actions: organizationActions(account), resources: ['*'] }));
    }
    const { instanceKey: key } = account;
    if (key !== undefined) {
      role.addToPolicy(identityCenterKeyStatement(key, 'read'));
      role.addToPolicy(identityStoreKeyStatement(key));
    }
    for (const denial of denials(roles, account)) role.addToPolicy(denial);
    if (isBounded) for (const denial of boundsOf(Stack.of(this), estateName, account)) role.addToPolicy(denial);
    acknowledge(role, { ...ACKNOWLEDGED, ...inventoryWildcards(inventoryArns(Stack.of(this), account)) });
  }
}

/** Actions that read the organization and IAM Identity Center. */
function organizationActions({ readsUsers, readsApplications }: PipelineAccount): string[] {
  return [
    ...SNAPSHOT_ACTIONS,
    ...POLICY_ACTIONS,
    ...(readsUsers ? USER_ACTIONS : []),
    ...ACCESS_ACTIONS,
    ...DOCTOR_ACCESS_ACTIONS,
    ...(readsApplications ? APPLICATION_ACTIONS : []),
    ...PREFLIGHT_ACTIONS,
  ];
}

/**
 * Actions that `cdk drift` calls itself, and that of a look into stack sets; CloudFormation then reads each resource with the
 * permissions of the caller, of a stack set with those of its own role in the account.
 */
const DRIFT_ACTIONS = [
  'cloudformation:DescribeStackDriftDetectionStatus',
  'cloudformation:DescribeStackResourceDrifts',
  'cloudformation:DetectStackDrift',
  'cloudformation:DetectStackResourceDrift',
  'cloudformation:DetectStackSetDrift',
];

const SECRETS = ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'];

/** Values of secrets. SecureString parameters are among them: they take `kms:Decrypt`. */
function secretDenials(key: InstanceKey | undefined): readonly PolicyStatement[] {
  const deny = (sid: string, actions: readonly string[], what: Partial<PolicyStatementProps>): PolicyStatement =>
    new PolicyStatement({ sid, effect: Effect.DENY, actions: [...actions], ...what });
  if (key === undefined) return [deny('NoSecrets', [...KEY_ACTIONS.read, ...SECRETS], { resources: ['*'] })];
  return [
    deny('NoSecrets', SECRETS, { resources: ['*'] }),
    deny('NoOtherKey', KEY_ACTIONS.read, { notResources: [key.arn] }),
    // A caller that goes past both services has no such key in the request, and is denied too.
    deny('NoOtherUseOfKey', KEY_ACTIONS.read, {
      resources: [key.arn],
      conditions: { StringNotEquals: { 'kms:ViaService': keyServices(key) } },
    }),
  ];
}

/** Data that customers store, and that the applications log about them. */
const DATA = [
  'dynamodb:BatchGetItem',
  'dynamodb:GetItem',
  'dynamodb:GetRecords',
  'dynamodb:PartiQLSelect',
  'dynamodb:Query',
  'dynamodb:Scan',
  'logs:FilterLogEvents',
  'logs:GetLogEvents',
  'logs:GetLogRecord',
  'logs:GetQueryResults',
  'logs:StartLiveTail',
  'logs:StartQuery',
  's3:GetObject',
  's3:GetObjectVersion',
];

function denials(roles: string[], account: PipelineAccount): readonly PolicyStatement[] {
  const { instanceKey: key, inventoryRole } = account;
  return [
    ...secretDenials(key),
    ...(inventoryRole === undefined ? [new PolicyStatement(NO_INVENTORY)] : []),
    new PolicyStatement({ sid: 'NoData', effect: Effect.DENY, actions: DATA, resources: ['*'] }),
    // Another role of the account could trust this one by name.
    new PolicyStatement({
      sid: 'NoOtherRole',
      effect: Effect.DENY,
      actions: ['sts:AssumeRole'],
      ...(roles.length === 0 ? { resources: ['*'] } : { notResources: roles }),
    }),
  ];
}

/** `ReadOnlyAccess` allows it. */
const NO_INVENTORY: PolicyStatementProps = {
  sid: 'NoInventory',
  effect: Effect.DENY,
  actions: [ROLE_INVENTORY_ACTION],
  resources: ['*'],
};

/** Roles by which the roles of other accounts are read. */
function inventoryArns({ partition }: Stack, { inventoryRole }: PipelineAccount): readonly string[] {
  return inventoryRole === undefined ? [] : [`arn:${partition}:iam::*:role/${inventoryRole}`];
}

function inventoryWildcards(arns: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    arns.map((arn) => [
      wildcard(arn),
      'The reader has this name in each account of the organization, and each trusts whom it lets read its roles.',
    ]),
  );
}

/**
 * All that is read of the stacks that have access, and of those that watch over the workforce: by `cdk diff`, by CloudFormation for
 * `cdk drift`, by the snapshot, by the doctor and before a deployment. One action or a group of one service.
 */
const READ_OF_ORGANIZATION = [
  'access-analyzer:ValidatePolicy',
  'account:GetRegionOptStatus',
  'cloudformation:*',
  'cloudtrail:LookupEvents',
  'cloudwatch:Describe*',
  'cloudwatch:ListTagsForResource',
  'dynamodb:Describe*',
  'dynamodb:GetResourcePolicy',
  'dynamodb:List*',
  'events:Describe*',
  'events:List*',
  'iam:Get*',
  'iam:List*',
  'identitystore:*',
  'kms:DescribeKey',
  'lambda:Get*',
  'lambda:List*',
  'logs:Describe*',
  'logs:GetDataProtectionPolicy',
  'logs:List*',
  'organizations:*',
  'scheduler:Get*',
  'scheduler:List*',
  'servicequotas:GetAWSDefaultServiceQuota',
  'servicequotas:GetServiceQuota',
  'sns:Get*',
  'sns:List*',
  'ssm:GetParameter',
  'ssm:GetParameters',
  'sso:*',
  'sts:GetCallerIdentity',
];

/** The account itself may be one of the emergency access. */
const TRAIL_ACTIONS = DRILL_ACTIONS.filter((action) => action.startsWith('cloudtrail:'));

/**
 * Bounds in the account of IAM Identity Center, and in the management account beside a delegated administrator's: nothing but what
 * the estate has there, and of the parameters the version of the bootstrap and the record of what was deployed. The CDK's lookup role reads everything, and is not taken on; roles that read
 * the emergency access are.
 */
function boundsOf(stack: Stack, estateName: string, account: PipelineAccount): readonly PolicyStatement[] {
  const { instanceKey: key, emergencyReaders, inventoryRole } = account;
  return [
    new PolicyStatement({
      sid: 'NothingElse',
      effect: Effect.DENY,
      notActions: [
        ...(key === undefined ? [] : KEY_ACTIONS.read),
        ...READ_OF_ORGANIZATION,
        ...(emergencyReaders === undefined && inventoryRole === undefined ? [] : ['sts:AssumeRole']),
        ...(emergencyReaders === undefined ? [] : TRAIL_ACTIONS),
      ],
      resources: ['*'],
    }),
    new PolicyStatement({
      sid: 'NoOtherParameter',
      effect: Effect.DENY,
      actions: ['ssm:GetParameter', 'ssm:GetParameters'],
      notResources: [
        `arn:${stack.partition}:ssm:*:*:parameter/cdk-bootstrap/*`,
        ...recordArns(stack, estateName, account),
      ],
    }),
  ];
}

/** ARN of the record of what was deployed, where it is in the account: its Region may be another than that of the roles' stack. */
export function recordArns(
  { partition }: Pick<Stack, 'partition'>,
  estateName: string,
  { account, recordRegion }: PipelineAccount,
): readonly string[] {
  if (recordRegion === undefined) return [];
  return [`arn:${partition}:ssm:${recordRegion}:${account}:parameter${deployedParameter(estateName)}`];
}

const ACKNOWLEDGED = {
  [managed('ReadOnlyAccess')]:
    "CloudFormation detects drift with the caller's permissions, on resources of any type; secrets and data are denied. The CDK's lookup role has the same policy.",
  [wildcard('*')]:
    'The status of a drift detection and the organization have no resource to name (Service Authorization Reference); the rest denies.',
};

/** Roles that `cdk bootstrap` makes in a region of an account. */
export type BootstrapRole = 'deploy' | 'file-publishing' | 'image-publishing' | 'lookup';

/** ARNs of bootstrap roles, in every region of the account that the estate deploys to. */
export function bootstrapRoleArns(
  { partition }: Stack,
  { account, regions }: Pick<PipelineAccount, 'account' | 'regions'>,
  roles: readonly BootstrapRole[],
): string[] {
  const prefix = `arn:${partition}:iam::${account}:role/cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}`;
  return regions.flatMap((region) => roles.map((role) => `${prefix}-${role}-role-${account}-${region}`));
}
