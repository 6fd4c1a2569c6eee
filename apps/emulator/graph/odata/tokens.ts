import { badRequest } from '../graph-error';

/** A piece of a `$filter`. Text is without its quotes. */
export interface Token {
  readonly kind: 'word' | 'text' | 'punctuation';
  readonly value: string;
}

/** Quoted text (a quote inside is doubled), punctuation, or a word: a name, an operator, a number, a date, a GUID. */
const PIECE = /\s*(?:'(?<text>(?:[^']|'')*)'|(?<punctuation>[(),:])|(?<word>[^\s'(),:]+(?::\d[^\s'(),]*)*))/y;

/** Cuts a `$filter` into pieces. @throws GraphError 400 where a quote is not closed */
export function tokenize(filter: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (filter.slice(position).trim() !== '') {
    PIECE.lastIndex = position;
    const groups = PIECE.exec(filter)?.groups;
    if (groups === undefined)
      throw invalidFilter(`There is an unterminated string literal at position ${position}`, filter);
    tokens.push(tokenOf(groups));
    position = PIECE.lastIndex;
  }
  return tokens;
}

function tokenOf({ text, punctuation, word }: Readonly<Record<string, string | undefined>>): Token {
  if (text !== undefined) return { kind: 'text', value: text.replaceAll("''", "'") };
  if (punctuation !== undefined) return { kind: 'punctuation', value: punctuation };
  return { kind: 'word', value: word ?? '' };
}

export function invalidFilter(problem: string, filter: string): Error {
  return badRequest(`Invalid filter clause: ${problem} in '${filter}'.`, 'BadRequest');
}
