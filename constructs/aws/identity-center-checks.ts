import type { CfnResource, IPolicyValidationContext, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { CfnAssignment, CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
// Not from 'cdk-nag': that loads the rules of all its packs, a tenth of a synthesis.
import { NagPack } from 'cdk-nag/lib/nag-pack';
import { NagMessageLevel, NagRuleCompliance } from 'cdk-nag/lib/nag-rules';
import type { PolicyRule } from '../../model/policy-rules';
import { POLICY_RULE_PACK, POLICY_RULES } from '../../model/policy-rules';
import { setsBoundary, setBreaks } from './permission-set-rules';

export interface IdentityCenterChecksProps {
  /** The organization's management account. */
  readonly managementAccountId: string;
  /** Names of permission sets that are granted somewhere, also to groups that are not synchronized yet. */
  readonly grantedPermissionSets: ReadonlySet<string>;
}

/**
 * Rules on permission sets and assignments that neither CloudFormation's schemas nor cdk-nag's packs have; each is
 * described in `POLICY_RULES`. Warnings are shown and do not fail synthesis; errors do, unless they are acknowledged.
 */
export class IdentityCenterChecks extends NagPack {
  readonly name = 'Identity Center';

  constructor(private readonly props: IdentityCenterChecksProps) {
    super(undefined, { verbose: true });
    this.packName = POLICY_RULE_PACK;
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const report = super.validate(context);
    return { ...report, success: report.violations.every((violation) => violation.severity !== 'error') };
  }

  protected override checkResource(node: CfnResource): void {
    if (node instanceof CfnAssignment) {
      this.apply(POLICY_RULES.managementAccount, node, node.targetId === this.props.managementAccountId);
    } else if (node instanceof CfnPermissionSet) {
      this.checkPermissionSet(node);
    }
  }

  private checkPermissionSet(node: CfnPermissionSet): void {
    this.apply(POLICY_RULES.adminSession, node, setBreaks.adminSession(node));
    this.apply(POLICY_RULES.everything, node, setBreaks.everything(node));
    this.apply(POLICY_RULES.passRole, node, setBreaks.passRole(node));
    this.apply(POLICY_RULES.noDescription, node, (node.description ?? '').trim() === '');
    this.apply(POLICY_RULES.grantedNowhere, node, !this.props.grantedPermissionSets.has(node.name));
    this.apply(POLICY_RULES.noBoundary, node, setBreaks.createsPrincipals(node) && !setsBoundary(node));
    this.apply(POLICY_RULES.noPolicy, node, setBreaks.noPolicy(node));
  }

  private apply(rule: PolicyRule, node: CfnResource, isBroken: boolean): void {
    this.applyRule({
      ruleSuffixOverride: rule.id.slice(POLICY_RULE_PACK.length + 1),
      info: rule.info,
      explanation: rule.explanation,
      level: rule.severity === 'error' ? NagMessageLevel.ERROR : NagMessageLevel.WARN,
      node,
      rule: () => (isBroken ? NagRuleCompliance.NON_COMPLIANT : NagRuleCompliance.COMPLIANT),
    });
  }
}
