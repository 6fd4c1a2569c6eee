import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { GraphProvider } from '../constructs/graph/provider';
import { UserFlow } from '../constructs/graph/user-flow';
import { EngineGraph } from '../test/support/engine-graph';
import { EngineStack } from '../test/support/engine-stack';
import { findPulumi } from '../test/support/pulumi-cli';
import type { LoadResult, Target } from './load';
import { atFullSpeed, atRate, percentile } from './load';
import { median } from './measure';
import { ServedProgram, type Usage } from './served';

const PAIRS = 3;
const RATE = 500;
const SECONDS = 10;
const WARM_UP = 50_000;
const MANY = 100_000;
const PARALLEL = 8;

/** Measures the Entra half against the limits of docs/performance.md, and against references that do the least there is. */
export async function benchEntra(): Promise<void> {
  console.log('| What | Limit | Ours | Reference | Ratio |');
  console.log('| --- | --- | --- | --- | --- |');
  await benchEmulator();
  await benchProviderStart();
  await benchEngine();
}

async function benchEmulator(): Promise<void> {
  const emulator = await ServedProgram.start('graph-emulator');
  const bare = await ServedProgram.start('http-bare', await answersOf(emulator.target));
  try {
    await atFullSpeed(emulator.target, { parallel: PARALLEL, total: WARM_UP });
    await atFullSpeed(bare.target, { parallel: PARALLEL, total: WARM_UP });
    await benchRate(emulator, bare);
    await benchMany(emulator, bare);
  } finally {
    emulator.stop();
    bare.stop();
  }
}

async function benchRate(emulator: ServedProgram, bare: ServedProgram): Promise<void> {
  const runs: (readonly [ours: Paced, reference: Paced])[] = [];
  for (let pair = 0; pair < PAIRS; pair += 1) runs.push([await atFixedRate(emulator), await atFixedRate(bare)]);
  const compared = (valueOf: (run: Paced) => number) => ({
    ours: runs.map(([ours]) => valueOf(ours)),
    reference: runs.map(([, reference]) => valueOf(reference)),
  });
  const p99 = compared(({ load }) => percentile(load, 0.99));
  row(`p99 at ${RATE} requests a second for ${SECONDS} s`, '< 20 ms', medians(p99, 'ms'));
  const cpu = compared(({ cpu: seconds }) => (seconds / SECONDS) * 100);
  row('the same: share of a processor', '< 100 %', medians(cpu, '%'));
}

/** What the emulator answers to each request of its mix, for a server that answers the same. */
async function answersOf(target: Target): Promise<object> {
  const answers: Record<string, { readonly status: number; readonly body: string }> = {};
  let created = '';
  for (const { method, path, body } of target.steps) {
    const response = await fetch(`${target.url}${path.replace('{created}', created)}`, {
      method,
      headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (method === 'POST') created = (JSON.parse(text) as { readonly id: string }).id;
    answers[`${method} ${method === 'DELETE' ? '' : path}`] = { status: response.status, body: text };
  }
  return { target, answers };
}

interface Paced {
  readonly load: LoadResult;
  /** Seconds on a processor. */
  readonly cpu: number;
}

async function atFixedRate(program: ServedProgram): Promise<Paced> {
  const before = await program.usage();
  const load = await atRate(program.target, { rate: RATE, total: RATE * SECONDS });
  return { load, cpu: (await program.usage()).cpu - before.cpu };
}

async function benchMany(emulator: ServedProgram, bare: ServedProgram): Promise<void> {
  const [ours, reference] = [await atFull(emulator), await atFull(bare)];
  const speed = ({ load }: Full): string => `${Math.round(load.perSecond)} a second`;
  const faster = ratio(reference.load.perSecond, ours.load.perSecond);
  row(`${MANY} requests, ${PARALLEL} at a time`, `> ${RATE} a second`, [speed(ours), speed(reference), faster]);
  const heap = ({ early, late }: Full): string =>
    `heap ${early.heapMebibytes.toFixed(0)} -> ${late.heapMebibytes.toFixed(0)} MiB, ` +
    `resident ${early.residentMebibytes.toFixed(0)} -> ${late.residentMebibytes.toFixed(0)} MiB`;
  row('the same: memory before and after', 'stable', [
    heap(ours),
    heap(reference),
    ratio(ours.late.heapMebibytes, ours.early.heapMebibytes),
  ]);
}

interface Full {
  readonly load: LoadResult;
  readonly early: Usage;
  readonly late: Usage;
}

async function atFull(program: ServedProgram): Promise<Full> {
  const early = await program.usage();
  const load = await atFullSpeed(program.target, { parallel: PARALLEL, total: MANY });
  return { load, early, late: await program.usage() };
}

async function benchProviderStart(): Promise<void> {
  const plugin = join(__dirname, '..', 'provider', 'pulumi-resource-entragraph');
  const bare = join(__dirname, 'programs', 'grpc-bare.ts');
  const times = { ours: [] as number[], reference: [] as number[] };
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const pairOf = [await secondsToPort([plugin]), await secondsToPort(['--import', 'tsx', bare])] as const;
    // The first fills caches.
    if (pair === 0) continue;
    times.ours.push(pairOf[0]);
    times.reference.push(pairOf[1]);
  }
  row('start of the provider, to its port', '< 1 s', medians(times, 's'));
}

async function secondsToPort(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'data');
    return (performance.now() - start) / 1000;
  } finally {
    child.kill();
  }
}

