import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { AppService } from './app-service';
import { bodySizeRule, managedRule, type Rule } from './firewall-rules';
import { KeptLogs } from './kept-logs';

export interface FirewallProps {
  /** Name of the service, for the log group: `aws-waf-logs-<name>`. */
  readonly serviceName: string;
  readonly service: AppService;
  /** Rules before those that every service has: limits of requests. */
  readonly limits: readonly Rule[];
  /** Common rules of AWS, as the service bears them. */
  readonly common: readonly Rule[];
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

  private createAcl({ limits, common }: FirewallProps): CfnWebACL {
    return new CfnWebACL(this, 'Resource', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: { metricName: 'All', cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false },
      rules: [
        ...limits,
        bodySizeRule(),
        managedRule('KnownBadInputs', 'AWSManagedRulesKnownBadInputsRuleSet'),
        ...common,
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
