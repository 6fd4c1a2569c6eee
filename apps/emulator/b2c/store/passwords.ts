import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const KEY_BYTES = 32;

/** The kept form of a password: salt and key, base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt);
  return `${salt.toString('base64url')}.${key.toString('base64url')}`;
}

/** Takes as long for somebody who does not exist (`undefined`) as for a wrong password. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [salt = '', key = ''] = (hash ?? '.').split('.');
  const given = await derive(password, Buffer.from(salt, 'base64url'));
  const kept = Buffer.from(key, 'base64url');
  return kept.length === given.length && timingSafeEqual(kept, given);
}

/** The fault of a new password, by the service's rule for local accounts. */
export function passwordFault(password: string): string | undefined {
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((pattern) => pattern.test(password));
  if (password.length >= 8 && password.length <= 64 && classes.length >= 3) return undefined;
  return 'Use 8 to 64 characters, with at least three of: a lowercase letter, an uppercase letter, a digit, a symbol.';
}

/** At Node's default cost: these are accounts of a laptop. */
function derive(password: string, salt: Buffer): Promise<Buffer> {
  return promisify<string, Buffer, number, Buffer>(scrypt)(password.normalize('NFKC'), salt, KEY_BYTES);
}
