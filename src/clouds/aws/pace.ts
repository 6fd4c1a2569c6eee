import { setTimeout as sleep } from 'node:timers/promises';
import { isLoopbackHost } from '../../../apps/service/loopback';

/**
 * Requests a second. IAM Identity Center allows 20 in all ('IAM Identity Center quotas'): a quarter is left to deployments and to other
 * programs of the organization. CloudTrail allows two look-ups ('LookupEvents').
 */
export const PACES = { identityCenter: 15, lookUps: 2 } as const;

/** Way to tell and to spend time, in milliseconds; tests have their own. */
export interface PaceClock {
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

const CLOCK: PaceClock = { now: () => performance.now(), pause: sleep };

/** Nearest to the wire, so that each attempt waits for its turn. */
const PLACE = { step: 'finalizeRequest', priority: 'low', name: 'pace' } as const;

interface Attempt {
  /** As the SDK has it once it knows the endpoint. */
  readonly request: unknown;
}

type Next<Args, Result> = (args: Args) => Promise<Result>;

interface Stacked {
  readonly middlewareStack: {
    readonly add: (
      turn: <Args extends Attempt, Result>(next: Next<Args, Result>) => Next<Args, Result>,
      place: typeof PLACE,
    ) => void;
  };
}

/** A client whose requests leave one after the other at a pace, so that none is refused for haste; stand-ins are asked at once. */
export function paced<Client extends Stacked>(client: Client, aSecond: number, clock = CLOCK): Client {
  let next = 0;
  client.middlewareStack.add(
    (go) => async (args) => {
      if (!isStandIn(args.request)) {
        const now = clock.now();
        const turn = Math.max(now, next);
        next = turn + 1000 / aSecond;
        if (turn > now) await clock.pause(turn - now);
      }
      return go(args);
    },
    PLACE,
  );
  return client;
}

function isStandIn(request: unknown): boolean {
  const { hostname } = request as { readonly hostname?: string };
  return hostname !== undefined && isLoopbackHost(hostname);
}
