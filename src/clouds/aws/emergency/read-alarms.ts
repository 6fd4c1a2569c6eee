import { type EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import pMap from 'p-map';
import { callAws, readPages } from '../aws-call';
import type { DeployedRule } from '../../facts/emergency-facts';

const AT_ONCE = { concurrency: 5 };

/** Rules of an event bus that have a pattern. @throws AwsCallError */
export async function readRules(client: EventBridgeClient, EventBusName: string): Promise<readonly DeployedRule[]> {
  const call = { action: 'events:ListRules', subject: `the rules of the event bus ${EventBusName}` };
  const rules = await readPages(call, pagesOf(client, EventBusName), (page) => page.Rules);
  const withPattern = rules.filter(({ EventPattern }) => EventPattern !== undefined);
  return pMap(
    withPattern,
    async ({ Name: Rule = '', State = '', EventPattern = '' }): Promise<DeployedRule> => {
      const listing = { action: 'events:ListTargetsByRule', subject: `the targets of the rule ${Rule}` };
      const command = new ListTargetsByRuleCommand({ Rule, EventBusName });
      const { Targets = [] } = await callAws(listing, () => client.send(command));
      // EventBridge takes only patterns that are JSON.
      return { state: State, pattern: JSON.parse(EventPattern), targets: Targets.map(({ Arn = '' }) => Arn) };
    },
    AT_ONCE,
  );
}

async function* pagesOf(client: EventBridgeClient, EventBusName: string) {
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ EventBusName, ...(NextToken && { NextToken }) }));
    yield page;
    ({ NextToken } = page);
  } while (NextToken !== undefined);
}
