import { randomBytes } from 'node:crypto';

const BYTES = 32;

/** Random text of 43 letters, digits, hyphens and underscores. */
export function newToken(): string {
  return randomBytes(BYTES).toString('base64url');
}
