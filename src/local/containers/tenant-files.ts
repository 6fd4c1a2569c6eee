import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, createServerCertificate } from '../../../apps/emulator/base/authority';
import type { Customers } from '../../estate/sections/customers/customers';
import { checkRegistered, type DeployedDirectory } from '../deployed-directory';
import { directoryEnvironments, environmentsOf } from '../environment';
import { openSecrets } from '../secrets';
import {
  ANY_ADDRESS,
  type ComposeFiles,
  firstLocalHost,
  PATHS,
  portVariables,
  writeEnvironment,
} from './compose-files';

/** Names and ports inside the network of the tenant's containers. */
const PLACES = { api: 'tenant-api:5001', database: 'tenant-database:5003' } as const;

/** Folder in the containers: what they answer with, and the authority that they trust. */
const TLS = '/run/tls';

interface TenantOptions {
  readonly customers: Customers;
  readonly directory: DeployedDirectory;
  readonly now: Date;
  /** Host and port of each. @default those of compose.yaml */
  readonly places?: Readonly<Record<keyof typeof PLACES, string>>;
  /** @default the folder in the containers */
  readonly tls?: string;
}

/**
 * Writes what the profile `tenant` of compose.yaml reads: variables of each container, with the client secret of the
 * directory in that of the web, and a certificate for API and database. It is made at each build, and its authority's key
 * is kept nowhere.
 *
 * @throws NoHostError if no host of the estate is on this machine, or the directory sends no one back to it
 */
export async function writeTenantFiles(
  folder: string,
  { customers, directory, now, places = PLACES, tls = TLS }: TenantOptions,
): Promise<ComposeFiles> {
  const host = firstLocalHost(customers);
  checkRegistered(host, { customers, directory });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { sessionKey } = openSecrets(join(folder, 'secrets.json'));
  const origins = { web: host.origin, api: `https://${places.api}`, database: `https://${places.database}` };
  const known = { customers, signIn: directory, sessionKey };
  const { api, web } = environmentsOf({ ...known, origins });
  const trusting = { HOST: ANY_ADDRESS, NODE_EXTRA_CA_CERTS: `${tls}/ca.crt` };
  writeEnvironment(folder, 'api', { ...api, ...trusting, TLS_FOLDER: tls });
  writeEnvironment(folder, 'web', { ...web, ...trusting });
  const PORT = new URL(origins.database).port;
  writeEnvironment(folder, 'database', { ...trusting, PORT, DATA: PATHS.data, TLS_FOLDER: tls });
  // For a cluster, which has addresses and tables of its own: apps/kubernetes.
  const { api: apiDirectory, web: webDirectory } = directoryEnvironments(known);
  writeEnvironment(folder, 'api-directory', apiDirectory);
  writeEnvironment(folder, 'web-directory', webDirectory);
  await writeCertificate(join(folder, 'tls'), { now, origins: [origins.api, origins.database] });
  return { url: host.origin, variables: portVariables(host) };
}

async function writeCertificate(
  folder: string,
  { now, origins }: { readonly now: Date; readonly origins: readonly string[] },
): Promise<void> {
  const authority = await createAuthority(now);
  // The second and third are for what asks from inside a container: its health check, and the database about its tables.
  const names = [...new Set([...origins.map((origin) => new URL(origin).hostname), 'localhost', '127.0.0.1'])];
  const { certificate, key } = await createServerCertificate(authority, { now, names });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const files = { 'ca.crt': authority.certificate, 'tls.crt': certificate, 'tls.key': key };
  // The user of the containers reads them; on this machine the folder around is its owner's.
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o644 });
}
