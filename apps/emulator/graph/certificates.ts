import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CertificatePair } from '../base/listen';
import { createAuthority, createServerCertificate } from './auth/authority';
import { TokenSigner } from './auth/tokens';
import { readIfThere, replaceFile } from '../base/files';

export interface Identity {
  readonly server: CertificatePair;
  readonly signer: TokenSigner;
  /** The certificate of the authority, as a file. */
  readonly caFile: string;
  /** Removes what was written for this run alone. */
  readonly cleanUp: () => void;
}

/**
 * The authority, the server's certificate and the key of the tokens. With a data folder the first and the last stay the
 * same, so that who trusts the emulator once goes on doing so.
 */
export async function loadIdentity(folder: string | undefined, names: readonly string[], now: Date): Promise<Identity> {
  const place = folder ?? mkdtempSync(join(tmpdir(), 'graph-emulator-'));
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const caFile = join(place, 'ca.pem');
  const authority = await loadAuthority(caFile, join(place, 'ca-key.pem'), now);
  const server = await createServerCertificate(authority, { now, names });
  const signer = loadSigner(join(place, 'token-key.pem'));
  const cleanUp = (): void => {
    if (folder === undefined) rmSync(place, { recursive: true, force: true });
  };
  return { server, signer, caFile, cleanUp };
}

async function loadAuthority(caFile: string, keyFile: string, now: Date): Promise<CertificatePair> {
  const [certificate, key] = [readIfThere(caFile), readIfThere(keyFile)];
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  const authority = await createAuthority(now);
  // The certificate last: it is there only together with its key.
  replaceFile(keyFile, authority.key);
  replaceFile(caFile, `${authority.certificate}\n`);
  return authority;
}

function loadSigner(keyFile: string): TokenSigner {
  const pem = readIfThere(keyFile);
  if (pem !== undefined) return new TokenSigner(createPrivateKey(pem));
  const signer = new TokenSigner();
  replaceFile(keyFile, signer.pem);
  return signer;
}
