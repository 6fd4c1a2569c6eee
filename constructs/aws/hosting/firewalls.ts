import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { Hosting } from '../../../src/estate/sections/hosting/hosting';
import type { HostedService } from '../../../src/estate/sections/hosting/services';
import type { AppService } from './app-service';
import type { RunningService } from './customer-services';
import { EcsExpressService } from './ecs-express-service';
import { KeptLogs } from './kept-logs';

export interface FirewallsProps {
  readonly estateName: string;
  readonly hosting: Hosting;
  readonly services: readonly RunningService[];
}

/**
 * A firewall for each public service, or one for all where they share a load balancer: that has one web ACL. What is private is
 * reached by other services alone.
 */
export class Firewalls extends Construct {
  constructor(scope: Construct, id: string, { estateName, hosting, services }: FirewallsProps) {
    super(scope, id);
    const { rateLimit, logRetentionDays } = hosting;
    const open = services.filter(({ service }) => service.isPublic);
    const isShared = hosting.platform === 'ecs-express';
    const callbacks = open.flatMap(({ service }) => service.callbacks);
    for (const { service, running } of isShared ? open.slice(0, 1) : open) {
      const limits = rateRules(service.callers, rateLimit);
      new Firewall(this, service.name, {
        logRetentionDays,
        serviceName: `${estateName}-${service.name}`,
        service: running,
        limits: isShared ? sharedLimits(open, rateLimit) : limits,
        common: commonRules(isShared ? callbacks : service.callbacks),
      });
    }
  }
}

/** Limits behind one load balancer: those of people, and for the API that the web calls its own. */
function sharedLimits(open: readonly RunningService[], rateLimit: number): readonly Rule[] {
  const called = open.find(({ service }) => service.callers === 'web')?.running;
  return called instanceof EcsExpressService ? sharedRules(rateLimit, called.host) : rateRules('people', rateLimit);
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

/** A web ACL in front of a public service, and its log without cookies, tokens and queries, among which are codes of sign-ins. */
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
      redactedFields: [
        ...['authorization', 'cookie'].map((name) => ({ singleHeader: { Name: name } })),
        { queryString: {} },
      ],
    });
  }
}

/**
 * Callers of a service. Customers come from addresses of their own. The API is called by the web, for all customers
 * from the same few addresses: there a customer is known by the access token.
 */
type Caller = HostedService['callers'];

type Rule = Omit<CfnWebACL.RuleProperty, 'priority'>;

/** Bytes of a request's body; forms and JSON of the applications are far below. */
const BODY_BYTES = 8192;
/** Number of customers' limits that the web may use from one address. */
const CUSTOMERS_OF_ADDRESS = 20;
/** AWS WAF API, RateBasedStatement: most requests. */
const MOST_REQUESTS = 2_000_000_000;
const WINDOW_SECONDS = 300;

type Statement = CfnWebACL.StatementProperty;
/** Requests that a rule counts. */
type Scope = Pick<CfnWebACL.RateBasedStatementProperty, 'scopeDownStatement'>;

const UNCHANGED = [{ priority: 0, type: 'NONE' }];

function rateRules(caller: Caller, limit: number): readonly Rule[] {
  if (caller === 'people') return [rule('RateOfAddress', { action: { block: {} }, statement: rateOfAddress(limit) })];
  const ofAddress = Math.min(limit * CUSTOMERS_OF_ADDRESS, MOST_REQUESTS);
  return [
    rule('RateOfToken', { action: { block: {} }, statement: rateOfToken(limit) }),
    rule('RateOfAddress', { action: { block: {} }, statement: rateOfAddress(ofAddress) }),
  ];
}

function rateOfAddress(limit: number, of: Scope = {}): Statement {
  return { rateBasedStatement: { aggregateKeyType: 'IP', limit, evaluationWindowSec: WINDOW_SECONDS, ...of } };
}

function rateOfToken(limit: number, of: Scope = {}): Statement {
  const header = { name: 'authorization', textTransformations: UNCHANGED };
  return {
    rateBasedStatement: {
      aggregateKeyType: 'CUSTOM_KEYS',
      customKeys: [{ header }],
      limit,
      evaluationWindowSec: WINDOW_SECONDS,
      ...of,
    },
  };
}

/**
 * Limits of two services behind one load balancer, which tells them apart by the name that is asked for. What is not for the API
 * is the web's.
 */
