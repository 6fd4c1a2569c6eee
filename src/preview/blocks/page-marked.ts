import type { Difference, Marked, Spans } from './block';
import type { Child, Html } from './html';
import { joined, markup } from './html';
import { withinText } from './text';

type Inline = (spans: Spans) => Child;

/** Changes, findings or the like, each with its mark. */
export function markedList(items: readonly Marked[], inline: Inline): Html {
  return markup`<ul class="marked">
${items.map((item) => markedItem(item, inline))}</ul>
`;
}

function markedItem(item: Marked, inline: Inline): Html {
  const { mark, what, at, within, dangers = [], notes = [], details = [], differences = [], why, paste } = item;
  const [sign, badge] = markOf(mark);
  const lineOf = (spans: Spans | undefined, css: string): Child =>
    spans && markup`<p class="${css}">${inline(spans)}</p>`;
  return markup`<li>${sign}<p class="what">${badge}${inline(what)}</p>
${[
  lineOf(at, 'why'),
  within && withinOf(within, inline),
  listOf(
    dangers.map((text) => ({ text, tone: '' })),
    'dangers',
  ),
  notes.map((note) => lineOf(note, 'told')),
  listOf(details, 'details'),
  differences.length > 0 && differencesOf(differences),
  lineOf(why, 'why'),
  paste && pasteOf(paste),
]}</li>
`;
}

/** A word is a badge. A sign stands at the edge; to screen readers the words beside it say what it means. */
function markOf({ text, tone }: Marked['mark']): readonly [sign: Child, badge: Child] {
  return text.length === 1
    ? [markup`<b class="sign ${tone}" aria-hidden="true">${SIGNS[text] ?? text}</b>`, '']
    : ['', markup`<span class="badge ${tone}">${text}</span> `];
}

function listOf(items: readonly { readonly text: string; readonly tone: string }[], css: string): Child {
  if (items.length === 0) return '';
  return markup`<ul class="${css}">${items.map(({ text, tone }) => markup`<li class="${tone}">${text}</li>`)}</ul>`;
}

function pasteOf({ title, label, lines }: NonNullable<Marked['paste']>): Html {
  return markup`<details class="acknowledge"><summary>${title}</summary>
<pre tabindex="0" role="region" aria-label="${label}">${lines.join('\n')}</pre></details>`;
}

const SIGNS: Readonly<Record<string, string>> = { '-': '−' };

/** Things up to which they are named at once. */
const FEW = 4;

function withinOf(within: NonNullable<Marked['within']>, inline: Inline): Html {
  const { text, items } = within;
  const shown = items.map((item) => inline([item]));
  if (items.length <= FEW) return markup`<p>${withinText(within)} ${joined(shown, ', ')}</p>`;
  return markup`<details><summary>${text}</summary><ul class="names">${shown.map((one) => markup`<li>${one}</li>`)}</ul></details>`;
}

function differencesOf(differences: readonly Difference[]): Html {
  const size = `${differences.length} ${differences.length === 1 ? 'input' : 'inputs'}`;
  return markup`<details><summary>${size}</summary><dl class="inputs">${differences.map(differenceOf)}</dl></details>`;
}

function differenceOf({ name, before, after, forcesReplacement }: Difference): Html {
  const badge = forcesReplacement && markup` <span class="badge bad">replaces</span>`;
  const gone = before !== undefined && markup`<del>${before}</del> `;
  return markup`<div><dt>${name}${badge}</dt><dd>${gone}${after !== undefined && markup`<ins>${after}</ins>`}</dd></div>`;
}
