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

/** Text of messages, which may hold names: escaped like `codeText`, without references, and cut after 300 characters. */
export function prose(text: string): string {
  const shown = shorten(visible(text), 300);
  // A colon only has a meaning right before what follows: of an address, or of an emoji's name.
  return shown.split(BEFORE_REFERENCES).map(escapeText).join(BREAK).replaceAll('&#58; ', ': ');
}

/**
 * Forges look for mentions, references and names of emoji in the text of a page, where character references count no more;
 * they leave out code. So that `@name`, `#12`, `GH-12` and `:name:` are not found, something without width is put before
 * the name. Some have more forms: `group/project!12`, `*iteration:12`, `[work_item:12]`.
 */
const BEFORE_REFERENCES =
  /(?<=(?<![\p{L}\p{N}])[@!$~%&^]|#|\bGH-|(?<![\p{L}\p{N}:]):)(?=[\p{L}\p{N}_+-])|(?<=[!$~%&])(?=\d)|(?<=\*)(?=iteration:)|(?<=\[)(?=\w+:)/giu;
const BREAK = '&#8203;';

/** Characters that would begin a list, a rule, a block of code or a quick action at the start of a line. */
export function lineStart(markdown: string): string {
  return markdown
    .trimStart()
    .replace(/^-/, '&#45;')
    .replace(/^\//, '&#47;')
    .replace(/^(\d+)\./, '$1&#46;')
    .replace(/^(\d+)\)/, '$1&#41;');
}

/**
 * Text for a block of code, in which Markdown, HTML and references mean nothing, but two things may. A forge looks for quick
 * actions (`/approve`) at the start of lines before it knows of blocks, and takes three backticks for the end of any; and
 * another keeps a mention as `@<id>`. A space and something without width take the meaning from these.
 */
export function blockText(text: string): string {
  return text.replace(/^(?=\/\w)/gm, ' ').replace(/@(?=<)/g, '@\u200b');
}

/** Everything but letters, digits, spaces and what is harmless in any place. `www.` would begin a link. */
function escapeText(text: string): string {
  return text
    .replace(/[^\p{L}\p{N}\p{M} ,/;'"?%-]/gu, (character) =>
      isPlain(character) ? character : `&#${character.codePointAt(0) ?? 0};`,
    )
    .replace(/(?<=www)\./gi, '&#46;');
}

/** Emoji and the like have no meaning to Markdown. A dot or parenthesis only has one beside others that are escaped. */
function isPlain(character: string): boolean {
  return character > '\u007f' || '.()'.includes(character);
}
