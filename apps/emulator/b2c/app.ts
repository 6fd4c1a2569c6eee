import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import { Router, urlencoded } from 'express';
import { errors } from 'oidc-provider';
import type { Logger } from 'pino';
import { z } from 'zod';
import { createBase, onError } from '../base/app';
import type { RequestLog } from '../base/request-log';
import { B2cError, errorText, traced } from './errors';
import { wrongKey } from './keys';
import { journeyRoutes } from './journey/routes';
import { renderPage, sendPage, stylesheet } from '../pages/render';
import { inboxView, overviewView, pageOf } from './views';
import type { Parts } from './parts';
import { metadataOf } from './parts';
import { FlowProviders } from './oidc/flow-providers';
import {
  faultOf,
  findFlowInPath,
  findTenantInPath,
  flowOf,
  injectFaults,
  logoutHandler,
  ownHostOnly,
  reachedAt,
  renderLibraryError,
} from './http';

/** Everything that the emulator answers. */
export function createApp(parts: Parts, log: RequestLog, logger?: Logger): Express {
  const providers = new FlowProviders(parts, renderLibraryError(parts), logger);
  const app = createBase(log, (res) => {
    const fault = faultOf(res);
    return fault === undefined ? {} : { fault };
  });
  app.set('trust proxy', parts.origins.isFronted);
  app.use(ownHostOnly(parts.origins), reachedAt(parts.origins), injectFaults(parts.faults));
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
      sendPage(res, {
        body: renderPage('message', { title: 'Signed out', text: SIGNED_OUT, ...pageOf(parts.registrations) }),
      });
    });
}

/** A request that is posted, which the library has no route for, as one with a query. */
const asQuery: RequestHandler = (req, res) => {
  const fields = Object.entries((req.body ?? {}) as Record<string, unknown>);
  const query = new URLSearchParams(fields.filter((field): field is [string, string] => typeof field[1] === 'string'));
  res.redirect(303, `${req.baseUrl}${req.path}?${query.toString()}`);
};

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
    .post('/oauth2/v2.0/authorize', urlencoded({ extended: false, limit: '32kb' }), asQuery)
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

const SIGNED_OUT = 'You have signed out of every application that uses this directory.';

const expired = 'This page has already been used or has expired. Go back to the application and start again.';
