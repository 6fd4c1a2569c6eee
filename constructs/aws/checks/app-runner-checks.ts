import type { CfnResource, IPolicyValidationContext, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { CfnService } from 'aws-cdk-lib/aws-apprunner';
// Not from 'cdk-nag': that loads the rules of all its packs, a tenth of a synthesis.
import { NagPack } from 'cdk-nag/lib/nag-pack';
import { NagMessageLevel, NagRuleCompliance } from 'cdk-nag/lib/nag-rules';
import type { AppRunnerRule } from './app-runner-rules';
import { APP_RUNNER_RULES as RULES } from './app-runner-rules';
import { serviceBreaks } from './app-runner-breaks';

type RuleName = keyof typeof RULES;

/** Rules on App Runner services that neither CloudFormation's schemas nor cdk-nag's packs have; see `APP_RUNNER_RULES`. */
export class AppRunnerChecks extends NagPack {
  readonly name = 'App Runner';

  constructor() {
    super(undefined, { verbose: true });
    this.packName = 'AppRunner';
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const report = super.validate(context);
    return { ...report, success: report.violations.every((violation) => violation.severity !== 'error') };
  }

  protected override checkResource(node: CfnResource): void {
    if (!(node instanceof CfnService)) return;
    for (const [name, rule] of Object.entries(RULES)) this.apply(rule, node, serviceBreaks[name as RuleName](node));
  }

  private apply(rule: AppRunnerRule, node: CfnResource, isBroken: boolean): void {
    this.applyRule({
      ruleSuffixOverride: rule.id,
      info: rule.info,
      explanation: rule.explanation,
      level: NagMessageLevel.ERROR,
      node,
      rule: () => (isBroken ? NagRuleCompliance.NON_COMPLIANT : NagRuleCompliance.COMPLIANT),
    });
  }
}
