import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Callbacks } from '../../../src/estate/sections/customers/customers';
import type { Hosting, ServiceName } from '../../../src/estate/sections/hosting/hosting';
import type { AppService } from './app-service';
import { EcsExpressService } from './ecs-express-service';
import {
  bodySizeRule,
  commonRules,
  managedRule,
  rateRules,
  type Rule,
  sharedRateRules,
  tokenRule,
} from './firewall-rules';
import { KeptLogs } from './kept-logs';

export interface FirewallsProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  readonly services: Readonly<Record<ServiceName, AppService>>;
  /** Paths of the web to which a sign-in comes back with a long query. */
  readonly callbacks: Callbacks;
}

/**
 * A firewall for each public service, or one for both where they share a load balancer: that has one web ACL. What is private is
 * reached by the web alone.
 */
export class Firewalls extends Construct {
  constructor(scope: Construct, id: string, { estateName, hosting, services, callbacks }: FirewallsProps) {
    super(scope, id);
    const { rateLimit, logRetentionDays, privateApi } = hosting;
    const hasPublicApi = privateApi === undefined;
    const sharedHost = hasPublicApi && services.api instanceof EcsExpressService ? services.api.host : undefined;
    new Firewall(this, 'web', {
      logRetentionDays,
      serviceName: `${estateName}-web`,
      service: services.web,
      limits: sharedHost === undefined ? rateRules('customers', rateLimit) : sharedRules(rateLimit, sharedHost),
      common: commonRules(Object.values(callbacks)),
    });
    if (!hasPublicApi || sharedHost !== undefined) return;
    new Firewall(this, 'api', {
      logRetentionDays,
      serviceName: `${estateName}-api`,
      service: services.api,
      limits: rateRules('web', rateLimit),
      common: [managedRule('Common', 'AWSManagedRulesCommonRuleSet')],
    });
  }
}

function sharedRules(rateLimit: number, apiHost: string): readonly Rule[] {
  return [...sharedRateRules(rateLimit, apiHost), tokenRule(apiHost)];
}

interface FirewallProps {
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
class Firewall extends Construct {
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
