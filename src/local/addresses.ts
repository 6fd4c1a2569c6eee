import { isLoopbackUrl } from '../../apps/service/loopback';
import type { Customers } from '../estate/sections/customers/customers';
import { quotedList } from '../text/suggest';
import { findPortHolder } from './port-holder';
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
