import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { chooseHost, findPortHolder, localHostsOf } from '../../../src/local/addresses';
import { freePort } from '../../support/free-port';

let servers: Server[] = [];

async function listen(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

async function closeAll(): Promise<void> {
  for (const server of servers) server.close();
  await Promise.all(servers.map((server) => once(server, 'close')));
  servers = [];
}

afterEach(closeAll);

const hostOf = (port: number) => ({ origin: `http://localhost:${port}`, port });

function customersWith(...origins: readonly string[]): Parameters<typeof localHostsOf>[0] {
  const hosts = origins.map((origin) => ({ at: [], origin }));
  const callbacks = { signIn: '/a', stepUp: '/b' };
  const clientSecret = { at: [], start: '2026-01-01', periodDays: 180 };
  const webApplication = { at: [], displayName: 'Claims', hosts, callbacks, implicitGrant: false, clientSecret };
  return { webApplication: { ...webApplication, accepted: [] } };
}

test('hosts on this machine are those of plain http on loopback', () => {
  const customers = customersWith(
    'https://claims.example.com',
    'http://localhost:5000',
    'http://127.0.0.1',
    'https://localhost:1',
  );
  expect(localHostsOf(customers)).toEqual([hostOf(5000), { origin: 'http://127.0.0.1', port: 80 }]);
});

test('takes the first host that is free', async () => {
  const free = await freePort();
  const taken = await listen();
  expect(await chooseHost([hostOf(taken), hostOf(free)], undefined)).toEqual(hostOf(free));
});

test.each(['127.0.0.1', '0.0.0.0', '::1'])('says which process holds the port, at %s', async (address) => {
  const port = await listen(address);
  const message = await chooseHost([hostOf(port)], undefined).catch((error: unknown) => (error as Error).message);
  expect(message).toContain(`Port ${port} is held by process ${process.pid} (`);
  expect(message).toContain(
    'add another host of this machine, such as http://localhost:5001, to customers.webApplication.hosts',
  );
});

test('refuses a port that the estate does not register, and names those that it does', async () => {
  await expect(chooseHost([hostOf(5000)], 5001)).rejects.toThrow(
    'customers.webApplication.hosts of the estate has no host on this machine with port 5001: ' +
      "'http://localhost:5000'; choose one, or add http://localhost:5001",
  );
});

test('says what an estate without a host on this machine needs', async () => {
  await expect(chooseHost([], undefined)).rejects.toThrow(
    'the sign-in would send no one back here; add http://localhost:5000',
  );
});

test('nobody holds a free port', async () => {
  expect(findPortHolder(await freePort())).toBeUndefined();
});
