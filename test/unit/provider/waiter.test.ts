import { GraphClient } from '../../../provider/graph/client';
import { Transport } from '../../../provider/graph/transport';
import { Waiter } from '../../../provider/graph/waiter';
import { VirtualClock } from '../../support/graph-stack';

const never = (): Promise<undefined> => Promise.resolve(undefined);

let clock: VirtualClock;
let start: number;

beforeEach(() => {
  clock = new VirtualClock();
  start = clock.now();
});

const seconds = (): number => (clock.now() - start) / 1000;

/** A client whose every request is answered with this status, and the number of its requests. */
function answering(
  waiter: Waiter,
  status: number,
  retryAfter?: string,
): { readonly sent: () => number; client: GraphClient } {
  let sent = 0;
  const transport = new Transport(undefined, new AbortController().signal);
  transport.send = () => {
    sent += 1;
    return Promise.resolve({ status, body: '', header: (name) => (name === 'retry-after' ? retryAfter : undefined) });
  };
  return {
    sent: () => sent,
    client: new GraphClient(() => Promise.resolve({ endpoint: 'https://g', transport }), waiter),
  };
}

describe('without a time of the operation', () => {
  test('each wait ends after three minutes', async () => {
    const waiter = new Waiter(clock);
    await expect(waiter.until('the flow', never)).rejects.toThrow('the flow: not so after 180 s');
    await expect(waiter.until('the links', never)).rejects.toThrow('the links: not so after 180 s');
    expect(seconds()).toBeGreaterThanOrEqual(360);
  });

  test('a request is sent eight times', async () => {
    const { client, sent } = answering(new Waiter(clock), 503);
    await expect(client.find('/v1.0/x')).rejects.toThrow('503');
    expect(sent()).toBe(8);
  });
});

describe('with customTimeouts', () => {
  test('all waits end together, and the message says how long that was', async () => {
    const waiter = new Waiter(clock, {}, 30_000);
    await expect(waiter.find(never, 10_000)).resolves.toBeUndefined();
    await expect(waiter.until('the flow', never)).rejects.toThrow(
      'the flow: not so after 30 s; customTimeouts of the resource sets another time',
    );
    expect(seconds()).toBe(30);
    await expect(waiter.until('the links', never)).rejects.toThrow('the links: not so after 30 s');
    expect(seconds()).toBe(30);
  });

  test('a wait goes on beyond three minutes', async () => {
    const waiter = new Waiter(clock, {}, 600_000);
    const late = (): Promise<true | undefined> => Promise.resolve(seconds() > 500 ? true : undefined);
    expect(await waiter.until('the flow', late)).toBe(true);
  });

  test('a request is sent until the time is over, more than eight times', async () => {
    const { client, sent } = answering(new Waiter(clock, {}, 600_000), 503);
    await expect(client.find('/v1.0/x')).rejects.toThrow('503');
    expect(sent()).toBeGreaterThan(8);
    expect(seconds()).toBe(600);
  });

  test('a request that Graph asks to send later than that is given up at once', async () => {
    const { client, sent } = answering(new Waiter(clock, {}, 60_000), 429, '120');
    await expect(client.find('/v1.0/x')).rejects.toThrow('429');
    expect({ sent: sent(), seconds: seconds() }).toEqual({ sent: 1, seconds: 0 });
  });
});
