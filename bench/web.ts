import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Sealing, cookieSecrets } from '../apps/web/sessions/sealing';
import { SessionTable } from '../apps/web/sessions/session-table';
import { bundleImages } from '../local/containers/bundle';
import { SESSIONS, createSessionsTable } from '../test/apps/web/system';
import { databaseEnvironment, startDynalite } from '../test/support/dynalite';
import { startFakeIssuer } from '../test/support/fake-issuer';
import { flood, type Target } from './http-load';

/** `tsx bench/web.ts`: the home page of somebody signed in against a bare Express page of the same template; start-up. */
const PAIRS = 5;
const STARTS = 7;
const FLOOD = { connections: 16, requests: 8_000 };
const HOUR_MS = 3_600_000;
const FLOWS = ['sign-in', 'step-up', 'profile-edit', 'password-reset'] as const;
const REPOSITORY = resolve(__dirname, '..');

interface Program {
  readonly child: ChildProcess;
  readonly url: string;
}

async function main(): Promise<void> {
  const issuer = await startFakeIssuer(FLOWS);
  const database = await startDynalite();
  const folder = mkdtempSync(join(tmpdir(), 'web-bench-'));
  const key = randomBytes(32);
  const environment = {
    ...databaseEnvironment(database.endpoint),
    NODE_ENV: 'production',
    PORT: '0',
    BASE_URL: 'http://localhost:5000',
    WEB_CLIENT_ID: randomUUID(),
    WEB_CLIENT_SECRET: randomUUID(),
    SIGN_IN_METADATA_URL: issuer.metadataUrl('sign-in'),
    STEP_UP_METADATA_URL: issuer.metadataUrl('step-up'),
    PROFILE_EDIT_METADATA_URL: issuer.metadataUrl('profile-edit'),
    PASSWORD_RESET_METADATA_URL: issuer.metadataUrl('password-reset'),
    API_URL: 'http://localhost:5001',
    API_READ_SCOPE: 'https://contoso.onmicrosoft.com/api/Accounts.Read',
    API_WRITE_SCOPE: 'https://contoso.onmicrosoft.com/api/Accounts.Write',
    SESSIONS_TABLE: SESSIONS,
    SESSION_KEYS: key.toString('base64url'),
    REQUESTS_PER_MINUTE: '1000000',
  };
  try {
    await createSessionsTable(database);
    Object.assign(process.env, databaseEnvironment(database.endpoint));
    const cookie = await signIn(database.endpoint, key);
    await compareRates(environment, cookie);
    await bundleImages(folder);
    await reportStart('as in the image, bundled', [join(folder, 'web/main.js')], environment);
    await reportStart('from source, by tsx', ['--import', 'tsx', join(REPOSITORY, 'apps/web/main.ts')], environment);
  } finally {
    rmSync(folder, { recursive: true });
    await database.stop();
    await issuer.stop();
  }
}

/** Puts a session of somebody who is signed in into the table. @returns its cookie */
async function signIn(endpoint: string, key: Buffer): Promise<string> {
  const sealing = new Sealing([key]);
  const limits = { idleMs: HOUR_MS, maxMs: 12 * HOUR_MS };
  const table = new SessionTable({ table: SESSIONS, region: 'eu-central-1', endpoint, sealing, ...limits });
  const [id, startedAt, oid] = [randomBytes(32).toString('base64url'), Date.now(), randomUUID()];
  // As long as the tokens of a directory.
  const token = (): string => randomBytes(900).toString('base64url');
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

async function compareRates(environment: Record<string, string>, cookie: string): Promise<void> {
  const ours = await start(['--import', 'tsx', join(REPOSITORY, 'apps/web/main.ts')], environment);
  const bare = await start(['--import', 'tsx', join(__dirname, 'programs/web-bare.ts')], environment);
  const targetOf = ({ url }: Program): Target => ({ url: `${url}/`, headers: { cookie } });
  await requireSamePage(targetOf(ours), targetOf(bare));
  for (const each of [ours, bare]) await flood(targetOf(each), FLOOD);
  const pairs: { readonly ours: number; readonly bare: number }[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    pairs.push({ ours: await flood(targetOf(ours), FLOOD), bare: await flood(targetOf(bare), FLOOD) });
  }
  const [mine, its] = [median(pairs.map((pair) => pair.ours)), median(pairs.map((pair) => pair.bare))];
  const ratio = median(pairs.map((pair) => pair.ours / pair.bare));
  console.log(`Node ${process.version}; medians of ${PAIRS} pairs in turn, each program on one processor\n`);
  console.log('| home page, signed in | ours | bare | ratio |\n| --- | --- | --- | --- |');
  console.log(`| requests a second | ${mine.toFixed(0)} | ${its.toFixed(0)} | ${ratio.toFixed(2)}x |\n`);
  for (const { child } of [ours, bare]) child.kill('SIGKILL');
}

/** @throws Error unless both show the page of somebody who is signed in */
async function requireSamePage(...targets: readonly Target[]): Promise<void> {
  for (const { url, headers } of targets) {
    const text = await (await fetch(url, { headers: { ...headers } })).text();
    if (!text.includes('Welcome, Ada')) throw new Error(`${url} shows another page:\n${text}`);
  }
}

async function reportStart(how: string, args: readonly string[], environment: Record<string, string>): Promise<void> {
  const times: number[] = [];
  for (let count = 0; count < STARTS; count++) {
    const before = performance.now();
    const { child } = await start(args, environment);
    times.push(performance.now() - before);
    child.kill('SIGKILL');
  }
  console.log(
    `start-up until it listens, ${how}: ${median(times).toFixed(0)} ms (${times.map((time) => time.toFixed(0)).join(' ')})`,
  );
}

/** Starts a program on the first processor, where taskset is there to say so. */
async function start(args: readonly string[], environment: Record<string, string>): Promise<Program> {
  const pinned = spawnSync('taskset', ['-V']).status === 0 ? ['taskset', '-c', '0'] : [];
  const child = spawn('env', [...pinned, process.execPath, ...args], {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((found, failed) => {
    child.once('exit', (code) => {
      failed(new Error(`${args.join(' ')} ended with ${String(code)}`));
    });
    lines.on('line', (line) => {
      if (line.includes('"url"')) found((JSON.parse(line) as { readonly url: string }).url);
    });
  });
  return { child, url };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

void main();
