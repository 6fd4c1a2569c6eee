import type { CfnResource } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/** Resource types that cdk-nag's AwsSolutions pack has no rule for: IAM Identity Center, and nested stacks themselves. */
const WITHOUT_RULES = /^AWS::(SSO::|CloudFormation::Stack$)/;

/**
 * cdk-nag's AwsSolutions pack. Its hundred and more rules are not asked about types that it has no rule for: asking about
 * some thousand assignments costs a second, and asking about the first resource loads twenty service libraries.
 */
export class SolutionsChecks extends AwsSolutionsChecks {
  protected override checkResource(node: CfnResource): void {
    if (!WITHOUT_RULES.test(node.cfnResourceType)) super.checkResource(node);
  }
}
