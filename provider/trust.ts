import { readFileSync } from 'node:fs';
import tls from 'node:tls';

/**
 * Trusts the certificates of `SSL_CERT_FILE` besides those of Node. azuread's plug-in, a Go program, reads this variable
 * too, so that both trust a stand-in for Entra ID whose certificate is of its own making.
 */
export function trustCertificateFile(path: string | undefined): void {
  if (path === undefined || path === '') return;
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(path, 'utf8')]);
}
