/**
 * Characters that are not seen, or that turn the direction of what follows: control characters, marks of direction, separators
 * of lines, characters without width or form, and halves of characters. A joiner between two emoji makes one of them, and stays.
 */
const INVISIBLE =
  /(?!(?<=\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)\u200d\p{Extended_Pictographic})[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu;

/** Beginning of a command to the agent that runs a pipeline, which looks for it in all of a line. */
const COMMAND = /#(?=#(?:vso)?\[)/gi;

/**
 * Writes such characters out as escapes: names come from other people's systems, and one could forge a line, or give a command to
 * what reads it.
 */
export function visible(text: string): string {
  return text.replace(INVISIBLE, escapeOf).replace(COMMAND, escapeOf);
}

function escapeOf(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}

/** The same for a text of several lines, which stay lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}
