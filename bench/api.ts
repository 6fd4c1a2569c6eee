import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startFakeIssuer, type FakeIssuer } from '../test/support/fake-issuer';
import { apiVariables, FLOWS, type Variables } from './app-variables';
import { flood, pace, type Target } from './http-load';
import {
  compareRates,
  pinSelf,
  processorSeconds,
  REPOSITORY,
  residentMebibytes,
  startPinned,
  type Contender,
  type Rates,
} from './pinned';
import { startTable } from './policy-table';

const LOAD = { pairs: 5, connections: 16, requests: 6_000 };
const PACED = { rounds: 3, requests: 6_000, uncounted: 1_000 };
/** Share of the processor that a steady stream keeps busy, and the share of the flood's rate at which its cost is measured. */
const LOAD_SHARE = { busy: 0.8, probed: 0.6 };
/** More than the API remembers, so that in turn each is new to it. */
const TOKENS = 2_500;
const MEMORY_REQUESTS = 200_000;
/** Of a policy's owner, as the table has it. */
const OID = '00000000-0000-4000-8000-000000000000';

/** Measures `GET /policy` against a bare handler of Express, jose and the SDK that reads the same table. Linux. */
export async function benchApi(): Promise<void> {
  const issuer = await startFakeIssuer(FLOWS);
  const table = await startTable();
  pinSelf();
  const variables = apiVariables({ issuer, database: table.url });
  const tokens = await Promise.all(Array.from({ length: TOKENS }, () => tokenFor(issuer, variables)));
  const contender = async (file: string): Promise<Contender> => {
    const { child, url } = await startPinned(['--import', 'tsx', file], variables);
    return { child, target: { url: `${url}/policy`, headers: inTurn(tokens.slice(0, 1)) } };
  };
  const ours = await contender(join(REPOSITORY, 'apps/api/main.ts'));
  const bare = await contender(join(__dirname, 'programs/api-bare.ts'));
  try {
    const each = { ours: withTokens(ours, tokens), bare: withTokens(bare, tokens) };
    await compareRates('GET /policy, each token new', each, LOAD);
    await reportLatency(
      { ours, bare },
      await compareRates('GET /policy, a token that came before', { ours, bare }, LOAD),
    );
    await reportMemory(ours);
  } finally {
    for (const { child } of [ours, bare]) child.kill('SIGKILL');
    table.server.closeAllConnections();
    table.server.close();
    await issuer.stop();
  }
}

function inTurn(tokens: readonly string[]): Target['headers'] {
  let next = 0;
  return () => ({ authorization: `Bearer ${tokens[next++ % tokens.length] ?? ''}` });
}

function withTokens({ child, target }: Contender, tokens: readonly string[]): Contender {
  return { child, target: { ...target, headers: inTurn(tokens) } };
}

function tokenFor(issuer: FakeIssuer, { API_CLIENT_ID, WEB_CLIENT_ID }: Variables): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return issuer.sign(FLOWS[0] ?? '', {
    iss: issuer.issuer,
    aud: API_CLIENT_ID,
    azp: WEB_CLIENT_ID,
    exp: now + 7200,
    nbf: now,
    iat: now,
    jti: randomUUID(),
    oid: OID,
    sub: OID,
    emails: ['ada@example.org'],
    tfp: FLOWS[0],
    ver: '1.0',
    scp: 'Accounts.Read Accounts.Write',
  });
}

/**
 * At the rate that keeps the processor 80 % busy, in rounds: what else the machine does only ever adds to a tail. A request
 * of a steady stream takes longer than one of a flood, in which many are done together.
 */
async function reportLatency({ ours, bare }: Readonly<Record<keyof Rates, Contender>>, rates: Rates): Promise<void> {
  const steady = { ours: await rateWhenBusy(ours, rates.ours), bare: await rateWhenBusy(bare, rates.bare) };
  const rounds: { readonly ours: Tail; readonly bare: Tail }[] = [];
  for (let round = 0; round < PACED.rounds; round++) {
    rounds.push({ ours: await tailAt(ours, steady.ours), bare: await tailAt(bare, steady.bare) });
  }
  for (const name of ['ours', 'bare'] as const) {
    const texts = rounds.map((round) => tailText(round[name]));
    console.log(`${name}, ${steady[name].toFixed(0)} requests a second: ${texts.join('; ')}`);
  }
}

/** @returns requests a second */
async function rateWhenBusy({ child, target }: Contender, flooded: number): Promise<number> {
  const before = processorSeconds(child);
  await pace(target, { ...PACED, rate: LOAD_SHARE.probed * flooded });
  return (LOAD_SHARE.busy * (PACED.requests + PACED.uncounted)) / (processorSeconds(child) - before);
}

interface Tail {
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
  /** Share of a processor that the program used. */
  readonly busy: number;
}

async function tailAt({ child, target }: Contender, rate: number): Promise<Tail> {
  const [start, before] = [performance.now(), processorSeconds(child)];
  const times = await pace(target, { ...PACED, rate });
  const busy = (processorSeconds(child) - before) / ((performance.now() - start) / 1000);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99), busy };
}

function tailText({ median, p99, busy }: Tail): string {
  const ratio = (p99 / median).toFixed(1);
  return `median ${median.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (${ratio}x), ${(100 * busy).toFixed(0)} % busy`;
}

async function reportMemory({ child, target }: Contender): Promise<void> {
  const mebibytes: number[] = [];
  for (let part = 0; part < 10; part++) {
    await flood(target, { ...LOAD, requests: MEMORY_REQUESTS / 10 });
    mebibytes.push(residentMebibytes(child));
  }
  console.log(`memory after each tenth of ${MEMORY_REQUESTS} requests, MiB: ${mebibytes.join(' ')}`);
}
