import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import {
  DescribeEventBusCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  GetSAMLProviderCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { SNSClient } from '@aws-sdk/client-sns';
import pMap from 'p-map';
import { EMERGENCY_HOME_REGION } from '../../../estate/sections/emergency/emergency';
import {
  type EmergencyPlan,
  emergencyStacks,
  samlProviderArn,
} from '../../../estate/sections/emergency/emergency-plan';
import type { AccountId } from '../../../estate/source/ids';
import type {
  AccountRoles,
  DeployedRole,
  DeployedRule,
  EmergencyFacts,
  PlaceRules,
  RuleTarget,
  Sender,
} from '../../facts/emergency-facts';
import { failed, type Reading, type TimedReadingOptions, within } from '../../reading';
import { AccountCredentials, cdkRoleName } from '../account-credentials';
import { callAws, readAws, readPages, required, unlessGone } from '../aws-call';
import { awsConfig } from '../aws-config';
import { readHearing, readSubscribers, readTrails } from '../read-hearing';

export type EmergencyOptions = Pick<AccountOptions, 'accountRole'> & Omit<TimedReadingOptions, 'concurrency'>;

/** Name of the event bus that AWS's own events come to. */
const DEFAULT_BUS = 'default';

/** Reads what AWS has of the emergency access, in every account of it. */
export async function gatherEmergencyAccounts(
  plan: EmergencyPlan,
  { accountRole, timeoutSeconds, onProgress }: EmergencyOptions,
): Promise<Omit<EmergencyFacts, 'entra'>> {
  const accounts = new Accounts({ partition: plan.partition, ...(accountRole !== undefined && { accountRole }) });
  const read: Read = (place, task) =>
    within(
      timeoutSeconds,
      readAws(async () => task(await accounts.clients(place.account, place.region))),
    );
  const home: Place = { account: plan.account.id, region: EMERGENCY_HOME_REGION };
  onProgress('emergency access in its accounts');
  const [provider, signInRole, trusting, forwarded, busPolicy, trails, targets, rules] = await Promise.all([
    read(home, ({ iam }) => readSamlProvider(iam, samlProviderArn(plan))),
    read(home, ({ iam }) => readRoles(iam, [plan.name])),
    read(home, ({ iam }) => readTrusting(iam, samlProviderArn(plan))),
    read(home, (clients) => readRules(clients, plan.name)),
    read(home, ({ events }) => readBusPolicy(events, plan.name)),
    read(home, ({ cloudTrail }) => readTrails(cloudTrail)),
    readTargets(plan, read),
    readPlaces(plan, read),
  ]);
  const topics = topicsOf(rules, plan);
  const [topic, hearing] =
    topics.state === 'known'
      ? await Promise.all([
          read(home, ({ sns }) => readSubscribers(sns, topics.value)),
          read(home, ({ sns }) => readHearing(sns, topics.value)),
        ])
      : [topics, topics];
  const signIn = { account: home.account, roles: signInRole };
  return { provider, signInRole: signIn, trusting, targets, rules, forwarded, busPolicy, topic, hearing, trails };
}

/** Reads something in an account and Region. */
type Read = <T>(place: Place, task: (clients: AccountClients) => Promise<T>) => Promise<Reading<T>>;

function readTargets({ targets }: EmergencyPlan, read: Read): Promise<readonly AccountRoles[]> {
  return Promise.all(
    targets.map(async ({ account, roles }) => {
      const names = roles.map(({ name }) => name);
      const place = { account: account.id, region: EMERGENCY_HOME_REGION };
      return { account: account.id, roles: await read(place, ({ iam }) => readRoles(iam, names)) };
    }),
  );
}

/** Every stack has rules. */
function readPlaces(plan: EmergencyPlan, read: Read): Promise<readonly PlaceRules[]> {
  return Promise.all(
    emergencyStacks(plan).map(async ({ account, region }) => {
      const rules = await read({ account, region }, (clients) => readRules(clients, DEFAULT_BUS));
      return { account, region, rules };
    }),
  );
}

interface Place {
  readonly account: AccountId;
  readonly region: string;
}

/** Topics that the rules of the account send to. */
function topicsOf(rules: readonly PlaceRules[], { account }: EmergencyPlan): Reading<readonly string[]> {
  const home = rules.find((one) => one.account === account.id && one.region === EMERGENCY_HOME_REGION);
  if (home?.rules.state !== 'known') return home?.rules ?? failed('nothing is deployed yet');
  const targets = home.rules.value
    .flatMap((rule) => rule.targets.map(({ arn }) => arn))
    .filter((arn) => arn.split(':')[2] === 'sns');
  return { state: 'known', value: [...new Set(targets)] };
}

/** Clients of one account and Region. */
interface AccountClients {
  readonly iam: IAMClient;
  readonly events: EventBridgeClient;
  readonly sns: SNSClient;
  readonly cloudTrail: CloudTrailClient;
}

interface AccountOptions {
  readonly partition: string;
  /** Role that is taken on in accounts other than that of the credentials. @default the one by which the CDK looks things up */
  readonly accountRole?: string;
}

/** The role that `cdk bootstrap` makes to read an account in us-east-1. */
function lookupRole(account: string): string {
  return cdkRoleName('lookup', { account, region: EMERGENCY_HOME_REGION });
}

/** Reaches accounts: that of the credentials by them, others by a role of theirs. Asks once for each. */
class Accounts {
  private readonly credentials: AccountCredentials;

  constructor({ partition, accountRole }: AccountOptions) {
    this.credentials = new AccountCredentials({
      partition,
      region: EMERGENCY_HOME_REGION,
      roleIn: (account) => accountRole ?? lookupRole(account),
      sessionName: 'emergency-access-drill',
    });
  }

  /** @throws AwsCallError where the account can't be reached */
  async clients(account: string, region: string): Promise<AccountClients> {
    const config = { ...awsConfig(region), credentials: await this.credentials.of(account) };
    return {
      iam: new IAMClient(config),
      events: new EventBridgeClient(config),
      sns: new SNSClient(config),
      cloudTrail: new CloudTrailClient(config),
    };
  }
}

const AT_ONCE = { concurrency: 5 };

interface RuleClients {
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
}

/** Rules of an event bus that have a pattern. @throws AwsCallError */
async function readRules({ events, iam }: RuleClients, EventBusName: string): Promise<readonly DeployedRule[]> {
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
async function readBusPolicy(client: EventBridgeClient, Name: string): Promise<unknown> {
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

/** SAML metadata that IAM trusts, as a text; undefined where there is no such identity provider. @throws AwsCallError */
async function readSamlProvider(client: IAMClient, SAMLProviderArn: string): Promise<string | undefined> {
  const call = { action: 'iam:GetSAMLProvider', subject: `the identity provider ${SAMLProviderArn}` };
  const found = await unlessGone(callAws(call, () => client.send(new GetSAMLProviderCommand({ SAMLProviderArn }))));
  return found && required(found.SAMLMetadataDocument, call, 'SAMLMetadataDocument');
}

/** Roles by their names; those that are not there are left out. @throws AwsCallError */
export async function readRoles(client: IAMClient, names: readonly string[]): Promise<readonly DeployedRole[]> {
  const roles = await Promise.all(names.map((name) => unlessGone(readRole(client, name))));
  return roles.filter((role) => role !== undefined);
}

/** Names of the roles whose trust names an identity provider. @throws AwsCallError */
async function readTrusting(client: IAMClient, provider: string): Promise<readonly string[]> {
  const call = { action: 'iam:ListRoles', subject: 'the roles that trust the identity provider' };
  const roles = await readPages(call, paginateListRoles({ client }, {}), (page) => page.Roles);
  const trusts = ({ AssumeRolePolicyDocument = '' }: (typeof roles)[number]): boolean =>
    JSON.stringify(documentOf(AssumeRolePolicyDocument)).includes(`"${provider}"`);
  return roles.filter(trusts).map(({ RoleName = '' }) => RoleName);
}

async function readRole(client: IAMClient, RoleName: string): Promise<DeployedRole> {
  const subject = `the role ${RoleName}`;
  const call = { action: 'iam:GetRole', subject };
  const { Role } = await callAws(call, () => client.send(new GetRoleCommand({ RoleName })));
  const listing = { action: 'iam:ListAttachedRolePolicies', subject };
  const attached = await readPages(
    listing,
    paginateListAttachedRolePolicies({ client }, { RoleName }),
    (page) => page.AttachedPolicies,
  );
  const names = await readPages(
    { action: 'iam:ListRolePolicies', subject },
    paginateListRolePolicies({ client }, { RoleName }),
    (page) => page.PolicyNames,
  );
  const inline = await Promise.all(
    names.map(async (name) => [name, await readPolicy(client, RoleName, name)] as const),
  );
  return {
    name: RoleName,
    trust: documentOf(required(Role?.AssumeRolePolicyDocument, call, 'AssumeRolePolicyDocument')),
    policies: attached.map(({ PolicyArn = '' }) => PolicyArn),
    inlinePolicies: Object.fromEntries(inline),
    boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
  };
}

async function readPolicy(client: IAMClient, RoleName: string, PolicyName: string): Promise<unknown> {
  const call = { action: 'iam:GetRolePolicy', subject: `the policy ${PolicyName} of ${RoleName}` };
  const { PolicyDocument } = await callAws(call, () => client.send(new GetRolePolicyCommand({ RoleName, PolicyName })));
  return documentOf(required(PolicyDocument, call, 'PolicyDocument'));
}

/** IAM answers documents encoded as a part of a URL. */
function documentOf(text: string): unknown {
  return JSON.parse(decodeURIComponent(text));
}
