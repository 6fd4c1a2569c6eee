import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, createKey, createServerCertificate, namesOutside, SERVER_DAYS } from './authority';
import { createFile, readable, readIfThere, REMEDY, replaceFile } from './key-files';
import type { CertificatePair } from './server';
import { StateError } from './state';

/** Names by which this machine is reached: its own, and that of Docker's host seen from a container. */
export const OWN_NAMES = ['localhost', '127.0.0.1', '::1', 'host.docker.internal'] as const;

/** A server's certificate of an authority on this machine. */
export interface LocalTls {
  /** The certificate of the authority, as a file: what a client must trust. */
  readonly caFile: string;
  /** A certificate of 30 days, another one each time. */
  readonly issue: () => Promise<CertificatePair>;
}

/**
 * Opens the authority of a folder, which several emulators may share, or makes it at first use. It may sign for
 * the names it was made with alone: whoever gets its key can be nobody else on a machine that trusts it. One that
 * would end before a new server's certificate is replaced, and clients must trust the next.
 *
 * @throws StateError if its files are damaged or it may not sign for one of the names
 */
export async function openTls(folder: string, names: readonly string[]): Promise<LocalTls> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const caFile = join(folder, 'ca.pem');
  const all = [...new Set([...names, ...OWN_NAMES])];
  const authority = await loadAuthority(caFile, join(folder, 'ca-key.pem'), all);
  return { caFile, issue: () => createServerCertificate(authority, { now: new Date(), names: all }) };
}

/**
 * Several processes may come here at once. A certificate is made for the key that is there, so that any of them belongs to
 * it, and a process that dies in between leaves a key to go on with.
 */
async function loadAuthority(caFile: string, keyFile: string, names: readonly string[]): Promise<CertificatePair> {
  // Before the key, which is always there first.
  const kept = readIfThere(caFile);
  const keptKey = readIfThere(keyFile);
  if (kept !== undefined && keptKey === undefined) throw new StateError(`${keyFile}: is missing; ${REMEDY}`);
  const key = keptKey ?? createFile(keyFile, await createKey());
  const privateKey = readable(keyFile, () => createPrivateKey(key));
  const now = new Date();
  const made = async (): Promise<string> => `${(await createAuthority(now, names, key)).certificate}\n`;
  const certificate = kept ?? createFile(caFile, await made());
  const parsed = readable(caFile, () => new X509Certificate(certificate));
  if (!parsed.checkPrivateKey(privateKey)) throw new StateError(`${caFile}: does not belong to ca-key.pem; ${REMEDY}`);
  const outside = namesOutside(certificate, names);
  if (outside.length > 0) throw new StateError(`${caFile}: may not sign for ${outside.join(', ')}; ${REMEDY}`);
  if (parsed.validToDate.getTime() > now.getTime() + SERVER_DAYS * 86_400_000) return { certificate, key };
  const next = await made();
  replaceFile(caFile, next);
  return { certificate: next, key };
}
