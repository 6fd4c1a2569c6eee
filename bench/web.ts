import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SessionState } from '../apps/web/sessions/state';
import { SessionTable } from '../apps/web/sessions/session-table';
import { bundleImages, bundlePrograms } from '../src/local/containers/bundle';
import { createSessionsTable } from '../test/support/apps/web/system';
import { databaseEnvironment, startDynalite } from '../test/support/dynalite';
import { startFakeIssuer } from '../test/support/fake-issuer';
import { FLOWS, TABLES, webVariables, type Variables } from './app-variables';
import type { Target } from './load';
import { inWorkspace } from './measure';
import { compareRates, startPinned, type Contender } from './pinned';

const LOAD = { pairs: 5, connections: 16, requests: 8_000 };
const HOUR_MS = 3_600_000;
/** As long as the tokens of a directory. */
const TOKEN_BYTES = 900;

/**
 * Measures the home page of somebody signed in against bare Express pages of the same template: one that knows nobody, and
 * one with a session in memory; all bundled as in the images. Linux.
 */
export async function benchWeb(): Promise<void> {
  const issuer = await startFakeIssuer(FLOWS);
  const database = await startDynalite();
  const key = randomBytes(32);
  const variables = webVariables({ issuer, database: database.endpoint }, key);
  const contenders: Contender[] = [];
  try {
    await createSessionsTable(database);
    Object.assign(process.env, databaseEnvironment(database.endpoint));
    const { cookie, session } = await signIn(database.endpoint, key);
    const contender = async (file: string, more: Variables = {}): Promise<Contender> => {
      const { child, url } = await startPinned([file], { ...variables, ...more });
      const started = { child, target: { url: `${url}/`, headers: () => ({ cookie }) } };
      contenders.push(started);
      return started;
    };
    await inWorkspace(async (folder) => {
      await bundleImages(folder);
      await bundlePrograms({ programs: { bare: 'bench/programs/web-bare.ts' } }, folder);
      const [views, bundle] = [{ VIEWS: join(folder, 'web/views') }, join(folder, 'bare.js')];
      const ours = await contender(join(folder, 'web/main.js'));
      const bare = await contender(bundle, views);
      const known = await contender(bundle, { ...views, BENCH_SESSION: JSON.stringify(session) });
      await requireSamePage(ours.target, bare.target, known.target);
      await compareRates('home page, signed in; bare: knows nobody', { ours, reference: bare }, LOAD);
      await compareRates('home page, signed in; bare: a session in memory', { ours, reference: known }, LOAD);
    });
  } finally {
    for (const { child } of contenders) child.kill('SIGKILL');
    await database.stop();
    await issuer.stop();
  }
}

interface BenchSession {
  readonly cookie: string;
  /** For the program that has it in memory. */
  readonly session: { readonly cookie: string; readonly state: SessionState };
}

/** Puts a session of somebody who is signed in into the table. */
async function signIn(endpoint: string, key: Buffer): Promise<BenchSession> {
  const limits = { idleMs: HOUR_MS, maxMs: 12 * HOUR_MS };
  const table = new SessionTable({ table: TABLES.sessions, region: 'eu-central-1', endpoint, keys: [key], ...limits });
  const [id, startedAt, oid] = [randomBytes(32).toString('base64url'), Date.now(), randomUUID()];
  const token = (): string => randomBytes(TOKEN_BYTES).toString('base64url');
  const claims = {
    sub: oid,
    oid,
    iat: startedAt / 1000,
    name: 'Ada Lovelace',
    given_name: 'Ada',
    emails: ['ada@example.org'],
  };
  const tokens = { accessToken: token(), refreshToken: token(), expiresAt: startedAt + HOUR_MS };
  const signedIn = { oid, claims, idToken: token(), tokens };
  const state = { startedAt, csrfToken: randomBytes(32).toString('base64url'), pending: [], signedIn };
  await table.put(id, state, 0);
  const cookie = `customer-session=${id}`;
  return { cookie, session: { cookie, state } };
}

/** @throws Error unless both show the page of somebody who is signed in */
async function requireSamePage(...targets: readonly Target[]): Promise<void> {
  for (const { url, headers } of targets) {
    const text = await (await fetch(url, { headers: headers() })).text();
    if (!text.includes('Welcome, Ada')) throw new Error(`${url} shows another page:\n${text}`);
  }
}
