import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Certificate, with those that lead to its authority, and key, in PEM: files as a Kubernetes secret of the type `kubernetes.io/tls` has them.
 * @throws Error of the system, which names the file
 */
export function readTls(folder: string): { readonly cert: string; readonly key: string } {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { cert: read('tls.crt'), key: read('tls.key') };
}
