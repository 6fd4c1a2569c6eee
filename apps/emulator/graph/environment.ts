import { dirname, join } from 'node:path';
import type { GraphClient, Tenant } from './settings';
import { replaceFile } from '../base/files';

export interface Access {
  readonly deployer: GraphClient;
  readonly tenant: Tenant;
  readonly caFile: string;
  readonly tlsUrl: string;
}

/** The variables by which azuread and the tools of Azure reach the emulator. */
export function environmentOf({ deployer, tenant, caFile, tlsUrl }: Access): Readonly<Record<string, string>> {
  return {
    ARM_METADATA_HOSTNAME: new URL(tlsUrl).host,
    ARM_TENANT_ID: tenant.id,
    ARM_CLIENT_ID: deployer.clientId,
    ARM_CLIENT_SECRET: deployer.clientSecret,
    ARM_USE_CLI: 'false',
    // Go, and so azuread, reads the first; Node the second.
    SSL_CERT_FILE: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
  };
}

/** Writes the environment for a shell, beside the authority's certificate and for its owner alone. @returns the path */
export function writeEnvironment({
  caFile,
  env,
}: {
  readonly caFile: string;
  readonly env: Readonly<Record<string, string>>;
}): string {
  const file = join(dirname(caFile), 'azuread.env');
  const lines = Object.entries(env).map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`);
  replaceFile(file, lines.join(''));
  return file;
}
