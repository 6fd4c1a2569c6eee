import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { errors } from 'oidc-provider';
import type { Logger } from 'pino';
import { z } from 'zod';
import { createBase, onError } from '../base/app';
import { Closing } from '../base/closing';
import { listen } from '../base/listen';
import { listenAddress } from '../base/options';
import { RequestLog } from '../base/request-log';
import { openState } from '../base/state';
import { B2cError, errorText, traced } from './errors';
import { type B2cFaults, createFaults } from './faults';
import { findFlowInPath, findTenantInPath, flowOf } from './http/flow-of';
import { faultOf, injectFaults, ownHostOnly } from './http/guards';
import { renderLibraryError } from './http/library-error';
import { logoutHandler } from './http/logout';
import { journeyRoutes } from './journey/routes';
import { SigningKeys, wrongKey } from './keys';
import { FlowProviders } from './oidc/flow-providers';
import { type B2cEmulatorOptions, originOf } from './options';
import { renderPage, sendPage, stylesheet } from './pages/render';
import { inboxView, overviewView, pageOf } from './pages/views';
import { authorityOf, issuerOf, metadataOf, type Origins, type Parts } from './parts';
import { findFlow } from './registrations';
import { Entries } from './store/entries';
import { Inbox } from './store/inbox';
import { Settings } from './store/settings';
import { Users } from './store/users';

/** Users, messages, sessions, tokens and keys. */
const STATE_FILE = {
  name: 'b2c.sqlite',
  format: 1,
  schema: `
    CREATE TABLE entries (
      model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, expires INTEGER NOT NULL, grant_id TEXT, uid TEXT,
      PRIMARY KEY (model, id)
    ) WITHOUT ROWID;
    CREATE INDEX entries_by_grant ON entries (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX entries_by_uid ON entries (uid) WHERE uid IS NOT NULL;
    CREATE INDEX entries_by_expiry ON entries (expires);
    CREATE TABLE users (id TEXT PRIMARY KEY, sign_in_name TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
    CREATE TABLE messages (number INTEGER PRIMARY KEY, record TEXT NOT NULL);
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
};

/** An Azure AD B2C that runs. */
export interface B2cEmulator {
  /** For browsers, without a slash at the end: `http://localhost:4001`. */
  readonly url: string;
  /** It listens there, on loopback unless told otherwise. */
  readonly port: number;
  readonly issuer: string;
  /** OpenID metadata of a flow, whose name may be in any case. @throws Error for one that is not registered */
  readonly metadataUrl: (flowId: string) => string;
  /** The page of the codes. */
  readonly inboxUrl: string;
  readonly inbox: Inbox;
  readonly users: Users;
  readonly faults: B2cFaults;
  /** Lets the next key sign; the last one stays published. */
  readonly rotateKeys: () => Promise<void>;
  readonly log: RequestLog;
  /** May be called again. */
  readonly stop: () => Promise<void>;
}

