import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { loadAssets } from './assets';
import { errorHandler, notFound } from './error-handler';
import { PageError } from './http/page-error';
import { healthRoutes, rememberedAnswer } from '../service/health';
import { addressOf, limitPerMinute } from '../service/rate-limit';
import { requestLog } from '../service/request-log';
import { requestTrace } from '../service/request-trace';
import { securityHeaders } from '../service/security-headers';
import { auditLogOf } from '../service/logger';
import { pageRoutes } from './page-routes';
import type { Parts, Surroundings } from './parts';
import { Pages } from './pages/pages';
import { beneficiaryRoutes } from './policies/beneficiary-routes';
import { PolicyReader } from './policies/policy-reader';
import type { SessionTable } from './sessions/session-table';
import { Sessions } from './sessions/sessions';
import { signInRoutes } from './sign-in/sign-in-routes';
import { AuthTransactions } from './sign-in/auth-transactions';

export interface AppOptions extends Surroundings {
  readonly logger: Logger;
  /** True if spans of requests are sent. @default false */
  readonly isTraced?: boolean;
  readonly table: SessionTable;
  readonly requestsPerMinute: number;
  /** Proxies in front: how many, or their addresses; their `X-Forwarded-For` names the client. @default none */
  readonly trustProxy?: number | readonly string[];
  /** @default the clock */
  readonly now?: () => number;
}

const FORM_LIMIT = '10kb';

/** The web, not yet listening. */
export function createApp({ isTraced = false, trustProxy = 0, now = Date.now, ...options }: AppOptions): Express {
  const { logger, baseUrl, table } = options;
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false).enable('strict routing');
  app.set('trust proxy', trustProxy);
  const assets = loadAssets();
  const pages = new Pages(assets);
  const sessions = new Sessions({ table, baseUrl, now });
  app.use(...(isTraced ? [requestTrace()] : []), requestLog(logger), pageHeaders(options));
  app.use(healthRoutes(checksOf(options)), assets.routes);
  const perAddress = {
    limit: options.requestsPerMinute,
    keyOf: addressOf,
    fault: () => new PageError('too-many-requests'),
  };
  app.use(limitPerMinute(perAddress), ownFormsOnly(baseUrl));
  app.use(sessions.load, express.urlencoded({ extended: false, limit: FORM_LIMIT, inflate: false }));
  app.use(...routes({ ...options, now, pages, sessions, auditLog: auditLogOf(logger) }));
  app.use(notFound, errorHandler(logger, pages));
  return app;
}

/** Nothing but our own style sheet, script and pictures may load, and no page is kept. */
function pageHeaders({ baseUrl, flows }: Pick<AppOptions, 'baseUrl' | 'flows'>): RequestHandler {
  const isHttps = baseUrl.protocol === 'https:';
  const more = {
    'Cache-Control': 'no-store',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    // With 'no-referrer' a form's POST would have no origin either.
    'Referrer-Policy': 'same-origin',
  };
  const policy = (): Record<string, string> => ({
    'style-src': "'self'",
    'script-src': "'self'",
    // Pico's icons are data URLs in the style sheet.
    'img-src': "'self' data:",
    // Browsers apply it to where a form's answer redirects, too.
    'form-action': [...new Set(["'self'", ...Object.values(flows).flatMap(({ origins }) => origins)])].join(' '),
    'base-uri': "'none'",
    ...(isHttps && { 'upgrade-insecure-requests': '' }),
  });
  return securityHeaders({ policy, isHttps, more });
}

/** Sessions can be read, and the directory has told of every flow. */
function checksOf({ table, flows }: AppOptions): Parameters<typeof healthRoutes>[0] {
  const all = Object.values(flows);
  return { sessions: rememberedAnswer(() => table.check()), flows: () => all.every(({ isReady }) => isReady) };
}

function routes(parts: Parts): readonly RequestHandler[] {
  const transactions = new AuthTransactions(parts);
  const services = { transactions, policies: new PolicyReader(parts) };
  return [pageRoutes(parts, services), signInRoutes(parts, transactions), beneficiaryRoutes(parts, services)];
}

/**
 * Refuses forms of other sites, before anything reads them: a browser names the origin of each POST. It comes before the CSRF
 * token, which can't be asked of somebody whose session has expired.
 */
function ownFormsOnly({ origin }: URL): RequestHandler {
  return (request, _response, next) => {
    const isReading = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    if (!isReading && request.get('Origin') !== origin) throw new PageError('foreign-form');
    next();
  };
}
