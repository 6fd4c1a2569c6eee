import { type GraphEmulator, type GraphEmulatorOptions, startGraphEmulator } from '../../apps/emulator/graph';
import type { Requester } from '../../scripts/reference/graph-requests';
import { watchRequests } from './graph-descriptions/watch-requests';

/** Seed that a run printed, to repeat it. */
const SEED = process.env['GRAPH_SEED'];

/**
 * Starts an emulator of Graph for tests. It lags and throttles unless a test says `quirks: { lag: 'none', throttling: 'none' }`,
 * and prints the seed of both, which repeats a run as far as its requests come in the same order.
 *
 * @param command whose requests those of the commands are; stopping fails for one that docs/graph-requests.md does not have
 */
export async function startEmulator(options: GraphEmulatorOptions = {}, command?: Requester): Promise<GraphEmulator> {
  const emulator = await startGraphEmulator({ ...(SEED !== undefined && { seed: Number(SEED) }), ...options });
  process.stdout.write(`emulator of Graph: GRAPH_SEED=${emulator.seed} repeats this run\n`);
  const checkRequests = watchRequests(emulator, command);
  const stop = async (): Promise<void> => {
    await emulator.stop();
    checkRequests();
  };
  return { ...emulator, stop };
}
