import type { Customers } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import { isPacked, packageFile } from '../package/contents/files';
import { chooseHost, type LocalHost, localHostsOf } from './addresses';
import { checkRegistered, type DeployedDirectory } from './deployed-directory';
import { emulatedIds, type Environment, environmentsOf, type Origins, type SignIn } from './environment';
import { writeJsonFile } from './state-folder';
import type { WriteLine } from './log';
import { choosePorts, type Ports } from './ports';
import { openSecrets } from './secrets';
import { SEED_USERS } from './seed-users';
import { Service, ServiceError, type ServiceOptions } from './service';
import type { StateFolder } from './state-folder';

export interface LocalOptions {
  readonly estate: Estate;
  readonly customers: Customers;
  readonly state: StateFolder;
  /** Port of one of the estate's hosts on this machine. @default the first that is free */
  readonly port: number | undefined;
  readonly now: Date;
  readonly log: WriteLine;
  /** Directory that people sign in at. @default the emulator, with what the customers program registers */
  readonly directory: DeployedDirectory | undefined;
}

/** The customer application with all that it needs, running. */
export interface Local {
  readonly url: string;
  /** Page of the emulator with every code. */
  readonly inboxUrl: string | undefined;
  /** Never resolves. @throws ServiceError when a service ends by itself */
  readonly failure: Promise<never>;
  /** Ends everything, within two seconds. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the database and, without a deployed directory, the emulator of B2C, then the API and the web, each once what it
 * needs is ready.
 *
 * @throws Error if a port is taken, estate or directory lack something, or a service does not get ready; nothing is left
 *   running
 */
export async function startLocal(options: LocalOptions, signal: AbortSignal): Promise<Local> {
  const { customers, state, port, log, directory } = options;
  const host = await chooseHost(localHostsOf(customers), port);
  if (directory !== undefined) checkRegistered(host, { customers, directory });
  const ports = await choosePorts(state.at('ports.json'));
  const supervisor = new Supervisor(log);
  const stop = (): Promise<void> => supervisor.stop();
  try {
    await Promise.race([startServices(options, { host, ports, supervisor }), supervisor.failure, aborted(signal)]);
  } catch (error) {
    await stop();
    throw error;
  }
  const inboxUrl = directory === undefined ? `${emulatorOrigin(ports)}/inbox` : undefined;
  return { url: host.origin, inboxUrl, failure: supervisor.failure, stop };
}

interface Places {
  readonly host: LocalHost;
  readonly ports: Ports;
  readonly supervisor: Supervisor;
}

async function startServices(options: LocalOptions, { host, ports, supervisor }: Places): Promise<void> {
  const { customers, state, directory } = options;
  const { clientSecret, sessionKey } = openSecrets(state.at('secrets.json'));
  /** Starts a part that others need: it sends a message once it is ready, and ends after them. */
  const needed = (name: 'database' | 'b2c', environment: Environment): Promise<void> => {
    const own = { PORT: String(ports[name]), ...environment };
    return supervisor.start({ name, program: programOf(name), environment: own, readiness: 'message', isNeeded: true });
  };
  // People of the emulator and of a deployed directory have nothing in common.
  const database = needed('database', { DATA: state.at(directory === undefined ? 'database' : 'database-tenant') });
  // It is waited for below; until then a fault must not count as unhandled.
  database.catch(() => undefined);
  const emulate = async (): Promise<SignIn> => {
    // Loaded here, since Pulumi takes a second, in which the database starts.
    const { runCustomers } = await import('./registrations.js');
    const registrations = await runCustomers({ ...options, clientSecret });
    const ids = emulatedIds({ customers, registrations, b2c: emulatorOrigin(ports) });
    const file = state.at('registrations.json');
    writeJsonFile(file, registrations);
    await needed('b2c', { DATA: state.at('b2c'), REGISTRATIONS: file });
    return { ids, clientSecret };
  };
  const signIn = directory ?? (await emulate());
  await database;
  const environments = environmentsOf({ customers, signIn, origins: originsOf(host, ports), sessionKey });
  // Neither of the two needs the other to be ready.
  const applications = (['api', 'web'] as const).map((name) => {
    const environment = environments[name];
    const readiness = { url: `http://127.0.0.1:${environment['PORT'] ?? ''}/readyz` };
    const reachesOut = directory !== undefined;
    return supervisor.start({ name, program: programOf(name), environment, readiness, isNeeded: false, reachesOut });
  });
  await Promise.all(applications);
}

/** Program of each service: its sources in the repository, a bundle of all that it needs in the package. */
const PROGRAMS = {
  database: { source: 'src/local/services/database.ts', bundle: 'dist/emulator/database.js' },
  b2c: { source: 'src/local/services/b2c.ts', bundle: 'dist/emulator/b2c.js' },
  api: { source: 'apps/api/main.ts', bundle: 'dist/api/main.js' },
  web: { source: 'apps/web/main.ts', bundle: 'dist/web/main.js' },
} as const;

/** Names of what runs, in the order of their start. */
export const SERVICES = ['database', 'b2c', 'api', 'web'] as const satisfies readonly (keyof typeof PROGRAMS)[];

function programOf(service: keyof typeof PROGRAMS): string {
  return packageFile(PROGRAMS[service][isPacked ? 'bundle' : 'source']);
}

function originsOf({ origin }: LocalHost, ports: Ports): Origins {
  return {
    web: origin,
    api: `http://127.0.0.1:${ports.api}`,
    database: `http://127.0.0.1:${ports.database}`,
  };
}

const emulatorOrigin = ({ b2c }: Ports): string => `http://localhost:${b2c}`;

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(new DOMException('stopped', 'AbortError'));
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return promise;
}

