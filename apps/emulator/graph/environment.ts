import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readable, readIfThere, replaceFile } from '../base/key-files';
import { type LocalTls, openTls } from '../base/local-tls';
import type { Closing } from '../base/server';
import type { GraphClient, Tenant } from './settings';
import { TokenSigner } from './tokens';

interface Access {
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

interface Identity extends LocalTls {
  readonly signer: TokenSigner;
}

interface IdentityOptions {
  /** @default a temporary one, which is removed at the end */
  readonly folder: string | undefined;
  /** Folder of the authority. @default folder */
  readonly authority: string | undefined;
  /** Names of the server. */
  readonly names: readonly string[];
}

/**
 * The authority, the server's certificate and the key of the tokens. With a data folder the first and the last stay the
 * same, so that a client that trusts the emulator once goes on doing so.
 */
export async function loadIdentity({ folder, authority, names }: IdentityOptions, closing: Closing): Promise<Identity> {
  const place = folder ?? temporaryFolder(closing);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  return { ...(await openTls(authority ?? place, names)), signer: loadSigner(join(place, 'token-key.pem')) };
}

function temporaryFolder(closing: Closing): string {
  const folder = mkdtempSync(join(tmpdir(), 'graph-emulator-'));
  closing.add(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function loadSigner(keyFile: string): TokenSigner {
  const pem = readIfThere(keyFile);
  if (pem !== undefined) return readable(keyFile, () => new TokenSigner(createPrivateKey(pem)));
  const signer = new TokenSigner();
  replaceFile(keyFile, signer.pem);
  return signer;
}
