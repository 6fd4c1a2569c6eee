import * as http from 'node:http';
import { UsageError } from './cli';

/** Reached directly, whatever the proxy: stand-ins for the clouds, and the servers by which the engines talk to their plug-ins. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1'];

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY'] as const;

/**
 * Lets everything that this process sends go through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, in upper or
 * lower case, but for what is on this machine; and what it starts as well, since some of that asks one spelling alone.
 *
 * @throws UsageError if the address of the proxy can't be read
 */
export function useProxy(environment: NodeJS.ProcessEnv): void {
  const used = PROXIES.filter((name) => (environment[name.toLowerCase()] ?? environment[name] ?? '') !== '');
  if (used.length === 0) return;
  const direct = directHosts(environment['no_proxy'] ?? environment['NO_PROXY'] ?? '');
  environment['NO_PROXY'] = direct;
  environment['no_proxy'] = direct;
  try {
    // From Node 24.14 on; before it, `fetch` wants NODE_USE_ENV_PROXY=1 when Node starts.
    if ('setGlobalProxyFromEnv' in http) http.setGlobalProxyFromEnv(environment);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${used.join(' and ')} must be the address of a proxy, such as http://proxy:3128: ${reason}`);
  }
}

function directHosts(given: string): string {
  if (given.trim() === '*') return '*';
  const hosts = given.split(',').map((host) => host.trim());
  return [...new Set([...hosts.filter((host) => host !== ''), ...THIS_MACHINE])].join(',');
}
