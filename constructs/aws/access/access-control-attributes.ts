import { CfnInstanceAccessControlAttributeConfiguration } from 'aws-cdk-lib/aws-sso';
import { Construct } from 'constructs';
import type { AccessControlAttribute } from '../../../src/estate/sections/estate';
import type { Instance } from './instance';

export interface AccessControlAttributesProps {
  readonly instance: Instance;
  readonly attributes: readonly AccessControlAttribute[];
}

/**
 * Attributes for access control (ABAC) of the instance: session tags that policies can compare with resource tags. An
 * instance has at most one configuration.
 */
export class AccessControlAttributes extends Construct {
  constructor(scope: Construct, id: string, props: AccessControlAttributesProps) {
    super(scope, id);
    new CfnInstanceAccessControlAttributeConfiguration(this, 'Resource', {
      instanceArn: props.instance.arn,
      accessControlAttributes: props.attributes
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ key, source }) => ({ key, value: { source: [source] } })),
    });
  }
}