/** Text that somebody reads once everything runs. */
export function introduction({ url, inboxUrl }: Local, { estate, state, directory }: LocalOptions): string {
  const [{ email, password }] = SEED_USERS;
  const signIn =
    directory === undefined
      ? [
          `  Sign in as  ${email}, password ${password} (until you change it), or sign up`,
          `  Codes       ${inboxUrl ?? 'nowhere'} has every code that is sent, by e-mail or text message`,
        ]
      : [`  Sign in     at ${new URL(directory.ids.signInMetadataUrl ?? url).host}, which ${directory.stack} deployed`];
  return [
    '',
    `  The customer application of the estate '${estate.name}' runs:  ${url}`,
    '',
    ...signIn,
    `  State       ${state.path}; --reset starts from nothing`,
    '',
    '  Ctrl-C ends it.',
    '',
    '',
  ].join('\n');
}

/** Milliseconds that a service has to get ready. */
const READY_MILLISECONDS = 60_000;

/** Milliseconds that each group of services has to end, before it is ended: two groups, two seconds at the most. */
const STOP_MILLISECONDS = 800;

/** Starts services, watches them, and ends them all. */
class Supervisor {
  /** The first fault: a service that ended by itself. Never resolves. */
  readonly failure: Promise<never>;
  private readonly fail: (error: Error) => void;
  private services: readonly Service[] = [];
  private isStopping = false;

  constructor(private readonly write: WriteLine) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.failure = promise;
    this.fail = reject;
    // Whoever waits for it hears of it; until then it must not count as unhandled.
    promise.catch(() => undefined);
  }

  /** Starts a service; the promise is kept when it is ready. @throws ServiceError if it never is */
  async start(options: ServiceOptions): Promise<void> {
    if (this.isStopping) throw new ServiceError(`${options.name} is not started: everything ends.`);
    const service = new Service(options, (line) => {
      this.write(options.name, line);
    });
    this.services = [...this.services, service];
    void service.ended.then((ending) => {
      if (!this.isStopping) this.fail(service.error(`has ended (${ending})`));
    });
    await service.ready(READY_MILLISECONDS);
  }

  /** Ends the services, those that the others need at last. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const isNeeded of [false, true]) {
      const group = this.services.filter((service) => service.isNeeded === isNeeded);
      await Promise.all(group.map((service) => service.stop(STOP_MILLISECONDS)));
    }
  }
}
