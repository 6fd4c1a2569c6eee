import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DEPLOYMENT_HOURS, type PipelineRole, pipelineRoleName } from '../../../src/estate/sections/pipeline/pipeline';
import type { AwsState } from '../../../src/estate/sections/pipeline/pulumi-state';
import { acknowledge, wildcard } from '../acknowledge';
import type { PipelineRoleProps } from './preview-role';

/** Days for which the versions of the state before the present one are kept. */
const VERSION_DAYS = 365;

/** Bucket of Pulumi's state, and the key of its secrets. Both stay when the stack goes. */
export class PulumiState extends Construct {
  constructor(scope: Construct, id: string, { bucket: bucketName, alias }: AwsState) {
    super(scope, id);
    const key = new Key(this, 'Key', {
      alias: `alias/${alias}`,
      description: "Encrypts Pulumi's state, and the secrets in it",
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const bucket = new Bucket(this, 'Bucket', {
      bucketName,
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(VERSION_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(bucket, {
      'AwsSolutions-S1': 'Each object has a data key of its own, so CloudTrail has each read as a use of the key.',
    });
  }
}

interface StateRoleProps extends Omit<PipelineRoleProps, 'account'> {
  readonly role: PipelineRole;
  readonly state: AwsState;
}

/** Actions on the objects of the state. A deployment can't delete a version: what it overwrites can be restored. */
const ON_OBJECTS = {
  preview: ['s3:GetObject'],
  deploy: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
} as const satisfies Readonly<Record<PipelineRole, readonly string[]>>;

/** Actions on the key: Pulumi decrypts the secrets of the stacks, and S3 the state. */
const ON_KEY = {
  preview: ['kms:Decrypt'],
  deploy: ['kms:Decrypt', 'kms:GenerateDataKey'],
} as const satisfies Readonly<Record<PipelineRole, readonly string[]>>;

/**
 * Reads Pulumi's state and decrypts its secrets; that of deployments also writes the state. No pull request takes it on without a
 * reviewer, unlike the role that reads what is deployed.
 */
export class StateRole extends Construct {
  constructor(scope: Construct, id: string, { estateName, runner, assumedBy, role: kind, state }: StateRoleProps) {
    super(scope, id);
    const { partition } = Stack.of(this);
    const { bucket, account, region, alias } = state;
    const does = kind === 'deploy' ? 'writes' : 'reads';
    const role = new Role(this, 'Resource', {
      roleName: pipelineRoleName(estateName, `state-${kind}`),
      description: `${runner}: ${does} Pulumi's state`,
      assumedBy,
      ...(kind === 'deploy' && { maxSessionDuration: Duration.hours(DEPLOYMENT_HOURS) }),
    });
    const bucketArn = `arn:${partition}:s3:::${bucket}`;
    const keys = `arn:${partition}:kms:${region}:${account}:key/*`;
    // Whoever takes the bucket's name after it is gone must not be read, nor written to.
    const conditions = { StringEquals: { 'aws:ResourceAccount': account } };
    for (const statement of [
      new PolicyStatement({ sid: 'ListState', actions: ['s3:ListBucket'], resources: [bucketArn], conditions }),
      new PolicyStatement({ sid: 'State', actions: [...ON_OBJECTS[kind]], resources: [`${bucketArn}/*`], conditions }),
      new PolicyStatement({
        sid: 'Key',
        actions: [...ON_KEY[kind]],
        resources: [keys],
        // KMS makes the id of a key; its alias is the estate's.
        conditions: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': `alias/${alias}` } },
      }),
    ])
      role.addToPolicy(statement);
    acknowledge(role, {
      [wildcard(`${bucketArn}/*`)]: 'Pulumi names the files of stacks, locks and history.',
      [wildcard(keys)]: 'KMS makes the id of a key; the condition names its alias.',
    });
  }
}
