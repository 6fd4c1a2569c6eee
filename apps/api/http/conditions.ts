import { Problem } from './problem';

// entity-tag = [ W/ ] DQUOTE *etagc DQUOTE; a list may have empty members (RFC 9110, sections 5.6.1 and 8.8.3).
const TAG = String.raw`(W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const TAGS = new RegExp(String.raw`^[, \t]*${TAG}([ \t]*,[, \t]*${TAG})*[, \t]*$`);

/** A string of structured fields (RFC 9651, section 3.3.3), as the header's draft has it, or bare as many clients send it. */
export const KEY = /^("[A-Za-z0-9_-]{16,64}"|[A-Za-z0-9_-]{16,64})$/;

/**
 * Parses `If-Match` (RFC 9110, section 13.1.1). Weak tags never match in the strong comparison.
 * @returns what tells whether a strong tag fulfils it
 * @throws Problem 428 if there is none, 400 if it is malformed
 */
export function parseIfMatch(header: string | undefined): (tag: string) => boolean {
  if (header === undefined)
    throw new Problem('missing-if-match', 'A change needs If-Match with the ETag that GET /policy answered.');
  const text = header.trim();
  if (text === '*') return () => true;
  if (!TAGS.test(text)) throw new Problem('malformed-request', 'If-Match must be entity tags in double quotes, or *.');
  const strong = [...text.matchAll(new RegExp(TAG, 'g'))].filter(([, weak]) => weak === undefined);
  return (wanted) => strong.some(([tag]) => tag === wanted);
}

/**
 * Parses `Idempotency-Key` (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07).
 * @returns undefined if there is none
 * @throws Problem 400 if it is malformed
 */
export function parseIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || KEY.test(header)) return header?.replaceAll('"', '');
  const allowed = 'one key of 16 to 64 letters, digits, hyphens or underscores, in double quotes';
  throw new Problem('malformed-request', `Idempotency-Key must be ${allowed}.`);
}
