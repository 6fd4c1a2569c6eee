import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The reference: a server that gives one fixed answer. Prints the milliseconds to it. */
async function main(): Promise<void> {
  const start = performance.now();
  const server = createServer((_request, response) => response.end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await answer.text();
  console.log(String(performance.now() - start));
  server.closeAllConnections();
  server.close();
}

void main();
