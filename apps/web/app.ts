import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { loadAssets } from './assets';
import { errorHandler } from './error-handler';
import { PageError } from './http/page-error';
import { baseApp, type SecurityHeaders } from '../service/base-app';
import { healthRoutes, rememberedAnswer } from '../service/health';
import { addressOf, limitPerMinute } from '../service/rate-limit';
import { auditLogOf } from '../service/logger';
import { pageRoutes } from './page-routes';
import type { Surroundings } from './surroundings';
import { Pages } from './pages/pages';
import { beneficiaryRoutes } from './policies/beneficiary-routes';
import { PolicyReader } from './policies/policy-reader';
import type { SessionTable } from './sessions/session-table';
import { Sessions } from './sessions/sessions';
import { signInRoutes } from './sign-in/sign-in-routes';
import { AuthTransactions } from './sign-in/auth-transactions';

export interface AppOptions extends Surroundings {
  readonly logger: Logger;
  readonly table: SessionTable;
  readonly requestsPerMinute: number;
  /** @default the clock */
  readonly now?: () => number;
}

const FORM_LIMIT = '10kb';

/** The web, not yet listening. */
export function createApp({ now = Date.now, ...options }: AppOptions): Express {
  const { logger, baseUrl, table } = options;
  const app = baseApp(logger, pageHeaders(options), express().enable('strict routing'));
  const assets = loadAssets();
  const pages = new Pages(assets);
  const sessions = new Sessions({ table, baseUrl, now });
  const hasFlows = (): boolean => Object.values(options.flows).every(({ isReady }) => isReady);
  const checks = { sessions: rememberedAnswer(() => table.find('ready')), flows: hasFlows };
  app.use(healthRoutes(checks), assets.routes);
  const manyRequests = () => new PageError('too-many-requests');
  app.use(limitPerMinute(options.requestsPerMinute, addressOf, manyRequests), ownFormsOnly(baseUrl));
  app.use(sessions.load, express.urlencoded({ extended: false, limit: FORM_LIMIT, inflate: false }));
  const base = { ...options, now, sessions };
  const [transactions, policies] = [new AuthTransactions(base), new PolicyReader(base)];
  const parts = { ...base, pages, transactions, policies, auditLog: auditLogOf(logger) };
  app.use(pageRoutes(parts), signInRoutes(parts), beneficiaryRoutes(parts));
  const notFound: RequestHandler = () => Promise.reject(new PageError('not-found'));
  return app.use(notFound, errorHandler(logger, pages));
}

/** Nothing but our own style sheet, script and pictures may load, and no page is kept. */
function pageHeaders({ baseUrl, flows }: Pick<AppOptions, 'baseUrl' | 'flows'>): SecurityHeaders {
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
  return { policy, isHttps, more };
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
