import { existsSync } from 'node:fs';
import { resolve, join } from 'node:path';
import type { Customers } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import { APPLICATION_FOLDER, type ServiceName } from '../estate/sections/hosting/hosting';
import { isPacked, packageFile, projectFile } from '../package/contents/files';
import { chooseHost, type LocalHost, localHostsOf } from './addresses';
import { checkRegistered, type DeployedDirectory } from './deployed-directory';
import { type Environment, environmentsOf, type Origins, type SignIn, emulatedIds } from './environment';
import type { WriteLine } from './log';
import { choosePorts, type Ports } from './ports';
import { openSecrets } from './secrets';
import { Service, ServiceError, type ServiceOptions } from './service';
import { type StateFolder, AUTHORITY, writeJsonFile } from './state-folder';
import { known } from '../text/values';
import type { CustomersRunOptions } from './registrations';
import type { LocalRegistrations } from './registrations-file';
import { SEED_USERS } from './seed-users';

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

/** How the emulated sign-in is reached. */
interface SignInAddress {
  /** Over https, by the authority in the state folder. */
  readonly isHttps: boolean;
  /** Origin of a proxy before it. @default its own */
  readonly publicUrl: string | undefined;
}

/** Ports of the Graph beside the sign-in: plain, and with TLS, where tokens are. */
interface GraphPorts {
  readonly plain: number;
  readonly tls: number;
}

interface SignInOptions extends Omit<CustomersRunOptions, 'clientSecret'>, SignInAddress {
  readonly state: StateFolder;
}

/** The emulated sign-in, running, with what the customers program registers. */
interface RunningSignIn {
  readonly origin: string;
  readonly registrations: LocalRegistrations;
  readonly clientSecret: string;
}

/** Origin at which browsers and applications reach the sign-in. */
function signInOrigin({ isHttps, publicUrl }: SignInAddress, port: number): string {
  return publicUrl ?? `${isHttps ? 'https' : 'http'}://localhost:${port}`;
}

/** Certificate that clients must trust. */
function authorityFile(state: StateFolder): string {
  return join(state.at(AUTHORITY), 'ca.pem');
}

/** Starts the sign-in on a port, with Graph if it has ports; `start` gives it its environment and waits until it is ready. */
async function startSignIn(
  options: SignInOptions,
  { port, graph }: { readonly port: number; readonly graph?: GraphPorts },
  start: (environment: Environment) => Promise<void>,
): Promise<RunningSignIn> {
  const { state, isHttps, publicUrl: PUBLIC_URL } = options;
  const { clientSecret } = openSecrets(state.at('secrets.json'));
  // Loaded here, since Pulumi takes a second, in which other parts start.
  const { runCustomers } = await import('./registrations.js');
  const registrations = await runCustomers({ ...options, clientSecret });
  const file = state.at('registrations.json');
  writeJsonFile(file, registrations);
  const authority = isHttps ? state.at(AUTHORITY) : undefined;
  await start({
    ...{ PORT: String(port), DATA: state.at('b2c'), REGISTRATIONS: file },
    ...(graph && graphEnvironment(state, graph)),
    ...known({ AUTHORITY: authority, PUBLIC_URL }),
  });
  return { origin: signInOrigin(options, port), registrations, clientSecret };
}

/** Its customers are Graph's, so that they are kept apart from those of a sign-in without Graph. */
function graphEnvironment(state: StateFolder, { plain, tls }: GraphPorts): Environment {
  const ports = { GRAPH_PORT: String(plain), GRAPH_TLS_PORT: String(tls) };
  const folders = { DATA: state.at('directory/b2c'), GRAPH: state.at('directory/graph') };
  return { ...ports, ...folders, GRAPH_AUTHORITY: state.at(AUTHORITY) };
}

/** Lines on the Graph beside the sign-in. */
function graphLines(state: StateFolder, tenantId: string, { plain, tls }: GraphPorts): readonly string[] {
  return [
    `  Graph       http://localhost:${plain}/v1.0, with tokens of https://localhost:${tls}/${tenantId}`,
    `              its client id and secret are in ${join(state.at(AUTHORITY), 'azuread.env')}`,
  ];
}

/** Values that the customer application starts with. @throws IncompleteEstateError */
function signInOf({ customers }: SignInOptions, { origin, registrations, clientSecret }: RunningSignIn): SignIn {
  return { ids: emulatedIds({ customers, registrations, b2c: origin }), clientSecret };
}

/** Lines for whoever signs in: who there is, and where codes are. */
function accountLines(origin: string): readonly string[] {
  const [{ email, password }] = SEED_USERS;
  return [
    `  Sign in as  ${email}, password ${password} (until you change it), or sign up`,
    `  Codes       ${origin}/inbox has every code that is sent, by e-mail or text message`,
  ];
}

/** Lines on the authority that a browser and an application must trust. */
function authorityLines(state: StateFolder): readonly string[] {
  return [`  Authority   ${authorityFile(state)}; to trust it: npx --no entra-aws docs your-application`];
}

/** Settings of an application of one's own: where each flow is, and what is registered. */
function settingLines(state: StateFolder, { origin, registrations }: RunningSignIn): readonly string[] {
  const { directoryType, directory, tenantId, flows, clients, apis } = registrations;
  const domain = `${directory}.onmicrosoft.com`;
  const authorities =
    directoryType === 'b2c' ? flows.map(({ id }) => `${origin}/${domain}/${id}/v2.0`) : [`${origin}/${tenantId}/v2.0`];
  return [
    ...authorities.map((authority) => `  Metadata    ${authority}/.well-known/openid-configuration`),
    ...clients.flatMap(({ displayName, clientId, secrets, ...addresses }) => [
      `  Client      ${clientId} (${displayName})`,
      ...[addresses.redirectUris, addresses.spaRedirectUris, addresses.nativeRedirectUris]
        .flat()
        .map((uri) => `              ${uri}`),
      ...(secrets.length === 0 ? [] : [`              its secret is clientSecret in ${state.at('secrets.json')}`]),
    ]),
    ...apis.flatMap(({ identifierUri, scopes }) => scopes.map((scope) => `  Scope       ${identifierUri}/${scope}`)),
  ];
}
