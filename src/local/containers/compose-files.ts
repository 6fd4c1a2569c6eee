import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Customers } from '../../estate/sections/customers/customers';
import { type LocalHost, localHostsOf, NoHostError } from '../addresses';
import { runCustomers, type CustomersRunOptions } from '../registrations';
import { emulatedIds, environmentsOf, type Environment } from '../environment';
import { writeJsonFile } from '../state-folder';
import { openSecrets } from '../secrets';

/** Ports inside the network that the containers share; those of the web and the emulator are published too. */
const PORTS = { api: 5001, b2c: 5002, database: 5003 } as const;

/** The one that compose.yaml publishes unless `WEB_PORT` is set. */
const DEFAULT_WEB_PORT = 5000;

/** Paths inside the emulator's image. */
export const PATHS = { data: '/data', registrations: '/run/registrations.json' } as const;

export const ANY_ADDRESS = '0.0.0.0';

export interface ComposeOptions extends Omit<CustomersRunOptions, 'clientSecret'> {
  /** @default those of compose.yaml */
  readonly ports?: Readonly<Record<keyof typeof PORTS, number>>;
}

export interface ComposeFiles {
  readonly url: string;
  /** Variables that `docker compose` needs in its environment. */
  readonly variables: Environment;
}

/**
 * Writes what compose.yaml reads: the variables of each container, and what is registered. Secrets are drawn once, and stay
 * over later builds.
 *
 * @throws Error if the estate lacks something
 */
export async function writeComposeFiles(
  folder: string,
  { ports = PORTS, ...options }: ComposeOptions,
): Promise<ComposeFiles> {
  const { customers } = options;
  const host = firstLocalHost(customers);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secrets = openSecrets(join(folder, 'secrets.json'));
  const registrations = await runCustomers({ ...options, clientSecret: secrets.clientSecret });
  const origins = {
    web: host.origin,
    api: `http://127.0.0.1:${ports.api}`,
    database: `http://127.0.0.1:${ports.database}`,
  };
  const ids = emulatedIds({ customers, registrations, b2c: `http://localhost:${ports.b2c}` });
  const { clientSecret, sessionKey } = secrets;
  const { api, web } = environmentsOf({ customers, signIn: { ids, clientSecret }, origins, sessionKey });
  writeEnvironment(folder, 'api', { ...api, HOST: '127.0.0.1' });
  writeEnvironment(folder, 'web', { ...web, HOST: ANY_ADDRESS });
  writeEnvironment(folder, 'b2c', {
    HOST: ANY_ADDRESS,
    PORT: String(ports.b2c),
    DATA: PATHS.data,
    REGISTRATIONS: PATHS.registrations,
  });
  writeEnvironment(folder, 'database', { PORT: String(ports.database), DATA: PATHS.data });
  writeJsonFile(join(folder, 'registrations.json'), registrations);
  // The emulator's user reads it from outside; secrets are in it as digests alone.
  chmodSync(join(folder, 'registrations.json'), 0o644);
  return { url: host.origin, variables: portVariables(host) };
}

/** Variable that tells compose.yaml where the web is published. */
export function portVariables({ port }: LocalHost): Environment {
  return port === DEFAULT_WEB_PORT ? {} : { WEB_PORT: String(port) };
}

/** @throws NoHostError if the estate has no host on this machine */
export function firstLocalHost(customers: Customers): LocalHost {
  const [host] = localHostsOf(customers);
  if (host !== undefined) return host;
  throw new NoHostError(
    'customers.webApplication.hosts of the estate has no host on this machine, so the sign-in would send no one back to the ' +
      'containers; add http://localhost:5000',
  );
}

/** Writes the variables of a container into a file for its owner alone. */
export function writeEnvironment(folder: string, name: string, environment: Environment): void {
  const path = join(folder, `${name}.env`);
  rmSync(path, { force: true });
  const lines = Object.entries(environment).map(([variable, value]) => `${variable}=${value}\n`);
  writeFileSync(path, lines.join(''), { mode: 0o600 });
}
