import type { Stack } from '@pulumi/pulumi/automation';
import { childrenOf, isAlive } from './children';
import { EngineGraph } from './engine-graph';

/** A write at which a run is killed: `POST /beta/groups`. */
export interface Write {
  readonly method: string;
  /** `*` stands for one segment. */
  readonly path: string;
  /** Writes of the kind that pass before. @default 0 */
  readonly skip?: number;
}

/** A write, and the process that is killed. */
export interface KilledAt extends Write {
  /** Part of the name of the plug-in. @default the engine and all plug-ins are killed */
  readonly plugin?: string | undefined;
}

/** A directory that can hold back the answer to a request that has taken effect. */
export interface Holding {
  /** Holds the next answer to such a request. */
  readonly hold: (write: Write) => Promise<void>;
  /** Is done once a request is held. */
  readonly held: () => Promise<undefined>;
}

/** The same in this process. */
export interface HoldingGraph extends Holding {
  readonly graph: EngineGraph;
}

/** Starts a directory whose fault `slow` never answers, once. */
export async function startHoldingGraph(options: Parameters<typeof EngineGraph.start>[0]): Promise<HoldingGraph> {
  const held = Promise.withResolvers<undefined>();
  const wait = (): Promise<void> => {
    held.resolve(undefined);
    return new Promise(() => undefined);
  };
  const graph = await EngineGraph.start({ ...options, wait });
  const hold = ({ method, path, skip = 0 }: Write): Promise<void> => {
    graph.emulator.faults.add({ kind: 'slow', method, path, skip });
    return Promise.resolve();
  };
  return { graph, hold, held: () => held.promise };
}

/**
 * Kills the engine, or a plug-in alone, with `kill -9` once a write has taken effect, before its answer. Linux only: it is found by
 * /proc.
 */
export async function killAt(stack: Stack, holding: Holding, { plugin, ...write }: KilledAt): Promise<void> {
  const interrupted = await upUntilHeld(stack, holding, write);
  const [engine] = childrenOf(process.pid, 'pulumi up');
  if (engine === undefined) throw new Error('no engine among the children of this process');
  const plugins = childrenOf(engine, plugin ?? 'pulumi-resource-');
  if (plugin === undefined) process.kill(engine, 'SIGKILL');
  else for (const id of plugins) process.kill(id, 'SIGKILL');
  await interrupted.end;
  for (const id of plugins) if (isAlive(id)) process.kill(id, 'SIGKILL');
}

/** Runs `up` until a request is held. @returns the end of the run @throws what ended it before */
export async function upUntilHeld(
  stack: Stack,
  holding: Holding,
  write: Write,
): Promise<{ readonly end: Promise<unknown> }> {
  await holding.hold(write);
  const end = stack.up().then(
    () => new Error('the run came to its end'),
    (error: unknown) => error,
  );
  const first = await Promise.race([holding.held(), end]);
  if (first !== undefined) throw first instanceof Error ? first : new Error(JSON.stringify(first));
  return { end };
}
