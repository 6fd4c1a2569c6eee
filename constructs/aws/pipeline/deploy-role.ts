import { Duration, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { identityCenterKeyStatement, identityStoreKeyStatement } from '../access/instance-key-statements';
import { acknowledge, type Reasons, wildcard } from '../acknowledge';
import { bootstrapRoleArns, type PipelineRoleProps, recordArns } from './preview-role';
import { stackName } from '../../../src/estate/plan/stacks/stacks';
import { SNAPSHOT_ACTIONS, USER_ACTIONS } from '../../../src/estate/sections/access/snapshot-actions';
import { handedOver } from '../../../src/estate/sections/hosting/handoff';
import type { Hosting } from '../../../src/estate/sections/hosting/hosting';
import {
  DEPLOYMENT_HOURS,
  evidenceBucket,
  type PipelineAccount,
  pipelineRoleName,
} from '../../../src/estate/sections/pipeline/pipeline';

/**
 * Deploys: takes on the CDK's roles of the account, hands over and takes the snapshot. Jobs of the estate's environments take
 * it on, and only on the deployed branch. Its permissions boundary has the same statements, so whatever policy somebody
 * attaches later adds nothing.
 */
export class DeployRole extends Construct {
  constructor(scope: Construct, id: string, { estateName, runner, assumedBy, account }: PipelineRoleProps) {
    super(scope, id);
    const { partition } = Stack.of(this);
    const boundary = new ManagedPolicy(this, 'Boundary', {
      description: `${runner}: the most that the role that deploys may ever do`,
      statements: [...deployStatements(this, estateName, account)],
    });
    const role = new Role(this, 'Resource', {
      roleName: pipelineRoleName(estateName, 'deploy'),
      description: `${runner}: deploys from an approved environment`,
      assumedBy,
      maxSessionDuration: Duration.hours(DEPLOYMENT_HOURS),
      permissionsBoundary: boundary,
    });
    for (const statement of deployStatements(this, estateName, account)) role.addToPolicy(statement);
    for (const construct of [boundary, role])
      acknowledge(construct, {
        ...wildcards(estateName, account, partition),
        ...Object.fromEntries(
          evidenceArns(Stack.of(this), estateName, account).map((arn) => [
            wildcard(arn),
            'The name of a record has its time and its digest.',
          ]),
        ),
      });
  }
}

/** Every `*` of the statements, and why. */
function wildcards(estateName: string, { account, hosting, revokes }: PipelineAccount, partition: string): Reasons {
  const ofStack = (region: string, name: string): string =>
    wildcard(`arn:${partition}:cloudformation:${region}:${account}:stack/${name}/*`);
  const named = 'CloudFormation adds an id to the name of the stack.';
  const [, ...assignments] = revokes === undefined ? [] : revocationResources(partition, revokes.instanceArn);
  const anyAccount = 'An assignment may leave any account, and AWS makes the ids of permission sets.';
  return {
    [wildcard('*')]: 'Reading the organization has no resource to name (Service Authorization Reference).',
    ...(revokes && {
      [ofStack(revokes.region, `${stackName(estateName, 'access')}*`)]: `${named} Nested ones add more.`,
    }),
    ...Object.fromEntries(assignments.map((resource) => [wildcard(resource), anyAccount])),
    ...(hosting && {
      [wildcard(`arn:${partition}:kms:${hosting.region}:${account}:key/*`)]:
        'For one secret, and through Secrets Manager alone: the conditions say so.',
      [ofStack(hosting.region, stackName(estateName, 'hosting'))]: named,
    }),
  };
}

/** All that a deployment does in an account by itself: it takes on the CDK's roles, hands over, and takes the snapshot. */
function deployStatements(scope: Construct, estateName: string, account: PipelineAccount): readonly PolicyStatement[] {
  const stack = Stack.of(scope);
  const cdkRoles = bootstrapRoleArns(stack, account, ['deploy', 'file-publishing', 'image-publishing', 'lookup']);
  return [
    new PolicyStatement({ sid: 'CdkRoles', actions: ['sts:AssumeRole'], resources: cdkRoles }),
    ...(account.readsOrganization
      ? [
          new PolicyStatement({
            sid: 'Snapshot',
            actions: [...SNAPSHOT_ACTIONS, ...(account.readsUsers ? USER_ACTIONS : [])],
            resources: ['*'],
          }),
        ]
      : []),
    ...(account.revokes === undefined ? [] : revocationStatements(stack, estateName, account)),
    ...(account.instanceKey === undefined
      ? []
      : [identityCenterKeyStatement(account.instanceKey, 'change'), identityStoreKeyStatement(account.instanceKey)]),
    ...(account.hosting === undefined ? [] : handoffStatements(stack, estateName, account.hosting)),
    ...recordArns(stack, estateName, account).map(
      (arn) =>
        new PolicyStatement({
          sid: 'DeployedCommit',
          actions: ['ssm:GetParameter', 'ssm:PutParameter'],
          resources: [arn],
        }),
    ),
    ...evidenceStatements(stack, estateName, account),
  ];
}

/** It puts records of deployments, and neither reads nor deletes any, nor sets for how long they are kept. */
function evidenceStatements(stack: Stack, estateName: string, account: PipelineAccount): readonly PolicyStatement[] {
  return evidenceArns(stack, estateName, account).map(
    (arn) =>
      new PolicyStatement({
        sid: 'Evidence',
        actions: ['s3:PutObject'],
        resources: [arn],
        // Whoever takes the bucket's name where it is not there must get no record.
        conditions: { StringEquals: { 'aws:ResourceAccount': account.account } },
      }),
  );
}

/** Objects of the bucket that keeps records of deployments, where it is in the account. */
function evidenceArns(
  { partition }: Pick<Stack, 'partition'>,
  estateName: string,
  { account, evidenceRegion: region }: PipelineAccount,
): readonly string[] {
  return region === undefined ? [] : [`arn:${partition}:s3:::${evidenceBucket(estateName, { account, region })}/*`];
}

/**
 * Statements for what removes the assignments that leave (`npx --no entra-aws deploy revoke`), and gives them back where the deployment fails: it reads
 * what the stacks of access own and what they left behind, deletes and creates assignments of this one instance of IAM Identity
 * Center, and deletes permission sets that were left behind. It changes no permission set.
 */
function revocationStatements(
  { partition }: Stack,
  estateName: string,
  { account, revokes }: PipelineAccount,
): readonly PolicyStatement[] {
  if (revokes === undefined) return [];
  const { instanceArn, region } = revokes;
  const places = revocationResources(partition, instanceArn);
  return [
    new PolicyStatement({
      sid: 'OwnedAssignments',
      actions: [
        'cloudformation:DescribeStackEvents',
        'cloudformation:DescribeStacks',
        'cloudformation:ListStackResources',
      ],
      // Those of the delegated administrator's estate too, and the stacks nested in them.
      resources: [`arn:${partition}:cloudformation:${region}:${account}:stack/${stackName(estateName, 'access')}*/*`],
    }),
    new PolicyStatement({
      sid: 'Revocations',
      actions: [
        'sso:CreateAccountAssignment',
        'sso:DeleteAccountAssignment',
        'sso:DeletePermissionSet',
        'sso:DescribePermissionSet',
        'sso:ListAccountAssignments',
      ],
      resources: [...places],
    }),
    new PolicyStatement({
      sid: 'RevocationStatus',
      actions: ['sso:DescribeAccountAssignmentCreationStatus', 'sso:DescribeAccountAssignmentDeletionStatus'],
      resources: [instanceArn],
    }),
  ];
}

/** Instance, permission sets and accounts, which IAM wants named together ('Actions for AWS IAM Identity Center'). */
export function revocationResources(partition: string, instanceArn: string): readonly [string, string, string] {
  const sets = `${instanceArn.replace(':instance/', ':permissionSet/')}/*`;
  return [instanceArn, sets, `arn:${partition}:sso:::account/*`];
}

/**
 * Statements for what `npx --no entra-aws deploy handoff` calls: parameters and the client secret of this estate, and the outputs of its
 * services' stack.
 */
function handoffStatements({ partition }: Stack, estateName: string, hosting: Hosting): readonly PolicyStatement[] {
  const { account, region, kmsKeys } = hosting;
  const { parameters, secrets } = handedOver(estateName, hosting);
  const arn = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  // Secrets Manager adds a hyphen and six characters to the name.
  const secretArns = secrets.map((name) => arn('secretsmanager', `secret:${name}-??????`));
  return [
    new PolicyStatement({
      // Names of statements are part of deployed templates, so they stay.
      sid: 'HandOverIds',
      actions: ['ssm:GetParameters', 'ssm:PutParameter'],
      resources: parameters.map((name) => arn('ssm', `parameter${name}`)),
    }),
    ...(secretArns.length === 0
      ? []
      : [
          new PolicyStatement({
            sid: 'HandOverSecret',
            actions: [
              'secretsmanager:DescribeSecret',
              'secretsmanager:GetSecretValue',
              'secretsmanager:PutSecretValue',
            ],
            resources: secretArns,
          }),
        ]),
    ...(kmsKeys === 'customer' && secretArns.length > 0
      ? [keyStatement(arn('kms', 'key/*'), { region, secrets: secretArns })]
      : []),
    new PolicyStatement({
      sid: 'DeployedUrl',
      actions: ['cloudformation:DescribeStacks'],
      resources: [arn('cloudformation', `stack/${stackName(estateName, 'hosting')}/*`)],
    }),
  ];
}

/** The key of the estate is known by the data stack alone; it serves for these secrets and through Secrets Manager only. */
function keyStatement(
  keys: string,
  { region, secrets }: { readonly region: string; readonly secrets: readonly string[] },
): PolicyStatement {
  const [secret, ...others] = secrets;
  return new PolicyStatement({
    sid: 'HandOverKey',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [keys],
    conditions: {
      StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
      ArnLike: { 'kms:EncryptionContext:SecretARN': others.length === 0 ? secret : secrets },
    },
  });
}
