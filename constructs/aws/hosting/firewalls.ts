import { Construct } from 'constructs';
import type { Callbacks } from '../../../src/estate/sections/customers/customers';
import type { Hosting, ServiceName } from '../../../src/estate/sections/hosting/hosting';
import type { AppService } from './app-service';
import { EcsExpressService } from './ecs-express-service';
import { Firewall } from './firewall';
import { commonRules, managedRule, rateRules, type Rule, sharedRateRules, tokenRule } from './firewall-rules';

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
