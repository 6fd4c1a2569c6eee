import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { EvidenceHome } from '../../../src/estate/sections/pipeline/pipeline';
import { acknowledge } from '../acknowledge';

export interface EvidenceBucketProps {
  readonly estateName: string;
  readonly home: EvidenceHome;
}

/**
 * Bucket of the records of deployments: what is put there stays for its time, and longer if the stack goes. Of the pipeline's
 * roles, that of deployments puts records there, and none reads or deletes any.
 */
export class EvidenceBucket extends Construct {
  constructor(scope: Construct, id: string, { estateName, home }: EvidenceBucketProps) {
    super(scope, id);
    const kept = Duration.days(home.keepDays);
    const bucket = new Bucket(this, 'Resource', {
      bucketName: home.bucket,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention[home.mode](kept),
      // A key of its own, once deleted, would take the records with it.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [
        // A version that is locked for longer stays (Amazon S3 User Guide, 'Object Lock considerations').
        { expiration: kept, noncurrentVersionExpiration: Duration.days(1) },
        { expiredObjectDeleteMarker: true, abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { partition } = Stack.of(this);
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'PipelinePutsAlone',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        notActions: ['s3:PutObject'],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
        conditions: {
          ArnLike: { 'aws:PrincipalArn': `arn:${partition}:iam::${home.account}:role/${estateName}-pipeline-*` },
        },
      }),
    );
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'CloudTrail has data events for whoever wants each read; a log in another bucket would prove less.',
    });
  }
}
