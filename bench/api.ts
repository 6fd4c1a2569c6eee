import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { startFakeIssuer } from '../test/support/fake-issuer';
import { flood, pace, type Target } from './http-load';

/** `tsx bench/api.ts [requests of the memory run]`: the API against a bare handler that reads the same table. Linux. */
const MEMORY_REQUESTS = Number(process.argv[2] ?? 200_000);
const PAIRS = 3;
const FLOOD = { connections: 16, requests: 6_000 };
const PACED_REQUESTS = 6_000;
const CLOCK_TICKS = 100;

const REPOSITORY = resolve(__dirname, '..');
const [SIGN_IN, STEP_UP] = ['B2C_1_signupsignin1', 'B2C_1_signupsignin1_mfa'] as const;
const [API_CLIENT_ID, WEB_CLIENT_ID] = [randomUUID(), randomUUID()];

interface Program {
  readonly name: string;
  readonly child: ChildProcess;
  readonly target: Target;
}

interface Run {
  readonly rate: number;
  /** Microseconds of processor time a request. */
  readonly processor: number;
}

async function main(): Promise<void> {
  const issuer = await startFakeIssuer([SIGN_IN, STEP_UP]);
  const table = await start('programs/api-table.ts', {});
  const environment = {
    NODE_ENV: 'production',
    PORT: '0',
    API_CLIENT_ID,
    WEB_CLIENT_ID,
    SIGN_IN_FLOW: SIGN_IN,
    STEP_UP_FLOW: STEP_UP,
    SIGN_IN_METADATA_URL: issuer.metadataUrl(SIGN_IN),
    STEP_UP_METADATA_URL: issuer.metadataUrl(STEP_UP),
    POLICIES_TABLE: 'policies',
    REQUESTS_PER_MINUTE: '1000000',
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  };
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer.issuer, aud: API_CLIENT_ID, azp: WEB_CLIENT_ID, exp: now + 7200, nbf: now, iat: now };
  const oid = '00000000-0000-4000-8000-000000000000';
  const rest = {
    oid,
    sub: oid,
    emails: ['ada@example.org'],
    tfp: SIGN_IN,
    ver: '1.0',
    scp: 'Accounts.Read Accounts.Write',
  };
  const headers = { authorization: `Bearer ${await issuer.sign(SIGN_IN, { ...claims, ...rest })}` };
  const program = async (name: string, file: string): Promise<Program> => {
    const { child, url } = await start(file, environment);
    return { name, child, target: { url: `${url}/policy`, headers } };
  };
  const ours = await program('ours', '../apps/api/main.ts');
  const bare = await program('bare', 'programs/api-bare.ts');
  try {
    console.log(
      `Node ${process.version}; ${PAIRS} pairs in turn, each program alone on one processor while it is asked\n`,
    );
    const rate = await compareRates(ours, bare);
    await reportMemory(ours);
    for (const each of [ours, bare]) await reportLatency(each, 0.8 * (each === ours ? rate.ours : rate.bare));
  } finally {
    for (const child of [ours.child, bare.child, table.child]) child.kill('SIGKILL');
    await issuer.stop();
  }
}

async function compareRates(ours: Program, bare: Program): Promise<{ readonly ours: number; readonly bare: number }> {
  for (const each of [ours, bare]) await flood(each.target, FLOOD);
  const pairs: { readonly ours: Run; readonly bare: Run }[] = [];
  for (let pair = 0; pair < PAIRS; pair++) pairs.push({ ours: await run(ours), bare: await run(bare) });
  const middle = (pick: (pair: (typeof pairs)[number]) => number): number => median(pairs.map(pick));
  const rates = { ours: middle((pair) => pair.ours.rate), bare: middle((pair) => pair.bare.rate) };
  console.log('| GET /policy | ours | bare | ratio |\n| --- | --- | --- | --- |');
  const ratio = middle((pair) => pair.ours.rate / pair.bare.rate).toFixed(2);
  console.log(`| requests a second | ${rates.ours.toFixed(0)} | ${rates.bare.toFixed(0)} | ${ratio}x |`);
  const [mine, its] = [middle((pair) => pair.ours.processor), middle((pair) => pair.bare.processor)];
  const costs = middle((pair) => pair.bare.processor / pair.ours.processor).toFixed(2);
  console.log(`| processor time a request | ${mine.toFixed(0)} us | ${its.toFixed(0)} us | ${costs}x |\n`);
  return rates;
}

async function run({ child, target }: Program): Promise<Run> {
  const before = processorSeconds(child);
  const rate = await flood(target, FLOOD);
  return { rate, processor: ((processorSeconds(child) - before) * 1e6) / FLOOD.requests };
}

async function reportLatency({ name, target }: Program, rate: number): Promise<void> {
  const times = await pace(target, { rate, requests: PACED_REQUESTS });
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  const [middle, high] = [at(0.5), at(0.99)];
  const text = `median ${middle.toFixed(2)} ms, p99 ${high.toFixed(2)} ms (${(high / middle).toFixed(1)}x)`;
  console.log(`${name} at 80 % load, ${rate.toFixed(0)} requests a second: ${text}`);
}

async function reportMemory({ child, target }: Program): Promise<void> {
  const tenth = Math.ceil(MEMORY_REQUESTS / 10);
  const megabytes: number[] = [];
  for (let part = 0; part < 10; part++) {
    await flood(target, { ...FLOOD, requests: tenth });
    megabytes.push(residentMegabytes(child));
  }
  console.log(`memory after each tenth of ${MEMORY_REQUESTS} requests, MB: ${megabytes.join(' ')}\n`);
}

/** Starts a program on the first processor, where taskset is there to say so. */
async function start(file: string, environment: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const pinned = file.includes('table') || spawnSync('taskset', ['-V']).status !== 0 ? [] : ['taskset', '-c', '0'];
  const args = [...pinned, process.execPath, '--import', 'tsx', join(__dirname, file)];
  const child = spawn('env', args, {
    cwd: REPOSITORY,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise<string>((found) => {
    lines.on('line', (line) => {
      if (line.includes('"url"')) found((JSON.parse(line) as { readonly url: string }).url);
    });
  });
  return { child, url };
}

function processorSeconds({ pid }: ChildProcess): number {
  const [, , , , , , , , , , , user, system] = (
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8').split(') ')[1] ?? ''
  ).split(' ');
  return (Number(user) + Number(system)) / CLOCK_TICKS;
}

function residentMegabytes({ pid }: ChildProcess): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1000);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

void main();
