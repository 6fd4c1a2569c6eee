import { randomBytes } from 'node:crypto';

/** Random text of 43 letters, digits, hyphens and underscores: 32 bytes, which nobody guesses. */
export const newToken = (): string => randomBytes(32).toString('base64url');
