import { createHash } from 'node:crypto';

/** Namespace of names that are URLs: RFC 9562, section 6.6. */
const URL_NAMESPACE = Buffer.from('6ba7b8119dad11d180b400c04fd430c8', 'hex');

/**
 * Id of a scope, made of its full name (`https://contoso.onmicrosoft.com/api/Accounts.Read`): a UUID of version 5 (RFC 9562).
 * Graph wants the client to choose the id; this one is the same in every run and for every order of the scopes.
 */
export function scopeId(fullName: string): string {
  const hash = createHash('sha1').update(URL_NAMESPACE).update(fullName, 'utf8').digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
