import { Problem } from './problem';

/** Condition of `If-Match` (RFC 9110, section 13.1.1). */
export type Precondition = { readonly kind: 'any' } | { readonly kind: 'tags'; readonly strong: readonly string[] };

// entity-tag = [ W/ ] DQUOTE *etagc DQUOTE; a list may have empty members (RFC 9110, sections 5.6.1 and 8.8.3).
const ENTITY_TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;
const SEPARATOR = /[ \t]*(?:,[ \t]*)+|[ \t]*$/y;

/**
 * Parses `If-Match`. Weak tags are left out, since they never match in the strong comparison.
 * @throws Problem 428 if there is none, 400 if it is malformed.
 */
export function parseIfMatch(header: string | undefined): Precondition {
  if (header === undefined) {
    throw new Problem(
      { status: 428, code: 'missing-if-match' },
      'A change needs If-Match with the ETag that GET /policy answered.',
    );
  }
  const text = header.trim();
  if (text === '*') return { kind: 'any' };
  const strong = parseTags(text.replace(/^(?:,[ \t]*)+/, ''));
  if (strong === undefined) {
    throw new Problem(
      { status: 400, code: 'malformed-request' },
      'If-Match must be entity tags in double quotes, or *.',
    );
  }
  return { kind: 'tags', strong };
}

/** Tells whether a strong tag fulfils the precondition. */
export function fulfils(precondition: Precondition, tag: string): boolean {
  return precondition.kind === 'any' || precondition.strong.includes(tag);
}

function parseTags(text: string): readonly string[] | undefined {
  const strong: string[] = [];
  let position = 0;
  do {
    ENTITY_TAG.lastIndex = position;
    const tag = ENTITY_TAG.exec(text);
    if (tag === null) return undefined;
    if (tag[1] === undefined) strong.push(tag[0]);
    SEPARATOR.lastIndex = ENTITY_TAG.lastIndex;
    if (!SEPARATOR.test(text)) return undefined;
    position = SEPARATOR.lastIndex;
  } while (position < text.length);
  return strong;
}
