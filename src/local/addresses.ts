import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { isLoopbackUrl } from '../../apps/service/loopback';
import type { Customers } from '../estate/sections/customers/customers';
import { quotedList } from '../text/suggest';
import { isFree } from './ports';

const DEFAULT_PORT = 80;

/** Address at which somebody can use the web application on this machine. */
export interface LocalHost {
  readonly origin: string;
  readonly port: number;
}

/** Every host in it is taken, or there is none. The message says what to do. */
export class NoHostError extends Error {
  override readonly name = 'NoHostError';
}

/** Hosts of the web application that are on this machine, in the estate's order. */
export function localHostsOf({ webApplication }: Pick<Customers, 'webApplication'>): readonly LocalHost[] {
  return webApplication.hosts
    .map(({ origin }) => new URL(origin))
    .filter((url) => url.protocol === 'http:' && isLoopbackUrl(url.href))
    .map(({ origin, port }) => ({ origin, port: port === '' ? DEFAULT_PORT : Number(port) }));
}

/**
 * Chooses where the web application runs: at a host that the estate registers, since B2C sends no one back to another.
 *
 * @param port that of the host; by default the first one that is free
 * @throws NoHostError if the estate has no such host, or somebody else listens there
 */
export async function chooseHost(hosts: readonly LocalHost[], port: number | undefined): Promise<LocalHost> {
  const candidates = port === undefined ? hosts : hosts.filter((host) => host.port === port);
  if (candidates.length === 0) throw new NoHostError(noCandidate(hosts, port));
  for (const host of candidates) {
    if (await isFree(host.port)) return host;
  }
  throw new NoHostError(allTaken(candidates));
}

function noCandidate(hosts: readonly LocalHost[], port: number | undefined): string {
  const place = 'customers.webApplication.hosts of the estate';
  if (port === undefined) {
    return `${place} has no host on this machine, so the sign-in would send no one back here; add http://localhost:5000`;
  }
  const known = quotedList(hosts.map(({ origin }) => origin));
  return `${place} has no host on this machine with port ${port}: ${known}; choose one, or add http://localhost:${port}`;
}

function allTaken(hosts: readonly LocalHost[]): string {
  const taken = hosts.map(({ port }) => {
    const holder = findPortHolder(port);
    const who = holder === undefined ? 'a process of another user' : `process ${holder.id} (${holder.command})`;
    return `Port ${port} is held by ${who}.`;
  });
  const advice =
    'End it, or add another host of this machine, such as http://localhost:5001, to customers.webApplication.hosts of ' +
    'the estate: the port is part of the redirect URIs that are registered.';
  return [...taken, advice].join('\n');
}

/** A process that listens on a port. */
interface PortHolder {
  readonly id: number;
  /** Its command line, or its name alone. */
  readonly command: string;
}

/** State of a socket that listens, in the kernel's tables. */
const LISTENING = '0A';
const MAX_COMMAND = 60;
const LSOF_MILLISECONDS = 2_000;

/** Finds who listens on a TCP port, as far as this user may see it: from `/proc`, or else by `lsof`. */
export function findPortHolder(port: number): PortHolder | undefined {
  return findInProc(port) ?? findByLsof(port);
}

function findInProc(port: number): PortHolder | undefined {
  const sockets = new Set(listeningSockets(port));
  if (sockets.size === 0) return undefined;
  const id = listOf('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((process) => hasSocket(process, sockets));
  return id === undefined ? undefined : { id: Number(id), command: commandOf(id) };
}

/** As `/proc/<id>/fd` names them: `socket:[4711]`. */
function listeningSockets(port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    textOf(table)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(suffix) && state === LISTENING)
      .map((columns) => `socket:[${columns[9] ?? ''}]`),
  );
}

function hasSocket(process: string, sockets: ReadonlySet<string>): boolean {
  const folder = `/proc/${process}/fd`;
  return listOf(folder).some((name) => sockets.has(linkOf(`${folder}/${name}`)));
}

/** The end of a long one says more than its beginning. */
function commandOf(process: string): string {
  const [program = '', ...rest] = textOf(`/proc/${process}/cmdline`).split('\0');
  const command = [basename(program), ...rest].join(' ').trim();
  if (command.length <= MAX_COMMAND) return command;
  return `${basename(program)} …${command.slice(-MAX_COMMAND)}`;
}

function findByLsof(port: number): PortHolder | undefined {
  const options = { encoding: 'utf8', timeout: LSOF_MILLISECONDS } as const;
  const { stdout } = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], options);
  const found = /^p(?<id>\d+)\nc(?<command>.*)$/m.exec(stdout)?.groups;
  return found === undefined ? undefined : { id: Number(found['id']), command: found['command'] ?? '' };
}

/** Other users' processes can't be looked into, and any may end meanwhile. */
function orNothing<Value>(read: () => Value, nothing: Value): Value {
  try {
    return read();
  } catch {
    return nothing;
  }
}

const textOf = (path: string): string => orNothing(() => readFileSync(path, 'utf8'), '');
const listOf = (path: string): readonly string[] => orNothing<readonly string[]>(() => readdirSync(path), []);
const linkOf = (path: string): string => orNothing(() => readlinkSync(path), '');
