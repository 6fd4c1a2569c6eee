import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import pMap from 'p-map';
import { callAws, readPages } from '../aws-call';
import type { DeployedRule, RuleTarget, Sender } from '../../facts/emergency-facts';
import { readRoles } from './read-federation';

const AT_ONCE = { concurrency: 5 };

interface RuleClients {
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
}

/** Rules of an event bus that have a pattern. @throws AwsCallError */
export async function readRules({ events, iam }: RuleClients, EventBusName: string): Promise<readonly DeployedRule[]> {
  const call = { action: 'events:ListRules', subject: `the rules of the event bus ${EventBusName}` };
  const rules = await readPages(call, pagesOf(events, EventBusName), (page) => page.Rules);
  const withPattern = rules.filter(({ EventPattern }) => EventPattern !== undefined);
  return pMap(
    withPattern,
    async ({ Name: Rule = '', State = '', EventPattern = '' }): Promise<DeployedRule> => {
      const listing = { action: 'events:ListTargetsByRule', subject: `the targets of the rule ${Rule}` };
      const command = new ListTargetsByRuleCommand({ Rule, EventBusName });
      const { Targets = [] } = await callAws(listing, () => events.send(command));
      const targets = await Promise.all(Targets.map((target) => readTarget(iam, target)));
      // EventBridge takes only patterns that are JSON.
      return { state: State, pattern: JSON.parse(EventPattern), targets };
    },
    AT_ONCE,
  );
}

/** Document that says who may send to an event bus; undefined where there is none. @throws AwsCallError */
export async function readBusPolicy(client: EventBridgeClient, Name: string): Promise<unknown> {
  const call = { action: 'events:DescribeEventBus', subject: `the event bus ${Name}` };
  const { Policy } = await callAws(call, () => client.send(new DescribeEventBusCommand({ Name })));
  return Policy === undefined ? undefined : JSON.parse(Policy);
}

/** Roles are read only of targets that alarms can have: other rules of the account do not concern the emergency access. */
async function readTarget(iam: IAMClient, target: Target): Promise<RuleTarget> {
  const { Arn: arn = '', RoleArn } = target;
  const isAlarms = ['sns', 'events'].includes(arn.split(':')[2] ?? '');
  const sender = RoleArn === undefined || !isAlarms ? undefined : await readSender(iam, RoleArn);
  return { arn, message: messageOf(target), sender };
}

async function readSender(iam: IAMClient, arn: string): Promise<Sender> {
  const name = arn.split('/').at(-1) ?? arn;
  const [role] = await readRoles(iam, [name]);
  return { arn, role };
}

/** A constant text, a part of the event, or a template whose fields are filled with their paths. */
function messageOf({ Input, InputPath, InputTransformer }: Target): unknown {
  if (InputTransformer === undefined) {
    return Input === undefined && InputPath === undefined ? undefined : { Input, InputPath };
  }
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer;
  const filled = InputTemplate.replaceAll(/<([\w.-]+)>/g, (field, name: string) =>
    JSON.stringify(InputPathsMap[name] ?? field),
  );
  return parsed(filled);
}

/** A template need not be JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function* pagesOf(client: EventBridgeClient, EventBusName: string) {
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ EventBusName, ...(NextToken && { NextToken }) }));
    yield page;
    ({ NextToken } = page);
  } while (NextToken !== undefined);
}
