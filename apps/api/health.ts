import { Router } from 'express';
import { onlyMethods } from './http/methods';
import type { PolicyStore } from './policies/policy-store';
import type { FlowKeys } from './tokens/flow-keys';

export interface HealthOptions {
  readonly store: Pick<PolicyStore, 'check'>;
  readonly keys: readonly FlowKeys[];
  /** Milliseconds for which an answer of the database counts, so that probes cost little. @default 2 seconds */
  readonly reuseMs?: number;
}

const REUSE_MS = 2_000;

/** `/healthz`: the process answers. `/readyz`: the table can be read and the keys of every flow are there. */
export function healthRoutes({ store, keys, reuseMs = REUSE_MS }: HealthOptions): Router {
  const tableAnswers = remember(() => answers(store), reuseMs);
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

async function answers(store: HealthOptions['store']): Promise<boolean> {
  try {
    await store.check();
    return true;
  } catch {
    return false;
  }
}

function remember<Value>(ask: () => Promise<Value>, milliseconds: number): () => Promise<Value> {
  let last: { readonly at: number; readonly value: Promise<Value> } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.at >= milliseconds) {
      last = { at: performance.now(), value: ask() };
    }
    return last.value;
  };
}
