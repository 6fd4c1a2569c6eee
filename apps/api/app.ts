import type { Express } from 'express';
import { baseApp } from '../service/base-app';
import { healthRoutes, rememberedAnswer } from '../service/health';
import { onlyMethod, Problem, problemHandler } from './http/problem';
import { openApiDocument } from './openapi';
import { type ApiOptions, policyRoutes } from './policies/policy-routes';

/** The API, not yet listening. */
export function createApp(options: ApiOptions): Express {
  const { logger, tokens, store } = options;
  // A browser does nothing with an answer but hand it on.
  const app = baseApp(logger, { policy: () => ({}), more: { 'Referrer-Policy': 'no-referrer' } });
  const open = {
    '/public': { message: 'Harbour Mutual keeps your policy here.' },
    '/openapi.json': openApiDocument(tokens.flows['step-up']),
  };
  for (const [path, body] of Object.entries(open))
    app
      .route(path)
      .get((_request, response) => void response.json(body))
      .all(onlyMethod('GET'));
  const table = rememberedAnswer(() => store.find('ready'));
  const keys = (): boolean => Object.values(tokens.flows).every((flow) => flow.keys.isReady);
  app.use(healthRoutes({ table, keys }, onlyMethod('GET')));
  const notFound = new Problem('not-found', 'There is nothing at this path; see /openapi.json.');
  return app.use(policyRoutes(options), () => Promise.reject(notFound), problemHandler(logger));
}
