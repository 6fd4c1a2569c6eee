import { type App, Stack } from 'aws-cdk-lib';
import { EvidenceBucket, type EvidenceBucketProps } from '../../constructs/aws/pipeline/evidence-bucket';

/** Records of deployments. A person deploys it: whoever deploys must not change what was kept. */
export class EvidenceStack extends Stack {
  constructor(scope: App, id: string, props: EvidenceBucketProps) {
    const { account, region } = props.home;
    super(scope, id, {
      env: { account, region },
      description: `Records of the deployments of ${props.estateName}`,
      terminationProtection: true,
    });
    new EvidenceBucket(this, 'Evidence', props);
  }
}
