import { appendFileSync } from 'node:fs';
import type { GraphEmulator } from '../../../apps/emulator/graph';
import type { LoggedRequest } from '../../../apps/emulator/base/request-log';
import { CATALOGUE, type CataloguedRequest, type Requester } from '../../../scripts/reference/graph-requests';

/** File to which requests are added that the catalogue lacks, in place of failing: see CONTRIBUTING.md. */
const FILE = process.env['GRAPH_REQUESTS'];

const ADVICE =
  'run these tests with GRAPH_REQUESTS=<file>, then npx tsx test/support/graph-descriptions/merge-requests.ts <file>, and read the difference of docs/graph-requests.md';

/**
 * Looks at each request that a program of ours sends to the emulator from now on, by what the client says it is.
 *
 * @param command whose requests those of the commands are
 * @returns a check to call at the end; it throws for requests that are not in the catalogue
 */
export function watchRequests({ log }: Pick<GraphEmulator, 'log'>, command?: Requester): () => void {
  const unknown = new Set<string>();
  log.onRequest((entry) => {
    const request = requestOf(entry, command);
    if (request === undefined || isCatalogued(request)) return;
    unknown.add(JSON.stringify(request));
  });
  return () => {
    if (unknown.size === 0) return;
    const lines = [...unknown].map((line) => `${line}\n`).join('');
    if (FILE === undefined) throw new Error(`requests that docs/graph-requests.md does not have; ${ADVICE}:\n${lines}`);
    appendFileSync(FILE, lines);
  };
}

/** Undefined for what a test itself asks, and before Graph: tokens, metadata. */
export function requestOf(entry: LoggedRequest, command?: Requester): CataloguedRequest | undefined {
  const by = requesterOf(entry.client ?? '', command);
  const isGraph = /^\/(?:v1\.0|beta)\//.test(entry.path);
  // Without a route it met a fault before it was looked at, or the emulator does not know it.
  if (by === undefined || !isGraph || (entry.route === undefined && entry.status !== 501)) return undefined;
  const query = [...new URLSearchParams(entry.path.split('?')[1] ?? '').keys()];
  const route = entry.route ?? `${entry.method} ${entry.path.split('?')[0] ?? ''}`;
  return { request: route, by: [by], query, properties: entry.properties ?? [] };
}

function requesterOf(client: string, command: Requester | undefined): Requester | undefined {
  if (client.startsWith('pulumi-resource-entragraph')) return 'entragraph';
  if (client.startsWith('entra-aws-identity/')) return command;
  return /terraform|azuread/i.test(client) ? 'azuread' : undefined;
}

function isCatalogued({ request, by, query, properties }: CataloguedRequest): boolean {
  const known = CATALOGUE.find((one) => one.request === request);
  if (known === undefined) return false;
  const has = (all: readonly string[], some: readonly string[]): boolean => some.every((one) => all.includes(one));
  return has(known.by, by) && has(known.query, query) && has(known.properties, properties);
}
