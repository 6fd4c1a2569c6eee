import type { CfnResource } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * cdk-nag's AwsSolutions pack. It has no rule for IAM Identity Center, so that its hundred and more rules need not be
 * asked about each of some thousand assignments.
 */
export class SolutionsChecks extends AwsSolutionsChecks {
  protected override checkResource(node: CfnResource): void {
    if (!node.cfnResourceType.startsWith('AWS::SSO::')) super.checkResource(node);
  }
}
