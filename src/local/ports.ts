import { once } from 'node:events';
import type { Server } from 'node:net';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './state-folder';

const Ports = z.strictObject({ b2c: z.int(), api: z.int(), database: z.int() });

/** Ports that need not be known: any free ones will do. */
export type Ports = Readonly<z.output<typeof Ports>>;

const IN_USE: ReadonlySet<unknown> = new Set(['EADDRINUSE', 'EACCES']);

/**
 * Chooses ports, the same as last time where they are still free: issuers, and with them tokens and sessions, name the
 * port.
 */
export async function choosePorts(path: string): Promise<Ports> {
  const known = readJsonFile(path, Ports);
  // All are held until the last is chosen, or one could be drawn twice.
  const servers = await Promise.all([reserve(known?.b2c), reserve(known?.api), reserve(known?.database)]);
  const [b2c, api, database] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  const ports = Ports.parse({ b2c, api, database });
  writeJsonFile(path, ports);
  return ports;
}

/**
 * Tells whether a port of this machine is free. Browsers try both addresses of `localhost`, and a server on every
 * address does not always keep another from listening on one (macOS), so that it is asked for as well.
 */
export async function isFree(port: number): Promise<boolean> {
  const answers = await Promise.all(['127.0.0.1', '::1'].map((host) => somebodyAnswers(port, host)));
  if (answers.includes(true)) return false;
  const server = await listen(port);
  if (server === undefined) return false;
  await close(server);
  return true;
}

async function reserve(preferred = 0): Promise<Server> {
  const server = (preferred === 0 ? undefined : await listen(preferred)) ?? (await listen(0));
  if (server === undefined) throw new Error('no port of 127.0.0.1 is free; end programs that listen, and start again');
  return server;
}

/** @returns undefined if the port is taken, or not allowed to this user */
async function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (IN_USE.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}

async function somebodyAnswers(port: number, host: string): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
