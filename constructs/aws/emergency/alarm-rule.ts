import type { CfnRule, RuleProps } from 'aws-cdk-lib/aws-events';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { EMERGENCY_RULE_STATE } from '../../../src/estate/sections/emergency/emergency-events';

/** A rule that also gets CloudTrail's read-only events, among which is each use of a role. */
export class AlarmRule extends Rule {
  constructor(scope: Construct, id: string, props: Omit<RuleProps, 'enabled'>) {
    super(scope, id, props);
    // The construct of the CDK knows ENABLED and DISABLED alone.
    (this.node.defaultChild as CfnRule).state = EMERGENCY_RULE_STATE;
  }
}
