import { Router } from 'express';
import { rememberedAnswer } from '../service/answers';
import type { SessionTable } from './sessions/session-table';
import type { Flows } from './sign-in/flow';

export interface HealthOptions {
  readonly table: Pick<SessionTable, 'check'>;
  readonly flows: Flows;
  /** Milliseconds for which an answer of the database counts, so that probes cost little. @default 2 seconds */
  readonly reuseMs?: number;
}

/** `/healthz`: the process answers. `/readyz`: sessions can be read and the directory has told of every flow. */
export function healthRoutes({ table, flows, reuseMs }: HealthOptions): Router {
  const tableAnswers = rememberedAnswer(() => table.check(), reuseMs);
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
