import { Problem } from './problem';

/** A string of structured fields (RFC 9651, section 3.3.3), as the header's draft has it, or bare as many clients send it. */
export const KEY = /^("[A-Za-z0-9_-]{16,64}"|[A-Za-z0-9_-]{16,64})$/;

/**
 * Parses `Idempotency-Key` (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07).
 * @returns undefined if there is none
 * @throws Problem 400 if it is malformed
 */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (KEY.test(header)) return header.replaceAll('"', '');
  throw new Problem(
    { status: 400, code: 'malformed-request' },
    'Idempotency-Key must be one key of 16 to 64 letters, digits, hyphens or underscores, in double quotes.',
  );
}
