import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Customers } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import { APPLICATION_FOLDER, type ServiceName } from '../estate/sections/hosting/hosting';
import { isPacked, packageFile, projectFile } from '../package/contents/files';
import { chooseHost, type LocalHost, localHostsOf } from './addresses';
import { checkRegistered, type DeployedDirectory } from './deployed-directory';
import { type Environment, environmentsOf, type Origins, type SignIn } from './environment';
import type { WriteLine } from './log';
import { choosePorts, type Ports } from './ports';
import { openSecrets } from './secrets';
import { Service, ServiceError, type ServiceOptions } from './service';
import {
  accountLines,
  authorityFile,
  authorityLines,
  graphLines,
  settingLines,
  type SignInAddress,
  signInOf,
  signInOrigin,
  startSignIn,
} from './sign-in';
import type { StateFolder } from './state-folder';

export interface LocalOptions extends SignInAddress {
  readonly estate: Estate;
  readonly customers: Customers;
  readonly state: StateFolder;
  /** Port of one of the estate's hosts on this machine, or of the sign-in alone. @default the first that is free */
  readonly port: number | undefined;
  readonly now: Date;
  readonly log: WriteLine;
  /** Directory that people sign in at. @default the emulator, with what the customers program registers */
  readonly directory: DeployedDirectory | undefined;
  /** The sign-in without the application. */
  readonly isDirectoryOnly: boolean;
}

/** The customer application with all that it needs, running. */
export interface Local {
  readonly url: string;
  /** Text that somebody reads once everything runs. */
  readonly introduction: string;
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
  const { customers, state, port, log, directory, isDirectoryOnly } = options;
  const host = isDirectoryOnly ? undefined : await chooseHost(localHostsOf(customers), port);
  if (host !== undefined && directory !== undefined) checkRegistered(host, { customers, directory });
  const ports = await choosePorts(state.at('ports.json'));
  const supervisor = new Supervisor(log);
  const stop = (): Promise<void> => supervisor.stop();
  const starting = host === undefined ? startDirectory : startApplication.bind(undefined, host);
  try {
    const started = starting(options, { ports, supervisor });
    const running = await Promise.race([started, supervisor.failure, aborted(signal)]);
    return { ...running, failure: supervisor.failure, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Places {
  readonly ports: Ports;
  readonly supervisor: Supervisor;
}

type Started = Pick<Local, 'url' | 'introduction'>;

/** Starts a part that others need: it sends a message once it is ready, and ends after them. */
function startNeeded(supervisor: Supervisor, name: 'database' | 'b2c', environment: Environment): Promise<void> {
  return supervisor.start({ name, program: programOf(name), environment, readiness: 'message', isNeeded: true });
}

/** The sign-in alone, with the Graph of its directory. */
async function startDirectory(options: LocalOptions, { ports, supervisor }: Places): Promise<Started> {
  const { state } = options;
  // API and database, which do not run, leave their ports to Graph: they stay the same from start to start.
  const graph = { plain: ports.api, tls: ports.database };
  const running = await startSignIn(options, { port: options.port ?? ports.b2c, graph }, (environment) =>
    startNeeded(supervisor, 'b2c', environment),
  );
  const { origin: url, registrations } = running;
  const title = `  The sign-in of the estate '${options.estate.name}' runs:  ${url}`;
  const lines = [
    ...settingLines(state, running),
    ...graphLines(state, registrations.tenantId, graph),
    ...accountLines(url),
  ];
  return { url, introduction: introductionOf(options, title, lines) };
}

async function startApplication(
  host: LocalHost,
  options: LocalOptions,
  { ports, supervisor }: Places,
): Promise<Started> {
  const { customers, state, directory, isHttps } = options;
  const { sessionKey } = openSecrets(state.at('secrets.json'));
  // People of the emulator and of a deployed directory have nothing in common.
  const data = state.at(directory === undefined ? 'database' : 'database-tenant');
  const database = startNeeded(supervisor, 'database', { PORT: String(ports.database), DATA: data });
  // It is waited for below; until then a fault must not count as unhandled.
  database.catch(() => undefined);
  const emulate = async (): Promise<SignIn> =>
    signInOf(options, await startSignIn(options, { port: ports.b2c }, (own) => startNeeded(supervisor, 'b2c', own)));
  const signIn = directory ?? (await emulate());
  await database;
  const environments = environmentsOf({ customers, signIn, origins: originsOf(host, ports), sessionKey });
  // Neither of the two needs the other to be ready.
  const applications = (['api', 'web'] as const).map((name) => {
    const trusting = isHttps && { NODE_EXTRA_CA_CERTS: authorityFile(state) };
    const environment: Environment = { ...environments[name], ...trusting };
    const readiness = { url: `http://127.0.0.1:${environment['PORT'] ?? ''}/readyz` };
    const reachesOut = directory !== undefined;
    const program = ownProgramOf(name, options.estate) ?? programOf(name);
    return supervisor.start({ name, program, environment, readiness, isNeeded: false, reachesOut });
  });
  await Promise.all(applications);
  const { origin: url } = host;
  const title = `  The customer application of the estate '${options.estate.name}' runs:  ${url}`;
  const signInLines =
    directory === undefined
      ? accountLines(signInOrigin(options, ports.b2c))
      : [`  Sign in     at ${new URL(directory.ids.signInMetadataUrl ?? url).host}, which ${directory.stack} deployed`];
  return { url, introduction: introductionOf(options, title, signInLines) };
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

/** Program of an application that a team has of its own. @throws ServiceError before it is built */
function ownProgramOf(name: ServiceName, { hosting }: Estate): string | undefined {
  if (hosting?.application !== 'repository') return undefined;
  const program = projectFile(APPLICATION_FOLDER, 'dist', name, 'main.js');
  if (existsSync(program)) return resolve(program);
  throw new ServiceError(
    `${program} is missing: run npm install and npm run build in ${APPLICATION_FOLDER}/, whose application hosting.application names.`,
  );
}

function originsOf({ origin }: LocalHost, ports: Ports): Origins {
  return {
    web: origin,
    api: `http://127.0.0.1:${ports.api}`,
    database: `http://127.0.0.1:${ports.database}`,
  };
}

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
function introductionOf({ state, isHttps }: LocalOptions, title: string, lines: readonly string[]): string {
  const last = [
    ...(isHttps ? authorityLines(state) : []),
    `  State       ${state.path}; --reset starts from nothing`,
    ...['', '  Ctrl-C ends it.', '', ''],
  ];
  return ['', title, '', ...lines, ...last].join('\n');
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
