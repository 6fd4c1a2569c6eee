import express, { type Express } from 'express';
import type { Logger } from 'pino';
import { guardOf } from './http/authenticate';
import { onlyMethods } from './http/methods';
import { notFound, problemHandler } from './http/problem-handler';
import { createRateLimits, type RateLimitOptions } from './http/rate-limits';
import { healthRoutes, rememberedAnswer } from '../service/health';
import { requestLog } from '../service/request-log';
import { requestTrace } from '../service/request-trace';
import { securityHeaders } from './http/security-headers';
import { auditLogOf } from '../service/logger';
import { openApiDocument } from './openapi';
import { Policies, type PoliciesOptions } from './policies/policies';
import { policyRoutes } from './policies/policy-routes';
import type { TokenRules } from './tokens/access-token';

export interface AppOptions extends PoliciesOptions {
  readonly logger: Logger;
  /** True if spans of requests are sent. @default false */
  readonly isTraced?: boolean;
  readonly tokens: TokenRules;
  readonly limits: RateLimitOptions;
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
  app.use(...(isTraced ? [requestTrace()] : []), requestLog(logger), securityHeaders());
  app
    .route('/public')
    .get((_request, response) => {
      response.json({ message: 'Harbour Mutual keeps your policy here.' });
    })
    .all(onlyMethods('GET'));
  const document = openApiDocument(tokens.flows['step-up']);
  app
    .route('/openapi.json')
    .get((_request, response) => {
      response.json(document);
    })
    .all(onlyMethods('GET'));
  const table = rememberedAnswer(() => options.store.check());
  const keys = (): boolean => Object.values(tokens.flows).every((flow) => flow.keys.ready);
  app.use(healthRoutes({ table, keys }, onlyMethods('GET')));
  app.use(
    policyRoutes({
      policies: new Policies(options),
      guard: guardOf(tokens, createRateLimits(limits)),
      auditLog: auditLogOf(logger),
      stepUp: tokens.flows['step-up'],
    }),
  );
  app.use(notFound, problemHandler(logger));
  return app;
}
