import type { CfnResource, IPolicyValidationContext, PolicyValidationPluginReport } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
// Not from 'cdk-nag': that loads the rules of all its packs, a tenth of a synthesis.
import { NagPack } from 'cdk-nag/lib/nag-pack';
import { NagMessageLevel, NagRuleCompliance } from 'cdk-nag/lib/nag-rules';

/** A rule of a pack. Ids are stable; a retired id is never used again. */
export interface Rule {
  /** Part of the id after the pack's name, in reports and acknowledgements. */
  readonly id: string;
  /** The fault that the rule reports, in one sentence. */
  readonly info: string;
  /** Reason why it matters, and the way out. */
  readonly explanation: string;
  /** @default 'error' */
  readonly severity?: 'error' | 'warning';
}

/** Rules of this project. Warnings are shown and do not fail synthesis; errors do, unless they are acknowledged. */
export abstract class OwnPack extends NagPack {
  /** @param name of the pack, as findings show it */
  protected constructor(
    readonly name: string,
    packName: string,
  ) {
    super(undefined, { verbose: true });
    this.packName = packName;
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const report = super.validate(context);
    return { ...report, success: report.violations.every((violation) => violation.severity !== 'error') };
  }

  protected judge({ id, info, explanation, severity = 'error' }: Rule, node: IConstruct, isBroken: boolean): void {
    this.applyRule({
      ruleSuffixOverride: id,
      info,
      explanation,
      level: severity === 'error' ? NagMessageLevel.ERROR : NagMessageLevel.WARN,
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the pack reads its path, and what is acknowledged on it and around it
      node: node as CfnResource,
      rule: () => (isBroken ? NagRuleCompliance.NON_COMPLIANT : NagRuleCompliance.COMPLIANT),
    });
  }
}
