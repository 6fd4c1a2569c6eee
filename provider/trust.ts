import { readFileSync } from 'node:fs';
import tls from 'node:tls';

/**
 * Trusts the certificates of `SSL_CERT_FILE` besides those of Node. azuread's plug-in, a Go program, reads this variable
 * too, so that both trust a stand-in for Entra ID whose certificate is of its own making. Needs Node 22.19 or 24.5.
 */
export function trustCertificateFile(path: string | undefined): void {
  if (path === undefined || path === '') return;
  if (!('setDefaultCACertificates' in tls)) {
    console.error(`SSL_CERT_FILE is not read by Node ${process.version}; NODE_EXTRA_CA_CERTS is`);
    return;
  }
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(path, 'utf8')]);
}
