import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { refusal as problem } from '../../../../apps/api/http/problem';
import { refusal as page } from '../../../../apps/web/http/page-error';
import { type Listener, listen, type RefusalBody } from '../../../../apps/service/listen';

const HERE = { host: '127.0.0.1', port: 0 };
let listener: Listener;

async function start(refusal?: RefusalBody): Promise<void> {
  listener = await listen(
    (request, response) => {
      if (request.url === '/begun') response.write('begun');
      else if (request.url === '/body') request.resume().once('end', () => response.end('read'));
      else response.end('ok');
    },
    { ...HERE, refusal },
  );
}

async function dial(): Promise<Socket> {
  const { hostname, port } = new URL(listener.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  return socket;
}

async function raw(request: string): Promise<string> {
  const socket = await dial();
  socket.write(request);
  return await text(socket);
}

test('looks every second for requests that are too slow, so that the limits hold to the second', async () => {
  await start();
  expect([listener.server.headersTimeout, listener.server.requestTimeout]).toEqual([5_000, 10_000]);
  // Node's types leave it out; the default is 30 seconds.
  expect(listener.server).toHaveProperty('connectionsCheckingInterval', 1_000);
  await listener.stop(0);
});

describe.each([
  ['the API', problem, /"code":"malformed-request"/],
  ['the web', page, /<h1>/],
])('%s answers with a body of its own', (_name, refusal, body) => {
  beforeAll(() => start(refusal));
  afterAll(() => listener.stop(0));

  test.each([
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['an unknown expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n', 417],
    ['a tunnel', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 501],
    ['HTTP/0.9', 'GET / HTTP/0.9\r\nHost: a\r\n\r\n', 505],
    ['no HTTP', 'NONSENSE\r\n\r\n', 400],
    ['too long headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('to %s', async (_what, request, status) => {
    const answer = await raw(request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/connection: close/i);
    expect(answer).toMatch(body);
  });
});

test('HTTP/1.0 needs no host', async () => {
  await start();
  expect(await raw('GET / HTTP/1.0\r\n\r\n')).toContain('200 OK');
  await listener.stop(0);
});

/** A request on a connection that is kept, and how it ended. */
async function ask(agent: Agent): Promise<IncomingMessage> {
  const request = get(listener.url, { agent });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await text(response);
  return response;
}

test('on the way down answers the requests of idle connections, and says that they close', async () => {
  await start();
  const agents = Array.from({ length: 20 }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  for (const agent of agents) await ask(agent);
  const stopped = listener.stop(8_000);
  const answers = await Promise.all(agents.map(ask));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(agents.map(() => 200));
  expect(new Set(answers.map(({ headers }) => headers.connection))).toEqual(new Set(['close']));
  await stopped;
});

test('answers a body that never came whole by 408, and does not cut it', async () => {
  await start(problem);
  const socket = await dial();
  const received = once(listener.server, 'request');
  socket.write('POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
  await received;
  const answer = text(socket);
  await listener.stop(0);
  expect(await answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"status":408/);
});

test.each([
  ['nonsense comes after its request', 'GET /begun HTTP/1.1\r\nHost: a\r\n\r\n', '@@@\r\n\r\n'],
  ['the time is up before its body is whole', 'POST /begun HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n', 'half'],
])('no other answer stands in one that has begun when %s', async (_what, request, rest) => {
  await start();
  const socket = await dial();
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  const closed = once(socket, 'close');
  socket.on('error', () => undefined).write(request);
  while (!answer.includes('begun')) await once(socket, 'data');
  socket.write(rest);
  await listener.stop(0);
  await closed;
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
});
