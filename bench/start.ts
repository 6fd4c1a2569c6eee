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
import { processorSeconds, startPinned } from './pinned';

const STARTS = 7;
const WHOLE_STARTS = 5;

/** Milliseconds. */
interface Times {
  readonly wall: readonly number[];
  readonly processor?: readonly number[];
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
        report(`${name} listens, bundled as in the image`, await starts([join(folder, name, 'main.js')], variables));
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
  const [wall, processor]: [number[], number[]] = [[], []];
  for (let count = 0; count < STARTS; count++) {
    const before = performance.now();
    const { child } = await startPinned(args, variables);
    wall.push(performance.now() - before);
    processor.push(processorSeconds(child) * 1_000);
    child.kill('SIGKILL');
  }
  return { wall, processor };
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
  const ended = once(child, 'exit');
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

function report(what: string, { wall, processor }: Times): void {
  const each = wall.map((time) => time.toFixed(0)).join(' ');
  const share = processor === undefined ? '' : `, of which ${median(processor).toFixed(0)} ms on a processor`;
  console.log(`${what}: median ${median(wall).toFixed(0)} ms${share} (${each})`);
}
