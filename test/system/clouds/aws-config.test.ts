import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { version } from '../../../package.json';
import { awsConfig } from '../../../src/clouds/aws/aws-config';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
const PROXY = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];

const before = { ...process.env };
const servers: Server[] = [];

beforeEach(() => {
  for (const name of PROXY) Reflect.deleteProperty(process.env, name);
});
afterEach(async () => {
  process.env = { ...before };
  await Promise.all(servers.splice(0).map(close));
});

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

async function serve(listener?: RequestListener): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function proxy() {
  const asked: string[] = [];
  const { server, url } = await serve((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(502).end();
  });
  server.on('connect', ({ url: target = '' }, socket) => {
    asked.push(target);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  return { url, asked };
}

function callOnce(endpoint?: string): Promise<unknown> {
  const config = { ...awsConfig('eu-central-1'), maxAttempts: 1, credentials: CREDENTIALS };
  return new STSClient({ ...config, ...(endpoint !== undefined && { endpoint }) }).send(new GetCallerIdentityCommand());
}

test('tries ten times, waits 5 s for a connection and 20 s for an answer, and then fails', () => {
  expect(awsConfig('eu-central-1')).toMatchObject({
    maxAttempts: 10,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
  });
});

test('takes the Region that the SDK finds where none is given', () => {
  expect(awsConfig()).not.toHaveProperty('region');
});

test('names itself and its version to AWS', async () => {
  const agents: unknown[] = [];
  const { url } = await serve(({ headers }, response) => {
    agents.push(headers['user-agent']);
    response.writeHead(500).end();
  });
  await expect(callOnce(url)).rejects.toThrow();
  expect(agents).toStrictEqual([expect.stringContaining(`entra-aws-identity/${version}`)]);
});

test('asks AWS through the proxy of the environment', async () => {
  const { url, asked } = await proxy();
  process.env['HTTPS_PROXY'] = url;
  await expect(callOnce()).rejects.toThrow();
  expect(asked).toStrictEqual(['sts.eu-central-1.amazonaws.com:443']);
});

test('asks a stand-in on this machine without the proxy', async () => {
  const { url: through, asked } = await proxy();
  process.env['HTTP_PROXY'] = through;
  let requests = 0;
  const { url } = await serve((_request, response) => {
    requests += 1;
    response.writeHead(500).end();
  });
  await expect(callOnce(url)).rejects.toThrow();
  expect({ asked, requests }).toStrictEqual({ asked: [], requests: 1 });
});
