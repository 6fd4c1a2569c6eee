import type { FaultRule } from '../../../apps/emulator/graph/faults';
import { startGraphEmulator, type GraphEmulator, type GraphEmulatorOptions } from '../../../apps/emulator/graph';
import type { LagSettings } from '../../../apps/emulator/graph/store/visibility';
import { GRAPH_ROLES } from '../../../apps/emulator/graph/auth/roles';
import type { LoggedRequest } from '../../../apps/emulator/base/request-log';
import { watchRequests } from '../graph-descriptions/watch-requests';

/** Settings that a process can be given. */
export type ProcessOptions = Pick<
  GraphEmulatorOptions,
  'data' | 'graphPort' | 'tlsPort' | 'tenant' | 'deployer' | 'lag' | 'faults' | 'seed' | 'quirks'
>;

/** Where it listens, and how it is entered. */
export interface Started extends Pick<GraphEmulator, 'graphUrl' | 'tlsUrl' | 'caFile' | 'env' | 'tenant' | 'deployer'> {
  readonly kind: 'started';
  /** Of somebody who may do everything. */
  readonly administratorToken: string;
}

export type Told =
  /** In place of all faults before. */
  | { readonly kind: 'faults'; readonly rules: readonly FaultRule[] }
  | { readonly kind: 'firstFault' }
  /** From now on all that was changed shows. */
  | { readonly kind: 'settle' }
  /** From now on changes lag so. */
  | { readonly kind: 'lag'; readonly lag: LagSettings }
  | { readonly kind: 'requests' };

export type Tells =
  | Started
  | { readonly kind: 'held' }
  | { readonly kind: 'done' }
  /** Whether the first of the faults has met its request. */
  | { readonly kind: 'firstFault'; readonly isHit: boolean }
  /** With what the emulator or the catalogue of requests does not know. */
  | { readonly kind: 'requests'; readonly requests: readonly LoggedRequest[]; readonly problem?: string };

const tell = (message: Tells): void => void process.send?.(message);

/** Answers whoever started this process, which ends with it. */
function listen(emulator: GraphEmulator, check: () => void): void {
  let first: FaultRule | undefined;
  process.on('disconnect', () => process.exit());
  process.on('message', (told: Told) => {
    if (told.kind === 'firstFault') {
      tell({ kind: 'firstFault', isHit: first !== undefined && !emulator.faults.isPending(first) });
      return;
    }
    if (told.kind === 'requests') {
      tell({ kind: 'requests', ...requestsOf(emulator, check) });
      return;
    }
    if (told.kind === 'settle') emulator.visibility.set({});
    else if (told.kind === 'lag') emulator.visibility.set(told.lag);
    else {
      emulator.faults.clear();
      emulator.faults.add(...told.rules);
      [first] = told.rules;
    }
    tell({ kind: 'done' });
  });
}

function requestsOf({ log }: GraphEmulator, check: () => void): Omit<Extract<Tells, { kind: 'requests' }>, 'kind'> {
  const requests = log.entries;
  const unknown = requests.filter(({ status }) => status === 501);
  if (unknown.length > 0) return { requests, problem: `the emulator does not know ${JSON.stringify(unknown)}` };
  try {
    check();
    return { requests };
  } catch (error) {
    return { requests, problem: String(error) };
  }
}

async function main(options: ProcessOptions): Promise<void> {
  const wait = (): Promise<void> => {
    tell({ kind: 'held' });
    return new Promise(() => undefined);
  };
  // How much is throttled, a run says by its faults.
  const emulator = await startGraphEmulator({
    ...options,
    quirks: { throttling: 'none', instantiateOwner: 'caller', ...options.quirks },
    wait,
  });
  listen(emulator, watchRequests(emulator));
  const { graphUrl, tlsUrl, caFile, env, tenant, deployer } = emulator;
  const administratorToken = emulator.token(Object.keys(GRAPH_ROLES));
  tell({ kind: 'started', graphUrl, tlsUrl, caFile, env, tenant, deployer, administratorToken });
}

void main(JSON.parse(process.argv[2] ?? '{}') as ProcessOptions);
