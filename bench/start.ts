import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bundleImages } from '../src/local/containers/bundle';
import { startDynalite } from '../test/support/dynalite';
import { startFakeIssuer } from '../test/support/fake-issuer';
import { apiVariables, FLOWS, webVariables, type Variables } from './app-variables';
import { inWorkspace, median, REPOSITORY } from './measure';
import { processorSeconds, residentMebibytes, startPinned } from './pinned';

/** As in the images' Dockerfiles. */
const IMAGE_OPTIONS = ['--max-semi-space-size=4'];

const STARTS = 7;
const WHOLE_STARTS = 5;

/** Milliseconds. */
interface Times {
  readonly wall: readonly number[];
  readonly processor?: readonly number[];
  /** Mebibytes when it listens. */
  readonly memory?: readonly number[];
}

/** Measures how long each application takes until it listens, and `npm start` until the URL is printed. */
export async function benchStart(): Promise<void> {
  const issuer = await startFakeIssuer(FLOWS);
  const database = await startDynalite();
  const places = { issuer, database: database.endpoint };
  try {
    await inWorkspace(async (folder) => {
      await bundleImages(folder);
      for (const [name, variables] of Object.entries({ api: apiVariables(places), web: webVariables(places) })) {
        const source = ['--import', 'tsx', join(REPOSITORY, 'apps', name, 'main.ts')];
        const bundled = [...IMAGE_OPTIONS, join(folder, name, 'main.js')];
        report(`${name} listens, bundled`, await starts(bundled, variables));
        const compiled = { ...variables, NODE_COMPILE_CACHE: join(folder, `compiled-${name}`) };
        await compile(bundled, compiled);
        report(`${name} listens, bundled and compiled as in the image`, await starts(bundled, compiled));
        report(`${name} listens, from source by tsx`, await starts(source, variables));
      }
      report('npm start, with no state', await wholeStarts(() => mkdtempSync(join(folder, 'state-'))));
      const state = mkdtempSync(join(folder, 'state-'));
      report('npm start, with the state of the run before', await wholeStarts(() => state));
    });
  } finally {
    await database.stop();
    await issuer.stop();
  }
}

async function starts(args: readonly string[], variables: Variables): Promise<Times> {
  const [wall, processor, memory]: [number[], number[], number[]] = [[], [], []];
  for (let count = 0; count < STARTS; count++) {
    const before = performance.now();
    const { child } = await startPinned(args, variables);
    wall.push(performance.now() - before);
    processor.push(processorSeconds(child) * 1_000);
    memory.push(residentMebibytes(child));
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  return { wall, processor, memory };
}

/** Node writes what it compiled when a program ends by itself. */
async function compile(args: readonly string[], variables: Variables): Promise<void> {
  const { child } = await startPinned(args, variables);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function wholeStarts(stateOf: () => string): Promise<Times> {
  const wall: number[] = [];
  for (let count = 0; count < WHOLE_STARTS; count++) wall.push(await wholeStart(stateOf()));
  return { wall };
}

/** As `npm start` is called. @throws Error if it ends before it is ready */
async function wholeStart(state: string): Promise<number> {
  const before = performance.now();
  const child = spawn('npm', ['start', '--', '--state', state, '--quiet'], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  // npm ends at once; the pipe closes when the last program that it started has ended and given its port back.
  const ended = once(child, 'close');
  try {
    const time = await new Promise<number>((ready, failed) => {
      void ended.then(() => {
        failed(new Error('npm start ended'));
      });
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.includes(' runs:  http')) ready(performance.now() - before);
      });
    });
    process.kill(-Number(child.pid), 'SIGTERM');
    return time;
  } finally {
    await ended;
  }
}

function report(what: string, { wall, processor, memory }: Times): void {
  const each = wall.map((time) => time.toFixed(0)).join(' ');
  const share = processor === undefined ? '' : `, of which ${median(processor).toFixed(0)} ms on a processor`;
  const held = memory === undefined ? '' : `, ${median(memory).toFixed(0)} MiB`;
  console.log(`${what}: median ${median(wall).toFixed(0)} ms${share}${held} (${each})`);
}
