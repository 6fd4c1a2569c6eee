import { Transport } from '../../../provider/graph/transport';
import type { Hosting } from '../../estate/sections/hosting/hosting';
import { attempt, failed, type Reading, within } from '../reading';
import type { Health, HostingFacts } from '../facts/hosting-facts';
import { USER_AGENT } from '../user-agent';
import { readAws } from './explain-aws';
import type { HostingClients } from './hosting-clients';
import { readHostingStacks } from './hosting-stacks';
import { readAlarms, readSecrets, readTables, readTopic } from './read-hosting-data';
import { readServices } from './read-services';
import type { DeployedStack } from './read-stack';

export interface HostingOptions {
  readonly estateName: string;
  readonly hosting: Hosting;
  /** Longest time for a part of the reading. */
  readonly timeoutSeconds: number;
  readonly onProgress: (text: string) => void;
}

/** Reads what AWS has of the hosting: what the stacks made, and what their services answer. */
export async function gatherHosting(clients: HostingClients, options: HostingOptions): Promise<HostingFacts> {
  const { estateName, hosting, timeoutSeconds, onProgress } = options;
  const read = <T>(task: () => Promise<T>): Promise<Reading<T>> => within(timeoutSeconds, readAws(task));
  onProgress('stacks of the hosting');
  const stacks = await read(() => readHostingStacks(clients, estateName, hosting));
  if (stacks.state !== 'known') {
    return { services: stacks, secrets: stacks, tables: stacks, alarms: stacks, topic: stacks, health: stacks };
  }
  onProgress('services, secrets, tables and alarms');
  const { value } = stacks;
  const [services, secrets, tables, alarms, topic, health] = await Promise.all([
    read(() => readServices(clients, value, estateName)),
    read(() => readSecrets(clients, estateName)),
    read(() => readTables(clients, value)),
    read(() => readAlarms(clients, value)),
    read(() => readTopic(clients, value)),
    within(timeoutSeconds, readHealth(value, hosting)),
  ]);
  return { services, secrets, tables, alarms, topic, health };
}

/** Asks the services themselves, as anybody can. A private API can't be reached from here. */
function readHealth({ outputs }: DeployedStack, { privateApi }: Hosting): Promise<Reading<readonly Health[]>> {
  const addresses = [outputs['WebUrl'], ...(privateApi === undefined ? [outputs['ApiUrl']] : [])];
  const web = new Transport(undefined, new AbortController().signal, USER_AGENT.join('/'));
  const ask = async (origin: string): Promise<Health> => {
    const url = `${origin.replace(/\/$/, '')}/readyz`;
    const { status } = await web.send({ method: 'GET', url });
    return { url, status };
  };
  return attempt(
    () => Promise.all(addresses.filter((origin) => origin !== undefined).map(ask)),
    (error) => failed(`the service does not answer: ${error instanceof Error ? error.message : String(error)}`),
  );
}
