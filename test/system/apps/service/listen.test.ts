import { listen, shutDown } from '../../../../apps/service/listen';

test('looks every second for requests that are too slow, so that the limits hold to the second', async () => {
  const server = await listen(() => undefined, { host: '127.0.0.1', port: 0 });
  expect([server.headersTimeout, server.requestTimeout]).toEqual([5_000, 10_000]);
  // Node's types leave it out; the default is 30 seconds.
  expect(server).toHaveProperty('connectionsCheckingInterval', 1_000);
  await shutDown(server, 0);
});
