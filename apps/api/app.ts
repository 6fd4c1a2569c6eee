import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { healthRoutes, rememberedAnswer } from '../service/health';
import { auditLogOf } from '../service/logger';
import { requestLog } from '../service/request-log';
import { requestTrace } from '../service/request-trace';
import { securityHeaders } from '../service/security-headers';
import { guardOf, type RateLimits } from './http/authenticate';
import { notFound, onlyMethod, problemHandler } from './http/problem';
import { openApiDocument } from './openapi';
import { Policies, type PoliciesOptions } from './policies/policies';
import { policyRoutes } from './policies/policy-routes';
import type { TokenRules } from './tokens/access-token';

export interface AppOptions extends PoliciesOptions {
  readonly logger: Logger;
  /** True if spans of requests are sent. @default false */
  readonly isTraced?: boolean;
  readonly tokens: TokenRules;
  readonly limits: RateLimits;
  /** Proxies in front: how many, or their addresses; their `X-Forwarded-For` names the client. @default none */
  readonly trustProxy?: number | readonly string[];
}

/** The API, not yet listening. */
export function createApp({
  logger,
  isTraced = false,
  tokens,
  limits,
  trustProxy = 0,
  ...options
}: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.set('trust proxy', trustProxy);
  app.use(...(isTraced ? [requestTrace()] : []), requestLog(logger));
  // A browser does nothing with an answer but hand it on.
  app.use(securityHeaders({ policy: () => ({}), more: { 'Referrer-Policy': 'no-referrer' } }));
  const open = {
    '/public': { message: 'Harbour Mutual keeps your policy here.' },
    '/openapi.json': openApiDocument(tokens.flows['step-up']),
  };
  for (const [path, body] of Object.entries(open))
    app
      .route(path)
      .get((_request, response) => {
        response.json(body);
      })
      .all(onlyMethod('GET'));
  const table = rememberedAnswer(() => options.store.check());
  const keys = (): boolean => Object.values(tokens.flows).every((flow) => flow.keys.isReady);
  app.use(healthRoutes({ table, keys }, onlyMethod('GET')));
  const [policies, guard] = [new Policies(options), guardOf(tokens, limits)];
  app.use(policyRoutes({ policies, guard, auditLog: auditLogOf(logger), stepUp: tokens.flows['step-up'] }));
  app.use(notFound, problemHandler(logger));
  return app;
}