function sharedRateRules(limit: number, apiHost: string): readonly Rule[] {
  const api = { scopeDownStatement: hostIs(apiHost) };
  const web = { scopeDownStatement: not(hostIs(apiHost)) };
  const ofAddress = Math.min(limit * CUSTOMERS_OF_ADDRESS, MOST_REQUESTS);
  return [
    rule('RateOfAddress', { action: { block: {} }, statement: rateOfAddress(limit, web) }),
    rule('ApiRateOfToken', { action: { block: {} }, statement: rateOfToken(limit, api) }),
    rule('ApiRateOfAddress', { action: { block: {} }, statement: rateOfAddress(ofAddress, api) }),
  ];
}

/** Paths of the API that ask for no token. */
export const API_OPEN_PATHS: readonly string[] = ['/public', '/openapi.json', '/healthz', '/readyz'];

/**
 * Answers 401 in place of the API to whoever brings no token, but for what it tells everybody. A deployment of Express Mode is rolled
 * back when more than one answer in a hundred is 4xx, and a scanner would see to that.
 */
function tokenRule(apiHost: string): Rule {
  const hasToken: Statement = {
    sizeConstraintStatement: {
      fieldToMatch: { singleHeader: { Name: 'authorization' } },
      comparisonOperator: 'GT',
      size: 0,
      textTransformations: UNCHANGED,
    },
  };
  const responseHeaders = [{ name: 'WWW-Authenticate', value: 'Bearer realm="customer-policies"' }];
  return rule('ApiToken', {
    action: { block: { customResponse: { responseCode: 401, responseHeaders } } },
    statement: allOf([hostIs(apiHost), not(hasToken), not(anyOf(API_OPEN_PATHS.map((path) => pathIs(path))))]),
  });
}

/** Refuses large bodies, and those that are too large for WAF to look into. */
function bodySizeRule(): Rule {
  return rule('BodySize', {
    action: { block: {} },
    statement: {
      sizeConstraintStatement: {
        fieldToMatch: { body: { oversizeHandling: 'MATCH' } },
        comparisonOperator: 'GT',
        size: BODY_BYTES,
        textTransformations: UNCHANGED,
      },
    },
  });
}

function managedRule(name: string, group: string): Rule {
  return rule(name, {
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: group } },
  });
}

/** A rule of the group AWSManagedRulesCommonRuleSet, and the label that it gives what it matches. */
const LONG_QUERY = {
  name: 'SizeRestrictions_QUERYSTRING',
  label: 'awswaf:managed:aws:core-rule-set:SizeRestrictions_QueryString',
} as const;

/**
 * The common rules of AWS, but for one: a sign-in comes back with a code in its query, which is longer than the 2,048 bytes that
 * they allow (AWS WAF Developer Guide, 'Core rule set (CRS) managed rule group'). Elsewhere such a query is blocked as before.
 */
function commonRules(callbacks: readonly string[]): readonly Rule[] {
  if (callbacks.length === 0) return [managedRule('Common', 'AWSManagedRulesCommonRuleSet')];
  const longQuery = { name: LONG_QUERY.name, actionToUse: { count: {} } };
  const group = { vendorName: 'AWS', name: 'AWSManagedRulesCommonRuleSet', ruleActionOverrides: [longQuery] };
  return [
    rule('Common', { overrideAction: { none: {} }, statement: { managedRuleGroupStatement: group } }),
    rule('LongQuery', {
      action: { block: {} },
      statement: allOf([
        { labelMatchStatement: { scope: 'LABEL', key: LONG_QUERY.label } },
        not(anyOf([...new Set(callbacks)].map((path) => pathIs(path)))),
      ]),
    }),
  ];
}

function hostIs(host: string): Statement {
  return {
    byteMatchStatement: {
      fieldToMatch: { singleHeader: { Name: 'host' } },
      positionalConstraint: 'EXACTLY',
      searchString: host,
      textTransformations: [{ priority: 0, type: 'LOWERCASE' }],
    },
  };
}

function pathIs(path: string): Statement {
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: 'EXACTLY',
      searchString: path,
      textTransformations: UNCHANGED,
    },
  };
}

function not(statement: Statement): Statement {
  return { notStatement: { statement } };
}

function allOf(statements: readonly Statement[]): Statement {
  return { andStatement: { statements: [...statements] } };
}

/** WAF takes no list of one. */
function anyOf(statements: readonly Statement[]): Statement {
  const [only, ...others] = statements;
  return only !== undefined && others.length === 0 ? only : { orStatement: { statements: [...statements] } };
}

function rule(name: string, what: Pick<Rule, 'action' | 'overrideAction' | 'statement'>): Rule {
  return {
    name,
    ...what,
    visibilityConfig: { metricName: name, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false },
  };
}
