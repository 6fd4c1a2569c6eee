import { RemovalPolicy } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Protection } from '../../../src/estate/sections/hosting/hosting';

export interface HostingKeyProps {
  readonly protection: Protection;
}

/**
 * The key that encrypts tables, secrets, alarms and copies of images, where the estate asks for one of its own. It rotates
 * every year.
 */
export class HostingKey extends Construct {
  readonly key: IKey;

  constructor(scope: Construct, id: string, { protection }: HostingKeyProps) {
    super(scope, id);
    const key = new Key(this, 'Resource', {
      description: 'Data of the customer application',
      enableKeyRotation: true,
      removalPolicy: protection.retainsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // Alarms and rules publish to the encrypted topic.
    for (const service of ['cloudwatch.amazonaws.com', 'events.amazonaws.com']) {
      key.grant(new ServicePrincipal(service), 'kms:Decrypt', 'kms:GenerateDataKey*');
    }
    this.key = key;
  }
}
