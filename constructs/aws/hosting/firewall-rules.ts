import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';

/**
 * Callers of a service. Customers come from addresses of their own. The API is called by the web, for all customers
 * from the same few addresses: there a customer is known by the access token.
 */
export type Caller = 'customers' | 'web';

type Rule = Omit<CfnWebACL.RuleProperty, 'priority'>;

/** Bytes of a request's body; forms and JSON of the applications are far below. */
const BODY_BYTES = 8192;
/** Number of customers' limits that the web may use from one address. */
const CUSTOMERS_OF_ADDRESS = 20;
/** AWS WAF API, RateBasedStatement: most requests. */
const MOST_REQUESTS = 2_000_000_000;
const WINDOW_SECONDS = 300;

export function rateRules(caller: Caller, limit: number): readonly Rule[] {
  if (caller === 'customers')
    return [rule('RateOfAddress', { action: { block: {} }, statement: rateOfAddress(limit) })];
  const ofAddress = Math.min(limit * CUSTOMERS_OF_ADDRESS, MOST_REQUESTS);
  return [
    rule('RateOfToken', { action: { block: {} }, statement: rateOfToken(limit) }),
    rule('RateOfAddress', { action: { block: {} }, statement: rateOfAddress(ofAddress) }),
  ];
}

function rateOfAddress(limit: number): CfnWebACL.StatementProperty {
  return { rateBasedStatement: { aggregateKeyType: 'IP', limit, evaluationWindowSec: WINDOW_SECONDS } };
}

function rateOfToken(limit: number): CfnWebACL.StatementProperty {
  const header = { name: 'authorization', textTransformations: [{ priority: 0, type: 'NONE' }] };
  return {
    rateBasedStatement: {
      aggregateKeyType: 'CUSTOM_KEYS',
      customKeys: [{ header }],
      limit,
      evaluationWindowSec: WINDOW_SECONDS,
    },
  };
}

/** Refuses large bodies, and those that are too large for WAF to look into. */
export function bodySizeRule(): Rule {
  return rule('BodySize', {
    action: { block: {} },
    statement: {
      sizeConstraintStatement: {
        fieldToMatch: { body: { oversizeHandling: 'MATCH' } },
        comparisonOperator: 'GT',
        size: BODY_BYTES,
        textTransformations: [{ priority: 0, type: 'NONE' }],
      },
    },
  });
}

export function managedRule(name: string, group: string): Rule {
  return rule(name, {
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: group } },
  });
}

function rule(name: string, what: Pick<Rule, 'action' | 'overrideAction' | 'statement'>): Rule {
  return {
    name,
    ...what,
    visibilityConfig: { metricName: name, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false },
  };
}
