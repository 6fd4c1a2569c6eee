import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { version } from '../../../package.json';
import { openDirectory } from '../../../src/clouds/graph/directory';

test('names itself and its version to Graph, and sends nothing once it is closed', async () => {
  const agents: unknown[] = [];
  const server = createServer(({ headers }, response) => {
    agents.push(headers['user-agent']);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const message = { method: 'GET', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } as const;
  const directory = openDirectory('customers', '00000000-0000-4000-8000-000000000000', {});
  expect(await directory.web.send(message)).toMatchObject({ status: 200 });
  directory.close();
  await expect(directory.web.send(message)).rejects.toThrow('canceled');
  expect(agents).toStrictEqual([`entra-aws-identity/${version}`]);
  server.closeAllConnections();
  server.close();
});

test("asks the cloud that the directory's own variables name", async () => {
  const environment = { ARM_ENVIRONMENT: 'public', WORKFORCE_ARM_ENVIRONMENT: 'china' };
  const graphOf = async (name: 'customers' | 'workforce') =>
    (await openDirectory(name, '00000000-0000-4000-8000-000000000000', environment).cloud()).graph;
  expect(await graphOf('customers')).toBe('https://graph.microsoft.com');
  expect(await graphOf('workforce')).toBe('https://microsoftgraph.chinacloudapi.cn');
});
