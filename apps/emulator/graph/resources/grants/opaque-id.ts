import { createHash } from 'node:crypto';

/** An id as grants and assignments have it: not a GUID, and the same for the same parts. */
export function opaqueId(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('base64url');
}
