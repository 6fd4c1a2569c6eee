import { GraphClient } from '../../../provider/graph/client';
import { GraphError } from '../../../provider/graph/error';
import { Transport } from '../../../provider/graph/transport';
import { Waiter } from '../../../provider/graph/waiter';
import { FakeGraph } from '../../support/fake-graph';
import { VirtualClock } from '../../support/graph-stack';

const FLOW = '/beta/identity/b2cUserFlows/B2C_1_a';

let graph: FakeGraph;
let clock: VirtualClock;
let client: GraphClient;

beforeEach(async () => {
  graph = await new FakeGraph().start();
  clock = new VirtualClock();
  const transport = new Transport(() => Promise.resolve('the-token'), new AbortController().signal);
  client = new GraphClient(() => Promise.resolve({ endpoint: graph.url, transport }), new Waiter(clock));
});

afterEach(() => graph.stop());

test('waits as long as Retry-After says, else with a growing pause', async () => {
  graph.fault = (_, index) => (['throttled', 'unavailable', 'unavailable'] as const)[index];
  await client.list('/v1.0/identity/userFlowAttributes');
  expect(clock.pauses).toEqual([2000, 750, 1500]);
});

test('gives up after eight tries, with what Graph said', async () => {
  graph.fault = () => 'unavailable';
  await expect(client.send({ method: 'GET', path: FLOW })).rejects.toThrow(
    `GET ${FLOW}: 503 ServiceUnavailable: Try again. (request-id 11111111-2222-3333-4444-555555555555)`,
  );
  expect(graph.requests).toHaveLength(8);
});

test('never repeats a request that must be sent once when Graph may have done it', async () => {
  graph.fault = () => 'lost';
  const body = { id: 'B2C_1_a', userFlowType: 'signIn', userFlowTypeVersion: 3 };
  const sent = client.send({ method: 'POST', path: '/beta/identity/b2cUserFlows', body, once: true });
  await expect(sent).rejects.toMatchObject({ code: 'NoAnswer', isAmbiguous: true });
  expect(graph.requests).toHaveLength(1);
});

/** Error of the library for a request that ends without an answer, whoever ended it. */
const ABORTED = Object.assign(new Error('The operation was aborted. Rejecting from abort signal callback'), {
  name: 'AbortError',
});

test('asks again where no answer comes in time', async () => {
  const transport = new Transport(undefined, new AbortController().signal);
  const answers = [
    Promise.reject(ABORTED),
    Promise.resolve({ status: 200, body: '{"id":"a"}', header: () => undefined }),
  ];
  transport.send = () => answers.shift() ?? Promise.reject(new Error('a third request'));
  const other = new GraphClient(() => Promise.resolve({ endpoint: graph.url, transport }), new Waiter(clock));
  expect(await other.send({ method: 'GET', path: FLOW })).toEqual({ id: 'a' });
});

test('ends where the engine cancels, and sends nothing again', async () => {
  const stop = new AbortController();
  graph.fault = () => {
    stop.abort();
    return 'unavailable';
  };
  const transport = new Transport(undefined, stop.signal);
  const other = new GraphClient(() => Promise.resolve({ endpoint: graph.url, transport }), new Waiter(clock));
  await expect(other.send({ method: 'GET', path: FLOW })).rejects.toThrow('canceled');
  expect(graph.requests).toHaveLength(1);
});

test('follows the pages of a list', async () => {
  expect(await client.list('/v1.0/identity/userFlowAttributes')).toHaveLength(5);
  expect(graph.requests).toHaveLength(3);
});

test('sends the token nowhere else', async () => {
  const transport = new Transport(() => Promise.resolve('the-token'), new AbortController().signal);
  transport.send = () =>
    Promise.resolve({
      status: 200,
      body: '{"value":[],"@odata.nextLink":"https://elsewhere/x"}',
      header: () => undefined,
    });
  const other = new GraphClient(() => Promise.resolve({ endpoint: 'https://graph', transport }), new Waiter(clock));
  await expect(other.list('/v1.0/x')).rejects.toThrow("Graph's next page is elsewhere: https://elsewhere/x");
});

test('refuses plain HTTP beyond this machine', async () => {
  const transport = new Transport(() => Promise.resolve('the-token'), new AbortController().signal);
  await expect(transport.send({ method: 'GET', url: 'http://graph.example/v1.0' })).rejects.toThrow(
    'allowInsecureConnection is false',
  );
});

test.each([
  ['{"error":{"code":"A","message":"m","innererror":{"request-id":"r"}}}', 'A: m (request-id r)'],
  ['<html>busy</html>', 'NoErrorBody: <html>busy</html>'],
  ['', 'NoErrorBody: the answer has no body'],
])('reads the error body %s', async (body, message) => {
  const transport = new Transport(undefined, new AbortController().signal);
  transport.send = () => Promise.resolve({ status: 403, body, header: () => undefined });
  const other = new GraphClient(() => Promise.resolve({ endpoint: 'https://graph', transport }), new Waiter(clock));
  await expect(other.send({ method: 'GET', path: '/x' })).rejects.toThrow(`GET /x: 403 ${message}`);
});

test('an object that is not there is undefined, any other refusal an error', async () => {
  expect(await client.find(FLOW)).toBeUndefined();
  await expect(client.find('/v1.0/users')).rejects.toThrow(GraphError);
});
