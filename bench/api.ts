import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { bundlePrograms } from '../src/local/containers/bundle';
import { startFakeIssuer, type FakeIssuer } from '../test/support/fake-issuer';
import { pythonEnvironment } from '../test/support/python';
import { apiVariables, FLOWS, SIGN_IN, type Variables } from './app-variables';
import { flood, pace, quantile, repeating } from './load';
import { inWorkspace, type Pair } from './measure';
import { compareRates, pinSelf, processorSeconds, residentMebibytes, startPinned, type Contender } from './pinned';
import { startTable } from './policy-table';

const LOAD = { pairs: 5, connections: 16, requests: 6_000 };
/** The sample answers a few hundred requests a second. */
const SAMPLE_LOAD = { ...LOAD, requests: 1_000 };
const PROGRAMS = {
  ours: 'apps/api/main.ts',
  credentials: 'apps/service/credentials.ts',
  bare: 'bench/programs/api-bare.ts',
  raw: 'bench/programs/api-raw.ts',
};
const WARM_UP = { requests: 10_000, uncounted: 0 };
const STEADY = { requests: 10_000, uncounted: 500 };
const PROBE = { requests: 3_000, uncounted: 0 };
/** Shares of the processor that a steady stream keeps busy, and how often. */
const STEADY_LOADS = [
  { busy: 0.5, rounds: 5 },
  { busy: 0.8, rounds: 10 },
];
/** Share of the flood's rate at which the cost of a request is measured. */
const PROBED = 0.68;
const MEMORY_REQUESTS = 200_000;
/** Of a policy's owner, as the table has it. */
const OID = '00000000-0000-4000-8000-000000000000';

/**
 * Measures `GET /policy` against a bare handler of Express, jose and the SDK that reads the same table, both bundled as in
 * the images. Linux.
 */
export async function benchApi(): Promise<void> {
  const issuer = await startFakeIssuer(FLOWS);
  const table = await startTable();
  pinSelf();
  const variables = apiVariables({ issuer, database: table.url });
  const authorization = `Bearer ${await tokenFor(issuer, variables)}`;
  const contenders: Contender[] = [];
  const contender = async (program: string, more: Variables = {}, runtime?: string): Promise<Contender> => {
    const { child, url } = await startPinned([program], { ...variables, ...more }, runtime);
    const started = { child, target: { url: `${url}/policy`, headers: () => ({ authorization }) } };
    contenders.push(started);
    return started;
  };
  try {
    await inWorkspace(async (folder) => {
      await bundlePrograms({ programs: PROGRAMS }, folder);
      const ours = await contender(join(folder, 'ours.js'));
      const reference = await contender(join(folder, 'bare.js'));
      const rates = await compareRates('GET /policy', { ours, reference }, LOAD);
      for (const load of STEADY_LOADS) await reportLatency({ ours, reference }, rates, load);
      const raw = await contender(join(folder, 'raw.js'));
      await compareRates('GET /policy, beside no Express and no SDK', { ours, reference: raw }, LOAD);
      await compareWithSample(ours, contender);
      await reportMemory(ours);
    });
  } finally {
    for (const { child } of contenders) child.kill('SIGKILL');
    table.server.closeAllConnections();
    table.server.close();
    await issuer.stop();
  }
}

/** The sample as it is, which fetches keys with each request, and with its keys kept. */
async function compareWithSample(
  ours: Contender,
  contender: (program: string, more: Variables, runtime: string) => Promise<Contender>,
): Promise<void> {
  const python = pythonEnvironment(join(__dirname, 'sample.txt'));
  if (!python.ok) throw new Error(python.reason);
  const program = join(__dirname, 'programs/api_sample.py');
  for (const [mode, more] of [
    ['as it is', {}],
    ['its keys cached', { CACHED: '1' }],
  ] as const) {
    const reference = await contender(program, more, python.python);
    await compareRates(`GET /policy, beside the sample, ${mode}`, { ours, reference }, SAMPLE_LOAD);
  }
}

function tokenFor(issuer: FakeIssuer, { API_CLIENT_ID, WEB_CLIENT_ID }: Variables): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return issuer.sign(SIGN_IN, {
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
    tfp: SIGN_IN,
    ver: '1.0',
    scp: 'Accounts.Read Accounts.Write',
  });
}

/**
 * At the rate that keeps a share of the processor busy, round after round. A request of a steady stream takes longer than one of a
 * flood, in which many are done together, and the machine is not equally fast all the time: each round measures first
 * what a request costs now. A program that had nothing to do has given memory back, and is waited for until it has it again.
 * What comes once a minute, as a full collection does, is in one round or another: all together tell how often it matters.
 */
async function reportLatency(
  contenders: Pair<Contender>,
  rates: Pair<number>,
  { busy, rounds }: (typeof STEADY_LOADS)[number],
): Promise<void> {
  for (const name of ['ours', 'reference'] as const) {
    const [contender, probed] = [contenders[name], PROBED * rates[name]];
    await pace(repeating(contender.target), { ...WARM_UP, rate: probed });
    const tails: Tail[] = [];
    for (let round = 0; round < rounds; round++) {
      tails.push(await tailAt(contender, busy * (await rateOfProcessor(contender, probed))));
    }
    const all = tails.flatMap((tail) => tail.times).toSorted((a, b) => a - b);
    console.log(`${name}, ${100 * busy} % busy: ${tails.map(tailText).join('; ')}`);
    console.log(`${name}, all of these together: ${quantilesText(all)}`);
  }
}

/** @returns requests a second that keep the processor busy */
async function rateOfProcessor({ child, target }: Contender, rate: number): Promise<number> {
  const before = processorSeconds(child);
  await pace(repeating(target), { ...PROBE, rate });
  return PROBE.requests / (processorSeconds(child) - before);
}

interface Tail {
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds, ascending. */
  readonly times: readonly number[];
  /** Share of a processor that the program used. */
  readonly busy: number;
}

async function tailAt({ child, target }: Contender, rate: number): Promise<Tail> {
  const [start, before] = [performance.now(), processorSeconds(child)];
  const times = await pace(repeating(target), { ...STEADY, rate });
  const busy = (processorSeconds(child) - before) / ((performance.now() - start) / 1000);
  return { rate, times, busy };
}

function tailText({ rate, times, busy }: Tail): string {
  return `${rate.toFixed(0)} a second, ${quantilesText(times)}, ${(100 * busy).toFixed(0)} % busy`;
}

function quantilesText(ascending: readonly number[]): string {
  const [middle, p99] = [quantile(ascending, 0.5), quantile(ascending, 0.99)];
  return `median ${middle.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (${(p99 / middle).toFixed(1)}x)`;
}

async function reportMemory({ child, target }: Contender): Promise<void> {
  const mebibytes: number[] = [];
  for (let part = 0; part < 10; part++) {
    await flood(repeating(target), { ...LOAD, requests: MEMORY_REQUESTS / 10 });
    mebibytes.push(residentMebibytes(child));
  }
  console.log(`memory after each tenth of ${MEMORY_REQUESTS} requests, MiB: ${mebibytes.join(' ')}`);
}
