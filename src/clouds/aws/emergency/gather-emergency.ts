import { EMERGENCY_HOME_REGION } from '../../../estate/sections/emergency/emergency';
import type { EmergencyPlan } from '../../../estate/sections/emergency/emergency-plan';
import { emergencyStacks, samlProviderArn } from '../../../estate/sections/emergency/emergency-plan';
import type { AccountId } from '../../../estate/source/ids';
import { failed, type Reading, within } from '../../reading';
import type { AccountRoles, EmergencyFacts, PlaceRules } from '../../facts/emergency-facts';
import { readAws } from '../explain-aws';
import { readSubscribers } from '../read-subscribers';
import { type AccountClients, Accounts, type AccountOptions } from './account-clients';
import { readBusPolicy, readRules } from './read-alarms';
import { readRoles, readSamlProvider, readTrusting } from './read-federation';
import { readHearing, readTrails } from './read-hearing';

export interface EmergencyOptions extends Pick<AccountOptions, 'accountRole'> {
  /** Longest time for a part of the reading. */
  readonly timeoutSeconds: number;
  readonly onProgress: (text: string) => void;
}

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
