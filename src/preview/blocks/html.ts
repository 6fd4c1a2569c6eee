import { RIGHT_TO_LEFT, visible } from './text';

/** Markup that is safe to write out. Only `markup` makes it, which escapes everything that is put into it. */
export class Html {
  private constructor(readonly markup: string) {}

  /** Text of the repository itself, such as its style sheet. */
  static trusted(markup: string): Html {
    return new Html(markup);
  }
}

/** Values that markup takes: text and numbers, which are escaped, markup, several of these, or nothing. */
export type Child = string | number | Html | undefined | false | readonly Child[];

/** Markup from a template: `` markup`<p title="${title}">${text}</p>` ``. Attributes stand in double quotes. */
export function markup(words: TemplateStringsArray, ...children: readonly Child[]): Html {
  return Html.trusted(words.map((part, index) => `${part}${markupOf(children[index])}`).join(''));
}

function markupOf(child: Child): string {
  if (child === undefined || child === false) return '';
  if (child instanceof Html) return child.markup;
  if (typeof child === 'object') return child.map(markupOf).join('');
  return escapeHtml(visible(String(child)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Line breaks stay, for policies are shown as they are. */
function escapeHtml(text: string): string {
  return text.replaceAll('\\u000a', '\n').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Text whose direction turns nothing around that stands beside it. */
export function bidi(text: string): Child {
  return text.split(RIGHT_TO_LEFT).map((part, index) => (index % 2 === 1 ? markup`<bdi>${part}</bdi>` : part));
}

/** Children with something between them. */
export function joined(children: readonly Child[], between: string): Child {
  return children.map((child, index) => (index === 0 ? child : [between, child]));
}
