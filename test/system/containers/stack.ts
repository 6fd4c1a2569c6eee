import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { diskFolder } from '../../../src/estate/load/estate-folder';
import { writeComposeFiles } from '../../../src/local/containers/compose-files';
import type { Customers } from '../../../src/estate/sections/customers/customers';
import { planEstate } from '../../../src/estate/plan/estate-plan';
import { B2cAgent, plainText, signIn } from '../../support/b2c-agent';
import { freePort } from '../../support/free-port';
import { EXAMPLE_ESTATES } from '../../support/repository';

export type ServiceName = 'b2c' | 'database' | 'api' | 'web';
export type Variables = Readonly<Record<string, string>>;

/** The four services of compose.yaml, run one by one in its order. */
export interface Stack {
  readonly url: string;
  readonly processes: Readonly<Record<ServiceName, ChildProcess>>;
  readonly variables: Readonly<Record<ServiceName, Variables>>;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

export type Run = (name: ServiceName, variables: Variables) => ChildProcess;

const READY_PATHS = { b2c: '/', database: '/', api: '/readyz', web: '/readyz' } as const;
const READY_MILLISECONDS = 600_000;

/** Writes what compose.yaml reads, for ports that are free, and starts each service once the one before is healthy. */
export async function startStack(folder: string, run: Run): Promise<Stack> {
  const [web, b2c, api, database] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const { estate } = planEstate(diskFolder(EXAMPLE_ESTATES, 'sandbox'));
  if (estate.customers === undefined) throw new Error('the sandbox has customers');
  const customers = withHost(estate.customers, `http://localhost:${web}`);
  const options = { estate: { ...estate, customers }, customers, now: new Date(), ports: { b2c, api, database } };
  const { url } = await writeComposeFiles(folder, options);
  const variables = {
    b2c: variablesOf(folder, 'b2c'),
    database: variablesOf(folder, 'database'),
    api: variablesOf(folder, 'api'),
    web: variablesOf(folder, 'web'),
  };
  const processes: Partial<Record<ServiceName, ChildProcess>> = {};
  let output = '';
  const stop = async (): Promise<void> => {
    for (const child of Object.values(processes).toReversed()) await end(child);
  };
  try {
    for (const name of ['b2c', 'database', 'api', 'web'] as const) {
      const child = run(name, variables[name]);
      processes[name] = child;
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (data) => (output += `${name}: ${String(data)}`));
      await healthy(`http://127.0.0.1:${variables[name]['PORT'] ?? ''}${READY_PATHS[name]}`, child, () => output);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, processes: processes as Stack['processes'], variables, output: () => output, stop };
}

function withHost(customers: Customers, origin: string): Customers {
  return { ...customers, webApplication: { ...customers.webApplication, hosts: [{ at: [], origin }] } };
}

export function variablesOf(folder: string, name: ServiceName): Variables {
  return Object.fromEntries(
    Object.entries(parseEnv(readFileSync(join(folder, `${name}.env`), 'utf8'))).map(([key, value]) => [
      key,
      value ?? '',
    ]),
  );
}

async function healthy(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = performance.now() + READY_MILLISECONDS;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}:\n${output()}`);
    if (performance.now() > deadline) throw new Error(`${url} is not healthy:\n${output()}`);
    await wait(50);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'close');
}

/** Signs in as the seeded customer, and reads the policy's page. */
export async function policyPage(url: string): Promise<string> {
  const agent = new B2cAgent();
  await signIn(agent, await agent.open(`${url}/login`), { email: 'ada@example.com', password: 'Engine-1843' });
  return plainText((await agent.open(`${url}/account`)).html);
}
