import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import { Router, urlencoded } from 'express';
import { errors } from 'oidc-provider';
import type { Logger } from 'pino';
import { z } from 'zod';
import { createBase, onError } from '../base/app';
import type { RequestLog } from '../base/request-log';
import { ownHostOnly, PageError, textsIn } from '../base/own-pages';
import { errorText, traced } from './errors';
import { wrongKey } from './keys';
import { journeyRoutes } from './journey/routes';
import { renderPage, sendPage, stylesheet } from '../pages/render';
import { inboxView, overviewView, pageOf } from './views';
import type { Parts } from './parts';
import { metadataOf } from './parts';
import { FlowProviders } from './oidc/flow-providers';
import {
  EXPIRED,
  faultOf,
  findPlaceInPath,
  flowOf,
  injectFaults,
  logoutHandler,
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
  const own = [parts.origins.browser, parts.origins.applications].map((origin) => new URL(origin).hostname);
  app.use(ownHostOnly(own), reachedAt(parts.origins), injectFaults(parts.faults));
  app.use(usualAddress, placeRoutes(parts));
  const place = parts.registrations.directoryType === 'external-id' ? '/:tenant' : '/:tenant/:flow';
  app.use(place, findPlaceInPath(parts), flowRoutes(parts, providers));
  app.use(() => {
    throw new PageError(404, 'There is no page at this address.');
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
  res.redirect(303, `${req.baseUrl}${req.path}?${new URLSearchParams(textsIn(req.body)).toString()}`);
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
    const { status, message } = known ?? new PageError(500, errorText(parts.registrations, 'AADB2C90085'));
    const text = traced(message, parts.now());
    if (req.accepts(['text', 'html']) !== 'html') res.status(status).type('text').send(text);
    else
      sendPage(res, {
        status,
        body: renderPage('error', { title: 'Something went wrong', text, status, ...pageOf(parts.registrations) }),
      });
  });
}

function knownError(error: unknown): PageError | undefined {
  if (error instanceof PageError) return error;
  if (error instanceof errors.SessionNotFound) return new PageError(400, EXPIRED);
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return status >= 400 && status < 500 ? new PageError(status, 'The request could not be read.') : undefined;
}

const SIGNED_OUT = 'You have signed out of every application that uses this directory.';
