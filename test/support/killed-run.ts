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
  /** Part of the name of the plug-in that is killed. @default the engine and all plug-ins are */
  readonly plugin?: string | undefined;
}

/** A directory that can hold back the answer to a request that has taken effect. */
export interface HoldingGraph {
  readonly graph: EngineGraph;
  /** Is done once a request is held. */
  readonly held: () => Promise<void>;
}

/** Starts a directory whose fault `slow` never answers, once. */
export async function startHoldingGraph(options: Parameters<typeof EngineGraph.start>[0]): Promise<HoldingGraph> {
  const held = Promise.withResolvers<undefined>();
  const wait = (): Promise<void> => {
    held.resolve(undefined);
    return new Promise(() => undefined);
  };
  const graph = await EngineGraph.start({ ...options, wait });
  return { graph, held: () => held.promise };
}

/**
 * Kills the engine, or a plug-in alone, with `kill -9` once a write has taken effect, before its answer. Linux only: it is found by
 * /proc.
 */
export async function killAt(stack: Stack, { graph, held }: HoldingGraph, { plugin, ...write }: Write): Promise<void> {
  graph.emulator.faults.add({ kind: 'slow', ...write });
  const interrupted = stack.up().then(
    () => new Error('the run came to its end'),
    (error: unknown) => error,
  );
  const first = await Promise.race([held().then(() => undefined), interrupted]);
  if (first !== undefined) throw first instanceof Error ? first : new Error(JSON.stringify(first));
  const [engine] = childrenOf(process.pid, 'pulumi up');
  if (engine === undefined) throw new Error('no engine among the children of this process');
  const plugins = childrenOf(engine, plugin ?? 'pulumi-resource-');
  if (plugin === undefined) process.kill(engine, 'SIGKILL');
  else for (const id of plugins) process.kill(id, 'SIGKILL');
  await interrupted;
  for (const id of plugins) if (isAlive(id)) process.kill(id, 'SIGKILL');
}
