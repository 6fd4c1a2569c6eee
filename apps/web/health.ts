import { Router } from 'express';
import type { SessionTable } from './sessions/session-table';
import type { Flows } from './sign-in/flow';

export interface HealthOptions {
  readonly table: Pick<SessionTable, 'check'>;
  readonly flows: Flows;
  /** Milliseconds for which an answer of the database counts, so that probes cost little. @default 2 seconds */
  readonly reuseMs?: number;
}

const REUSE_MS = 2_000;

/** `/healthz`: the process answers. `/readyz`: sessions can be read and the directory has told of every flow. */
export function healthRoutes({ table, flows, reuseMs = REUSE_MS }: HealthOptions): Router {
  const tableAnswers = remember(() => answers(table), reuseMs);
  return Router()
    .get('/healthz', (_request, response) => {
      response.set('Cache-Control', 'no-store').json({ status: 'ok' });
    })
    .get('/readyz', async (_request, response) => {
      const checks = { sessions: await tableAnswers(), flows: Object.values(flows).every(({ isReady }) => isReady) };
      const ready = checks.sessions && checks.flows;
      response
        .status(ready ? 200 : 503)
        .set('Cache-Control', 'no-store')
        .json({ status: ready ? 'ready' : 'not ready', checks });
    });
}

async function answers(table: HealthOptions['table']): Promise<boolean> {
  try {
    await table.check();
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
