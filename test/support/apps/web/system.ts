import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { Writable } from 'node:stream';
import { CreateTableCommand, DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { createApp as createApi } from '../../../../apps/api/app';
import { PolicyStore } from '../../../../apps/api/policies/policy-store';
import type { TokenRules } from '../../../../apps/api/tokens/access-token';
import { FlowKeys } from '../../../../apps/api/tokens/flow-keys';
import { createApp, type AppOptions } from '../../../../apps/web/app';
import { createLogger } from '../../../../apps/service/logger';
import { PoliciesApi } from '../../../../apps/web/policies/policies-api';
import { type Listener, listen } from '../../../../apps/service/listen';
import { SessionTable } from '../../../../apps/web/sessions/session-table';
import { Flow, type Flows } from '../../../../apps/web/sign-in/flow';
import type { B2cEmulator, Client, Registrations } from '../../../../apps/emulator/b2c';
import { startB2cEmulator } from '../../../../apps/emulator/b2c';
import type { B2cEmulatorOptions } from '../../../../apps/emulator/b2c/start';
import type { Dynalite } from '../../dynalite';
import { DATABASE_CREDENTIALS, startDynalite } from '../../dynalite';
import { ADA, API, BOB, FLOWS, READ, REGISTRATIONS, WEB, WRITE } from '../emulator/b2c/support/application';

export { ADA, BOB };

export const SESSIONS = 'sessions';
const POLICIES = 'policies';
const MINUTE_MS = 60_000;

type Lines = readonly Readonly<Record<string, unknown>>[];

/** The whole application: directory, database, API and web, each on a port of its own. */
export interface System {
  readonly baseUrl: string;
  readonly b2c: B2cEmulator;
  readonly database: Dynalite;
  readonly flows: Flows;
  readonly table: SessionTable;
  /** Lines of the web's log so far. */
  readonly log: () => Lines;
  readonly apiLog: () => Lines;
  readonly clock: Clock;
  /** Ends every session, as time does. */
  readonly endSessions: () => Promise<void>;
  /** The API does the next changes, and their answers are lost. */
  readonly loseAnswers: (times: number) => void;
  readonly stopApi: () => Promise<void>;
  /** Starts it again where it was. */
  readonly startApi: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The web's clock, which runs with the system's and can be put forward. */
export interface Clock {
  readonly now: () => number;
  readonly forward: (milliseconds: number) => void;
}

/** What of the system is the directory's. */
export interface SystemDirectory {
  readonly registrations: (client: Client) => Registrations;
  readonly client: Client;
  readonly scopes: AppOptions['scopes'];
  readonly flows: (b2c: B2cEmulator) => Flows;
  readonly tokens: (b2c: B2cEmulator) => TokenRules;
}

export interface SystemOptions {
  /** @default a B2C directory */
  readonly directory?: SystemDirectory;
  readonly b2c?: Partial<B2cEmulatorOptions>;
  /** Changes of the registered application. */
  readonly client?: Partial<Client>;
  readonly web?: Partial<Pick<AppOptions, 'requestsPerMinute' | 'stepUpMs' | 'callbacks'>>;
  /** Under which address browsers know the web. @default its own */
  readonly baseUrl?: string;
  /** @default the directory's */
  readonly flows?: SystemDirectory['flows'];
  /** Requests of one person in a minute that the API answers. @default any number */
  readonly apiRequests?: number;
  readonly idleMs?: number;
  readonly maxMs?: number;
  readonly registrations?: Partial<Registrations>;
}

export function clockFrom(start: () => number = Date.now): Clock {
  let ahead = 0;
  return {
    now: () => start() + ahead,
    forward: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}

export async function startSystem(options: SystemOptions = {}): Promise<System> {
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: DATABASE_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DATABASE_CREDENTIALS.secretAccessKey,
  });
  const clock = clockFrom();
  const database = await startDynalite();
  await createTables(database);
  // The redirect URIs have the web's port, and the web's settings the directory's: both are there before either is.
  const web = await listenFirst();
  const baseUrl = options.baseUrl ?? web.url;
  const callbacks = options.web?.callbacks ?? { 'sign-in': '/auth/callback', 'step-up': '/auth/callback/mfa' };
  const redirectUris = Object.values(callbacks).map((path) => `${baseUrl}${path}`);
  const { directory = B2C } = options;
  const client = { ...directory.client, redirectUris, ...options.client };
  const b2c = await startB2cEmulator({
    registrations: { ...directory.registrations(client), ...options.registrations },
    users: [ADA, BOB],
    ...options.b2c,
  });
  const api = await startApi(directory.tokens(b2c), database.endpoint, options.apiRequests);
  const lines: string[] = [];
  const logger = createLogger('web', 'info', collect(lines));
  const flows = (options.flows ?? directory.flows)(b2c);
  const table = tableOf({ endpoint: database.endpoint, now: clock.now, ...options });
  web.serve(
    createApp({
      logger,
      flows,
      table,
      callbacks,
      api: new PoliciesApi(new URL(api.url)),
      baseUrl: new URL(baseUrl),
      scopes: directory.scopes,
      stepUpMs: 5 * MINUTE_MS,
      requestsPerMinute: 1_000_000,
      now: clock.now,
      ...options.web,
    }),
  );
  return {
    baseUrl,
    b2c,
    database,
    flows,
    table,
    clock,
    log: () => parsed(lines),
    apiLog: api.log,
    endSessions: async () => {
      for (const { id } of await database.items(SESSIONS)) {
        await database.client.send(new DeleteItemCommand({ TableName: SESSIONS, Key: { id: { S: String(id) } } }));
      }
    },
    loseAnswers: api.loseAnswers,
    stopApi: api.stop,
    startApi: api.start,
    stop: async () => {
      await web.listener.stop(0);
      await api.stop();
      await b2c.stop();
      await database.stop();
    },
  };
}

export const KEY = randomBytes(32);

export function tableOf({
  endpoint,
  now,
  idleMs = 30 * MINUTE_MS,
  maxMs = 720 * MINUTE_MS,
  keys = [KEY],
}: {
  readonly endpoint: string;
  readonly now: () => number;
  readonly idleMs?: number;
  readonly maxMs?: number;
  readonly keys?: readonly Buffer[];
}): SessionTable {
  return new SessionTable({ table: SESSIONS, region: 'eu-central-1', endpoint, keys, idleMs, maxMs, now });
}

export function flowsOf(
  b2c: Pick<B2cEmulator, 'metadataUrl'>,
  options: Partial<ConstructorParameters<typeof Flow>[0]> = {},
): Flows {
  const flowOf = (id: string): Flow =>
    new Flow({
      id,
      metadataUrl: new URL(b2c.metadataUrl(id)),
      clientId: WEB.clientId,
      clientSecret: WEB.secrets[0] ?? '',
      onFailure: () => undefined,
      timeoutMs: 1_500,
      ...options,
    });
  return {
    'sign-in': flowOf(FLOWS.signIn.id),
    'step-up': flowOf(FLOWS.stepUp.id),
    'profile-edit': flowOf(FLOWS.profile.id),
    'password-reset': flowOf(FLOWS.reset.id),
  };
}

export function keysAt(metadataUrl: string): FlowKeys {
  return new FlowKeys({ metadataUrl: new URL(metadataUrl), onFailure: () => undefined });
}

function tokensOf(b2c: B2cEmulator): TokenRules {
  const source = (id: string) => ({ id, audience: API.clientId, keys: keysAt(b2c.metadataUrl(id)) });
  return {
    authorizedParty: WEB.clientId,
    flows: { 'sign-in': source(FLOWS.signIn.id), 'step-up': source(FLOWS.stepUp.id) },
  };
}

const B2C: SystemDirectory = {
  registrations: (client) => ({ ...REGISTRATIONS, clients: [client] }),
  client: WEB,
  scopes: { read: READ, write: WRITE },
  flows: flowsOf,
  tokens: tokensOf,
};

export async function createSessionsTable({ client }: Pick<Dynalite, 'client'>): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: SESSIONS,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

async function createTables(database: Dynalite): Promise<void> {
  await database.createTable(POLICIES);
  await createSessionsTable(database);
}

interface Waiting {
  readonly url: string;
  readonly listener: Listener;
  readonly serve: (app: RequestListener) => void;
}

/** Listens on a free port before the application is there. */
async function listenFirst(): Promise<Waiting> {
  let app: RequestListener | undefined;
  const listener = await listen((request, response) => app?.(request, response), { host: '127.0.0.1', port: 0 });
  return {
    url: listener.url,
    listener,
    serve: (given) => {
      app = given;
    },
  };
}

interface RunningApi {
  readonly url: string;
  readonly log: () => Lines;
  readonly loseAnswers: (times: number) => void;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function startApi(tokens: TokenRules, database: string, requestsPerMinute = 1_000_000): Promise<RunningApi> {
  const lines: string[] = [];
  const store = new PolicyStore({ table: POLICIES, region: 'eu-central-1', endpoint: database });
  const app = createApi({
    store,
    logger: createLogger('api', 'info', collect(lines)),
    limits: { requestsPerMinute, refusalsPerMinute: 1_000_000 },
    tokens,
  });
  let lost = 0;
  const door: RequestListener = (request, response) => {
    if (request.method === 'PUT' && lost-- > 0) {
      response.writeHead = () => {
        response.socket?.destroy();
        return response;
      };
    }
    app(request, response);
  };
  let listener: Listener | undefined = await listen(door, { host: '127.0.0.1', port: 0 });
  const { url } = listener;
  return {
    url,
    log: () => parsed(lines),
    loseAnswers: (times) => {
      lost = times;
    },
    start: async () => {
      listener ??= await listen(door, { host: '127.0.0.1', port: Number(new URL(url).port) });
    },
    stop: async () => {
      const running = listener;
      listener = undefined;
      await running?.stop(0);
    },
  };
}

function collect(lines: string[]): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
}

function parsed(lines: readonly string[]): Lines {
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
