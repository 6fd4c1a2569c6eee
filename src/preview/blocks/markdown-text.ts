import { shorten, visible } from './text';

/** Longest name that is written in full. Names in AWS and Entra have at most 256 characters. */
const NAME_CHARACTERS = 120;

/**
 * A name in the reader's text, as `<code>`. Whatever Markdown, HTML, a table, a mention or a reference could be made of
 * becomes a character reference: those never count as markup, in no dialect of Markdown.
 */
export function codeText(text: string): string {
  return `<code>${escapeText(shorten(visible(text), NAME_CHARACTERS))}</code>`;
}

/** Text of messages, which may hold names: escaped like `codeText`, and cut after 300 characters. */
export function prose(text: string): string {
  // A colon only has a meaning right before what follows: of an address, or of an emoji's name.
  return escapeText(shorten(visible(text), 300)).replaceAll('&#58; ', ': ');
}

/** Everything but letters, digits, spaces and what is harmless in any place. */
function escapeText(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{M} ,/;'"?%-]/gu, (character) =>
    isPlain(character) ? character : `&#${character.codePointAt(0) ?? 0};`,
  );
}

/** Emoji and the like have no meaning to Markdown. A dot or parenthesis only has one beside others that are escaped. */
function isPlain(character: string): boolean {
  return character > '\u007f' || '.()'.includes(character);
}
