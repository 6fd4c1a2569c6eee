import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { AppService } from './app-service';
import { bodySizeRule, managedRule, rateRules, type Caller } from './firewall-rules';
import { KeptLogs } from './kept-logs';

export interface FirewallProps {
  /** Name of the service, for the log group: `aws-waf-logs-<name>`. */
  readonly serviceName: string;
  readonly service: AppService;
  readonly caller: Caller;
  /** Requests in five minutes. */
  readonly rateLimit: number;
  readonly logRetentionDays: number;
}

/** A web ACL in front of a public service, and its log without cookies and tokens. */
export class Firewall extends Construct {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    const acl = this.createAcl(props);
    this.webAclArn = acl.attrArn;
    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: props.service.protectedArn,
      webAclArn: acl.attrArn,
    });
    this.createLog(props, acl);
  }

  private createAcl({ caller, rateLimit }: FirewallProps): CfnWebACL {
    return new CfnWebACL(this, 'Resource', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: { metricName: 'All', cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false },
      rules: [
        ...rateRules(caller, rateLimit),
        bodySizeRule(),
        managedRule('KnownBadInputs', 'AWSManagedRulesKnownBadInputsRuleSet'),
        managedRule('Common', 'AWSManagedRulesCommonRuleSet'),
      ].map((rule, priority) => ({ ...rule, priority })),
    });
  }

  private createLog({ serviceName, logRetentionDays }: FirewallProps, acl: CfnWebACL): void {
    const logs = new KeptLogs(this, 'Logs', { name: `aws-waf-logs-${serviceName}`, retentionDays: logRetentionDays });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [logs.logGroupArn],
      redactedFields: ['authorization', 'cookie'].map((name) => ({ singleHeader: { Name: name } })),
    });
  }
}
