/**
 * Characters that are not seen, or that turn the direction of what follows: control characters, marks of direction, separators of lines,
 * characters without width, and halves of characters. A joiner between two emoji makes one of them, and stays.
 */
const INVISIBLE =
  /(?!(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d\p{Extended_Pictographic})[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Writes such characters out as escapes: names come from other people's systems, and one could forge a line. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same for a text of several lines, which stay lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}
