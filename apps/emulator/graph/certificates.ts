import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Closing } from '../base/closing';
import type { CertificatePair } from '../base/listen';
import { createAuthority, createServerCertificate } from './authority';
import { TokenSigner } from './tokens';
import { readIfThere, replaceFile } from '../base/files';
import { StateError } from '../base/state';

export interface Identity {
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
