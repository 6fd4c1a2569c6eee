import { X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, replaceFile } from '../../base/key-files';
import { type ProviderMetadata, readMetadata } from '../../saml/metadata';

const Kept = z.object({ entityId: z.string(), signOnUrl: z.string(), certificates: z.array(z.string()) });

/** The identity provider as somebody uploaded its metadata to IAM Identity Center. Nothing is fetched. */
export class IdentityProvider {
  private readonly file: string | undefined;
  private kept: ProviderMetadata | undefined;

  /** @param folder keeps it; in memory without one */
  constructor(folder?: string) {
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = join(folder, 'identity-provider.json');
    const text = readIfThere(this.file);
    if (text !== undefined) this.kept = Kept.parse(JSON.parse(text));
  }

  get metadata(): ProviderMetadata | undefined {
    return this.kept;
  }

  /**
   * Takes the metadata of an identity provider. Certificates that were there stay, and all of them count:
   * https://docs.aws.amazon.com/singlesignon/latest/userguide/rotatesamlcert.html
   *
   * @returns false for a text that is no such metadata, or has no certificate
   */
  upload(text: string): boolean {
    const given = readMetadata(text);
    if (given === undefined || given.certificates.length === 0 || !given.certificates.every(isCertificate))
      return false;
    const earlier = this.kept?.entityId === given.entityId ? this.kept.certificates : [];
    this.keep({ ...given, certificates: [...new Set([...earlier, ...given.certificates])] });
    return true;
  }

  /** The sign-in page has another port at each start; people change nothing for that. */
  movedTo(signOnUrl: string): void {
    if (this.kept !== undefined) this.keep({ ...this.kept, signOnUrl });
  }

  /** Deletes a certificate by its SHA-1. */
  remove(thumbprint: string): void {
    if (this.kept === undefined) return;
    const certificates = this.kept.certificates.filter((one) => certificateOf(one).fingerprint !== thumbprint);
    this.keep({ ...this.kept, certificates });
  }

  private keep(metadata: ProviderMetadata): void {
    this.kept = metadata;
    if (this.file !== undefined) replaceFile(this.file, JSON.stringify(metadata));
  }
}

export function certificateOf(base64: string): X509Certificate {
  return new X509Certificate(Buffer.from(base64, 'base64'));
}

function isCertificate(base64: string): boolean {
  try {
    return certificateOf(base64).fingerprint !== '';
  } catch {
    return false;
  }
}
