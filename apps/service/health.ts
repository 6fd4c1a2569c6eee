import { Router, type RequestHandler } from 'express';

/** Milliseconds for which an answer of the database counts, so that probes cost little. */
const REUSE_MS = 2_000;

/** `/healthz`: the process answers. `/readyz`: all checks pass. @param others handlers of methods other than GET */
export function healthRoutes(
  checks: Readonly<Record<string, () => boolean | Promise<boolean>>>,
  ...others: readonly RequestHandler[]
): Router {
  const router = Router();
  const healthz = router
    .route('/healthz')
    .get((_request, response) => void response.set('Cache-Control', 'no-store').json({ status: 'ok' }));
  const readyz = router.route('/readyz').get(async (_request, response) => {
    const asked = Object.entries(checks).map(async ([name, check]) => [name, await check()] as const);
    const answered = Object.fromEntries(await Promise.all(asked));
    const isReady = Object.values(answered).every(Boolean);
    response
      .status(isReady ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ status: isReady ? 'ready' : 'not ready', checks: answered });
  });
  for (const handler of others) for (const route of [healthz, readyz]) route.all(handler);
  return router;
}

/** Tells whether a check succeeds; asked again at once, it says what it said. */
export function rememberedAnswer(check: () => Promise<unknown>): () => Promise<boolean> {
  let [askedAt, answer] = [-Infinity, Promise.resolve(false)];
  return () => {
    if (performance.now() - askedAt < REUSE_MS) return answer;
    askedAt = performance.now();
    answer = check()
      .then(() => true)
      .catch(() => false);
    return answer;
  };
}
