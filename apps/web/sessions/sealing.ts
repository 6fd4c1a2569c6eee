import { createHash } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, errors, type CompactJWEHeaderParameters } from 'jose';

interface Key {
  readonly kid: string;
  readonly bytes: Buffer;
}

/**
 * Seals what is kept of a session (JWE, direct encryption with A256GCM). The first key seals and all open, so that a
 * new one can be put in front while sessions of the old one live on. What is sealed belongs to one id: put under
 * another one, it does not open.
 */
export class Sealing {
  readonly #keys: readonly Key[];

  /** @param keys of 32 bytes each, one at least */
  constructor(keys: readonly Buffer[]) {
    this.#keys = keys.map((bytes) => ({ kid: fingerprint(bytes), bytes }));
  }

  async seal(id: string, text: string): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('there is no session key');
    return await new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: key.kid, id })
      .encrypt(key.bytes);
  }

  /** @returns undefined for what no key of ours sealed for this id */
  async open(id: string, sealed: string): Promise<string | undefined> {
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, (header) => this.#keyOf(header), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return protectedHeader['id'] === id ? Buffer.from(plaintext).toString() : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  #keyOf({ kid }: CompactJWEHeaderParameters): Buffer {
    const key = this.#keys.find((known) => known.kid === kid);
    if (key === undefined) throw new errors.JWEDecryptionFailed();
    return key.bytes;
  }
}

function fingerprint(key: Buffer): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 11);
}