/** Starts the emulator. @throws Error if the folder or the port is in use, or the address is open to others */
export async function startB2cEmulator(options: B2cEmulatorOptions): Promise<B2cEmulator> {
  const host = listenAddress(options);
  const originsAt = originsOf(options);
  const database = openState(options.data, STATE_FILE);
  const closing = new Closing();
  closing.add(() => {
    database.close();
  });
  try {
    const parts = await openParts(options, database);
    const server = await listen(host, options.port ?? 0);
    closing.add(server.stop);
    const log = new RequestLog(options.logger);
    const running = { ...parts, origins: originsAt(server.port) };
    server.answerWith(createApp(running, log, options.logger));
    return { ...emulatorOf(running), port: server.port, log, stop: closing.close };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

function emulatorOf(parts: Parts): Omit<B2cEmulator, 'port' | 'log' | 'stop'> {
  const { origins, inbox, users, faults, keys, registrations } = parts;
  return {
    url: origins.browser,
    issuer: issuerOf(parts),
    metadataUrl: (flowId) => {
      const flow = findFlow(registrations, flowId);
      if (flow === undefined) throw new Error(`flow '${flowId}' is not registered; ${knownFlows(parts)}`);
      return `${authorityOf(parts, origins.applications, flow)}/v2.0/.well-known/openid-configuration`;
    },
    inboxUrl: `${origins.browser}/inbox`,
    inbox,
    users,
    faults,
    rotateKeys: () => keys.rotate(),
  };
}

function knownFlows({ registrations: { flows } }: Parts): string {
  return flows.length === 0 ? 'no flow is' : `known flows: ${flows.map(({ id }) => id).join(', ')}`;
}

async function openParts(options: B2cEmulatorOptions, database: DatabaseSync): Promise<Omit<Parts, 'origins'>> {
  const { registrations, now = () => new Date(), rotateRefreshTokens = false, rotateKeysEvery } = options;
  const settings = new Settings(database);
  const users = new Users(database, now);
  const faults = createFaults();
  faults.add(...(options.faults ?? []));
  const [keys] = await Promise.all([
    SigningKeys.open({ settings, now, rotateEvery: rotateKeysEvery }),
    ...(options.users ?? []).map((user) => users.seed(user)),
  ]);
  return {
    registrations,
    users,
    inbox: new Inbox(database),
    entries: new Entries(database),
    keys,
    faults,
    cookieKeys: [cookieKey(settings)],
    rotateRefreshTokens,
    now,
  };
}

/** Origins for the port that the emulator gets. @throws Error for an option that is not an origin */
function originsOf({ publicUrl, internalUrl }: B2cEmulatorOptions): (port: number) => Origins {
  const [browsers, applications] = [originOf('publicUrl', publicUrl), originOf('internalUrl', internalUrl)];
  return (port) => {
    const browser = browsers ?? `http://localhost:${port}`;
    return { browser, applications: applications ?? browser };
  };
}

/** Drawn once: sessions outlive a restart. */
function cookieKey(settings: Settings): string {
  const known = settings.find('cookie-key', z.string());
  if (known !== undefined) return known;
  const drawn = randomBytes(32).toString('base64url');
  settings.put('cookie-key', drawn);
  return drawn;
}

/** Everything that the emulator answers. */
function createApp(parts: Parts, log: RequestLog, logger?: Logger): Express {
  const providers = new FlowProviders(parts, renderLibraryError(parts), logger);
  const app = createBase(log, (res) => {
    const fault = faultOf(res);
    return fault === undefined ? {} : { fault };
  });
  app.set('trust proxy', parts.origins.browser.startsWith('https:'));
  app.use(ownHostOnly(parts.origins), injectFaults(parts.faults));
  app.use(usualAddress, placeRoutes(parts));
  const routes = flowRoutes(parts, providers);
  if (parts.registrations.directoryType === 'external-id') app.use('/:tenant', findTenantInPath(parts), routes);
  else app.use('/:tenant/:flow', findFlowInPath(parts), routes);
  app.use(() => {
    throw new B2cError(404, 'There is no page at this address.');
  });
  app.use(answerError(parts, log));
  return app;
}

/** Other addresses of a flow, `/tfp/<tenant>/<flow>/…` and `/<tenant>/…?p=<flow>`, written as the usual one. */
const usualAddress: RequestHandler = (req, _res, next) => {
  const flow = z.string().safeParse(req.query['p']).data;
  const named =
    flow === undefined ? req.url : req.url.replace(/^(\/[^/]+)(?=\/(v2\.0|oauth2|discovery)\/)/i, `$1/${flow}`);
  // The library takes its own address from the original one.
  req.originalUrl = req.url = named.replace(/^\/tfp(?=\/)/i, '');
  next();
};

/** Pages of the emulator itself, which the service does not have. */
function placeRoutes(parts: Parts): Router {
  return Router()
    .get('/style.css', (_req, res) => {
      res.type('css').set('cache-control', 'no-cache').send(stylesheet());
    })
    .get('/', (_req, res) => {
      sendPage(res, { body: renderPage('overview', overviewView(parts)) });
    })
    .get('/inbox', (_req, res) => {
      sendPage(res, { body: renderPage('inbox', inboxView(parts)) });
    })
    .get('/signed-out', (_req, res) => {
      sendPage(res, { body: renderPage('signed-out', { title: 'Signed out', ...pageOf(parts.registrations) }) });
    });
}

function flowRoutes(parts: Parts, providers: FlowProviders): Router {
  return Router({ mergeParams: true })
    .get('/v2.0/.well-known/openid-configuration', (_req, res) => {
      res.set('access-control-allow-origin', '*').json(metadataOf(parts, flowOf(res)));
    })
    .get('/discovery/v2.0/keys', async (_req, res) => {
      const keys = await parts.keys.published();
      const published = faultOf(res) === 'wrongKeys' ? await Promise.all(keys.map(wrongKey)) : keys;
      res.set('access-control-allow-origin', '*').json({ keys: published });
    })
    .get('/oauth2/v2.0/logout', logoutHandler(parts, providers))
    .use('/interaction/:uid', journeyRoutes(parts, providers))
    .use(async (req: Request, res: Response) => {
      const { handle } = await providers.get(flowOf(res));
      await handle(req, res);
    });
}

/** A page for a person, or text for a program; an unexpected error is in the log alone. */
function answerError(parts: Parts, log: RequestLog): ErrorRequestHandler {
  return onError((error, req, res) => {
    const known = knownError(error);
    if (known === undefined) log.unexpected(error);
    const { status, message } = known ?? new B2cError(500, errorText(parts.registrations, 'AADB2C90085'));
    const text = traced(message, parts.now());
    if (req.accepts(['text', 'html']) !== 'html') res.status(status).type('text').send(text);
    else
      sendPage(res, {
        status,
        body: renderPage('error', { title: 'Something went wrong', text, status, ...pageOf(parts.registrations) }),
      });
  });
}

function knownError(error: unknown): B2cError | undefined {
  if (error instanceof B2cError) return error;
  if (error instanceof errors.SessionNotFound) return new B2cError(400, expired);
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return status >= 400 && status < 500 ? new B2cError(status, 'The request could not be read.') : undefined;
}

const expired = 'This page has already been used or has expired. Go back to the application and start again.';
