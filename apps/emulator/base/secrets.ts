import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret as Entra makes them: 40 characters, with a `~` among them. */
export function newSecret(): string {
  const text = randomBytes(30).toString('base64url');
  return `${text.slice(0, 3)}8Q~${text.slice(6)}`;
}

/** The kept form of a secret: SHA-256 in base64. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}

/** Compares in constant time. */
export function isSecret(secret: string, digest: string): boolean {
  const [given, kept] = [Buffer.from(digestOf(secret)), Buffer.from(digest)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}
