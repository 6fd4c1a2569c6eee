import { Router } from 'express';
import { rememberedAnswer } from '../service/answers';
import { onlyMethods } from './http/methods';
import type { PolicyStore } from './policies/policy-store';
import type { FlowKeys } from './tokens/flow-keys';

export interface HealthOptions {
  readonly store: Pick<PolicyStore, 'check'>;
  readonly keys: readonly FlowKeys[];
  /** Milliseconds for which an answer of the database counts, so that probes cost little. @default 2 seconds */
  readonly reuseMs?: number;
}

/** `/healthz`: the process answers. `/readyz`: the table can be read and the keys of every flow are there. */
export function healthRoutes({ store, keys, reuseMs }: HealthOptions): Router {
  const tableAnswers = rememberedAnswer(() => store.check(), reuseMs);
  const router = Router();
  router
    .route('/healthz')
    .get((_request, response) => {
      response.set('Cache-Control', 'no-store').json({ status: 'ok' });
    })
    .all(onlyMethods('GET'));
  router
    .route('/readyz')
    .get(async (_request, response) => {
      const checks = { table: await tableAnswers(), keys: keys.every(({ ready }) => ready) };
      const ready = checks.table && checks.keys;
      response
        .status(ready ? 200 : 503)
        .set('Cache-Control', 'no-store')
        .json({ status: ready ? 'ready' : 'not ready', checks });
    })
    .all(onlyMethods('GET'));
  return router;
}