const FLOWS = ['signupsignin1', 'signupsignin1_mfa', 'profileediting1', 'passwordreset1'] as const;
const TYPES = {
  signupsignin1: 'signUpOrSignIn',
  signupsignin1_mfa: 'signUpOrSignIn',
  profileediting1: 'profileUpdate',
  passwordreset1: 'passwordReset',
} as const;

/** Four user flows as the customers program declares them. */
function fourFlows(): Promise<Record<string, unknown>> {
  const provider = new GraphProvider('graph');
  const urns = FLOWS.map((name) => {
    const flow = { userFlowId: `B2C_1_${name}`, userFlowType: TYPES[name] };
    const attributes = [{ attribute: 'givenName' }, { attribute: 'surname' }, { attribute: 'city' }];
    const multifactor = { state: name.endsWith('_mfa') ? 'on' : 'off' } as const;
    return new UserFlow(name, { ...flow, attributes, multifactor }, { provider }).urn;
  });
  return Promise.resolve({ urns });
}

async function benchEngine(): Promise<void> {
  const cli = findPulumi();
  if ('skipped' in cli) {
    console.log(`\nNot measured: \`pulumi up\` of four user flows: ${cli.skipped}`);
    return;
  }
  const up = { ours: [] as number[], reference: [] as number[] };
  const destroy = { ours: [] as number[], reference: [] as number[] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const ours = await upAndDestroy(cli.folder, fourFlows);
    const reference = await upAndDestroy(cli.folder, () => Promise.resolve({ nothing: true }));
    up.ours.push(ours.up);
    up.reference.push(reference.up);
    destroy.ours.push(ours.destroy);
    destroy.reference.push(reference.destroy);
  }
  row('`pulumi up` of four user flows (reference: an empty stack)', '< 10 s', medians(up, 's'));
  row('`pulumi destroy` of them (reference: an empty stack)', '< 5 s', medians(destroy, 's'));
}

type Program = () => Promise<Record<string, unknown>>;

async function upAndDestroy(cli: string, program: Program): Promise<{ readonly up: number; readonly destroy: number }> {
  const graph = await EngineGraph.start();
  const engine = await EngineStack.create({ cli, program, environment: graph.environment });
  try {
    await graph.configure(engine.stack);
    const start = performance.now();
    await engine.stack.up();
    const done = performance.now();
    await engine.stack.destroy();
    return { up: (done - start) / 1000, destroy: (performance.now() - done) / 1000 };
  } finally {
    engine.remove();
    await graph.stop();
  }
}

interface Pairs {
  readonly ours: readonly number[];
  readonly reference: readonly number[];
}

/** Medians of both, and of the ratios pair by pair: the machine's mood cancels out. */
function medians({ ours, reference }: Pairs, unit: string): readonly [string, string, string] {
  const ratios = ours.map((value, index) => value / (reference[index] ?? Number.NaN));
  const shown = (values: readonly number[]): string => `${median(values).toFixed(2)} ${unit}`;
  return [shown(ours), shown(reference), `${median(ratios).toFixed(2)}x`];
}

function ratio(ours: number, reference: number): string {
  return `${(ours / reference).toFixed(2)}x`;
}

function row(what: string, limit: string, [ours, reference, compared]: readonly [string, string, string]): void {
  console.log(`| ${what} | ${limit} | ${ours} | ${reference} | ${compared} |`);
}

if (require.main === module) void benchEntra();
