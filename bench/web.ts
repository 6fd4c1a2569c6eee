import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Sealing, cookieSecrets } from '../apps/web/sessions/sealing';
import { SessionTable } from '../apps/web/sessions/session-table';
import { createSessionsTable } from '../test/apps/web/system';
import { databaseEnvironment, startDynalite } from '../test/support/dynalite';
import { startFakeIssuer } from '../test/support/fake-issuer';
import { FLOWS, TABLES, webVariables } from './app-variables';
import type { Target } from './http-load';
import { compareRates, REPOSITORY, startPinned, type Contender } from './pinned';

const LOAD = { pairs: 5, connections: 16, requests: 8_000 };
const HOUR_MS = 3_600_000;
/** As long as the tokens of a directory. */
const TOKEN_BYTES = 900;

/** Measures the home page of somebody signed in against a bare Express page of the same template. Linux. */
export async function benchWeb(): Promise<void> {
  const issuer = await startFakeIssuer(FLOWS);
  const database = await startDynalite();
  const key = randomBytes(32);
  const variables = webVariables({ issuer, database: database.endpoint }, key);
  const contenders: Contender[] = [];
  try {
    await createSessionsTable(database);
    Object.assign(process.env, databaseEnvironment(database.endpoint));
    const cookie = await signIn(database.endpoint, key);
    const contender = async (file: string): Promise<Contender> => {
      const { child, url } = await startPinned(['--import', 'tsx', file], variables);
      const started = { child, target: { url: `${url}/`, headers: () => ({ cookie }) } };
      contenders.push(started);
      return started;
    };
    const ours = await contender(join(REPOSITORY, 'apps/web/main.ts'));
    const bare = await contender(join(__dirname, 'programs/web-bare.ts'));
    await requireSamePage(ours.target, bare.target);
    await compareRates('home page, signed in', { ours, bare }, LOAD);
  } finally {
    for (const { child } of contenders) child.kill('SIGKILL');
    await database.stop();
    await issuer.stop();
  }
}

/** Puts a session of somebody who is signed in into the table. @returns its cookie */
async function signIn(endpoint: string, key: Buffer): Promise<string> {
  const sealing = new Sealing([key]);
  const limits = { idleMs: HOUR_MS, maxMs: 12 * HOUR_MS };
  const table = new SessionTable({ table: TABLES.sessions, region: 'eu-central-1', endpoint, sealing, ...limits });
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
  await table.put(id, { startedAt, csrfToken: randomBytes(32).toString('base64url'), pending: [], signedIn }, 0);
  table.close();
  const signature = createHmac('sha256', cookieSecrets([key])[0] ?? '')
    .update(id)
    .digest('base64')
    .replace(/=+$/, '');
  return `customer-session=${encodeURIComponent(`s:${id}.${signature}`)}`;
}

/** @throws Error unless both show the page of somebody who is signed in */
async function requireSamePage(...targets: readonly Target[]): Promise<void> {
  for (const { url, headers } of targets) {
    const text = await (await fetch(url, { headers: headers() })).text();
    if (!text.includes('Welcome, Ada')) throw new Error(`${url} shows another page:\n${text}`);
  }
}
