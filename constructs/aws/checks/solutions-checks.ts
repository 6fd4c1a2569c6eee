import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { CfnResource } from 'aws-cdk-lib';
import type * as CdkNag from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Resource types that cdk-nag's AwsSolutions pack has no rule for: IAM Identity Center, and nested stacks themselves. */
const WITHOUT_RULES = /^AWS::(SSO::|CloudFormation::Stack$)/;

/**
 * cdk-nag's AwsSolutions pack. Its hundred and more rules are not asked about types that it has no rule for: asking about
 * some thousand assignments costs a second, and asking about the first resource loads twenty service libraries. In an app
 * that has nothing else, the pack is not even loaded.
 */
export class SolutionsChecks implements IPolicyValidationPlugin {
  readonly name = 'AwsSolutions';

  constructor(
    private readonly scope?: IConstruct,
    private readonly props?: CdkNag.NagPackProps,
  ) {}

  validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    return this.validateScope(context.appConstruct);
  }

  validateScope(scope: IConstruct): PolicyValidationPluginReport {
    const hasRules = scope.node.findAll().some((node) => CfnResource.isCfnResource(node) && isRuled(node));
    return hasRules ? this.loadPack().validateScope(scope) : { success: true, violations: [] };
  }

  private loadPack() {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; plug-ins answer at once
    const { AwsSolutionsChecks } = require('cdk-nag') as typeof CdkNag;
    class RuledResources extends AwsSolutionsChecks {
      protected override checkResource(node: CfnResource): void {
        if (isRuled(node)) super.checkResource(node);
      }
    }
    return new RuledResources(this.scope, this.props);
  }
}

function isRuled({ cfnResourceType }: CfnResource): boolean {
  return !WITHOUT_RULES.test(cfnResourceType);
}
