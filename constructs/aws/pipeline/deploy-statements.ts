import { Stack } from 'aws-cdk-lib';
import { stackName } from '../../../src/estate/plan/stacks/stacks';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { clientSecretName, HANDOFF_PARAMETERS, parameterName } from '../../../src/estate/sections/hosting/handoff';
import type { HandoffParameter } from '../../../src/estate/sections/hosting/handoff';
import type { Hosting } from '../../../src/estate/sections/hosting/hosting';
import type { PipelineAccount } from '../../../src/estate/sections/pipeline/pipeline';
import { SNAPSHOT_ACTIONS, USER_ACTIONS } from '../../../src/estate/sections/access/snapshot-actions';
import { identityCenterKeyStatement, identityStoreKeyStatement } from '../access/instance-key-statements';
import { bootstrapRoleArns } from './bootstrap-roles';

/** All that a deployment does in an account by itself: it takes on the CDK's roles, hands over, and takes the snapshot. */
export function deployStatements(
  scope: Construct,
  estateName: string,
  account: PipelineAccount,
): readonly PolicyStatement[] {
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
  ];
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
function handoffStatements(
  { partition }: Stack,
  estateName: string,
  { account, region, kmsKeys }: Hosting,
): readonly PolicyStatement[] {
  const arn = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const names = Object.keys(HANDOFF_PARAMETERS) as HandoffParameter[];
  // Secrets Manager adds a hyphen and six characters to the name.
  const secret = arn('secretsmanager', `secret:${clientSecretName(estateName)}-??????`);
  return [
    new PolicyStatement({
      // Names of statements are part of deployed templates, so they stay.
      sid: 'HandOverIds',
      actions: ['ssm:GetParameters', 'ssm:PutParameter'],
      resources: names.map((name) => arn('ssm', `parameter${parameterName(estateName, name)}`)),
    }),
    new PolicyStatement({
      sid: 'HandOverSecret',
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      resources: [secret],
    }),
    ...(kmsKeys === 'customer' ? [keyStatement(arn('kms', 'key/*'), { region, secret })] : []),
    new PolicyStatement({
      sid: 'DeployedUrl',
      actions: ['cloudformation:DescribeStacks'],
      resources: [arn('cloudformation', `stack/${stackName(estateName, 'hosting')}/*`)],
    }),
  ];
}

/** The key of the estate is known by the data stack alone; it serves for this secret and through Secrets Manager only. */
function keyStatement(keys: string, { region, secret }: { region: string; secret: string }): PolicyStatement {
  return new PolicyStatement({
    sid: 'HandOverKey',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [keys],
    conditions: {
      StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` },
      ArnLike: { 'kms:EncryptionContext:SecretARN': secret },
    },
  });
}
