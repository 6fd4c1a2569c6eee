import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CertificatePair, Closing } from '../base/server';
import { StateError } from '../base/state';
import { createAuthority, createServerCertificate } from './authority';
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

interface Identity {
  readonly server: CertificatePair;
  readonly signer: TokenSigner;
  /** The certificate of the authority, as a file. */
  readonly caFile: string;
}

interface IdentityOptions {
  /** @default a temporary one, which is removed at the end */
  readonly folder: string | undefined;
  /** Names of the server. */
  readonly names: readonly string[];
  readonly now: Date;
}

/**
 * The authority, the server's certificate and the key of the tokens. With a data folder the first and the last stay the
 * same, so that a client that trusts the emulator once goes on doing so.
 */
export async function loadIdentity({ folder, names, now }: IdentityOptions, closing: Closing): Promise<Identity> {
  const place = folder ?? temporaryFolder(closing);
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const caFile = join(place, 'ca.pem');
  const authority = await loadAuthority(caFile, join(place, 'ca-key.pem'), now);
  const server = await createServerCertificate(authority, { now, names });
  return { server, signer: loadSigner(join(place, 'token-key.pem')), caFile };
}

function temporaryFolder(closing: Closing): string {
  const folder = mkdtempSync(join(tmpdir(), 'graph-emulator-'));
  closing.add(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

async function loadAuthority(caFile: string, keyFile: string, now: Date): Promise<CertificatePair> {
  const [certificate, key] = [readIfThere(caFile), readIfThere(keyFile)];
  if (certificate !== undefined && key !== undefined) {
    const isPair = readable(caFile, () => new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)));
    if (isPair) return { certificate, key };
    throw new StateError(`${caFile}: does not belong to ca-key.pem; ${REMEDY}`);
  }
  const authority = await createAuthority(now);
  // The certificate last: it is there only together with its key.
  replaceFile(keyFile, authority.key);
  replaceFile(caFile, `${authority.certificate}\n`);
  return authority;
}

function loadSigner(keyFile: string): TokenSigner {
  const pem = readIfThere(keyFile);
  if (pem !== undefined) return readable(keyFile, () => new TokenSigner(createPrivateKey(pem)));
  const signer = new TokenSigner();
  replaceFile(keyFile, signer.pem);
  return signer;
}

const REMEDY =
  'restore the file, or delete it and the other .pem files of the folder and let clients trust the new ones';

function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new StateError(`${file}: ${error instanceof Error ? error.message : String(error)}; ${REMEDY}`);
  }
}

/** Writes a file for its owner alone, beside its place, and moves it there. */
function replaceFile(path: string, text: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
