import type {
  Block,
  BlockOf,
  BlockRenderers,
  Blocks,
  Fact,
  Figure,
  Section,
  SpanRenderers,
  Spans,
  Tone,
  Tree,
} from './block';
import { blocksFor, renderBlock, renderSpan } from './block';
import type { Child, Html } from './html';
import { joined, markup } from './html';
import { lanesOf } from './page-lanes';
import { markedList } from './page-marked';
import { matrixOf } from './page-matrix';
import { pictureOf } from './page-picture';
import { count, formatNumber } from './text';

const SPANS: SpanRenderers<Child> = {
  text: ({ text }) => text,
  name: ({ text, id }) => [
    markup`<span class="name">${text}</span>`,
    id !== undefined && markup` <span class="id">${id}</span>`,
  ],
  code: ({ text }) => markup`<code>${text}</code>`,
  place: ({ text }) => markup`<code>${text}</code>`,
  strong: ({ text }) => markup`<strong>${text}</strong>`,
  quiet: ({ text }) => markup`<span class="id">${text}</span>`,
  small: ({ text }) => markup`<small>${text}</small>`,
  explained: ({ text, href }) => markup`<span class="id">${linkTo(href, text)}</span>`,
  link: ({ text, href }) => linkTo(href, text),
  badge: ({ text, tone }) => markup`<span class="badge ${tone}">${text}</span>`,
  names: ({ items }) =>
    joined(
      items.map((item) => renderSpan(item, SPANS)),
      ', ',
    ),
  lines: ({ items }) => markup`<ul class="lines">${items.map((item) => markup`<li>${inline(item)}</li>`)}</ul>`,
};

function linkTo(href: string, text: string): Child {
  return /^https?:/.test(href) ? markup`<a href="${href}">${text}</a>` : text;
}

/** A line of the page. */
export function inline(spans: Spans): Child {
  return spans.map((span) => renderSpan(span, SPANS));
}

const BLOCKS: BlockRenderers<Child> = {
  heading: ({ text, note, level }) => {
    const shown = [text, note !== undefined && markup` <span class="id">${note}</span>`];
    return level === 3 ? markup`<h3>${shown}</h3>` : markup`<h4>${shown}</h4>`;
  },
  paragraph: ({ spans, tone }) => markup`<p${tone !== undefined && markup` class="${tone}"`}>${inline(spans)}</p>`,
  table: (block) => block.rows.length > 0 && tableOf(block),
  list: ({ items, isNumbered }) => {
    const all = items.map((item) => markup`<li>${inline(item)}</li>`);
    return isNumbered === true ? markup`<ol>${all}</ol>` : markup`<ul class="plain-list">${all}</ul>`;
  },
  facts: ({ entries }) => markup`<dl class="facts">${entries.map(factOf)}</dl>`,
  marked: ({ items }) => items.length > 0 && markedList(items, inline),
  figures: ({ items }) => markup`<dl class="figures">${items.map(figure)}</dl>`,
  fold: ({ title, isOpen, blocks }) =>
    markup`<details class="card"${isOpen && ' open'}><summary>${inline(title)}</summary>
<div class="body">${content(blocks)}</div></details>`,
  text: ({ label, text }) => markup`<pre tabindex="0" role="region" aria-label="${label}">${text}</pre>`,
  matrix: ({ matrix }) => matrixOf(matrix),
  tree: ({ tree, noun }) => {
    const isOpen = (node: Tree): boolean => node === tree || tree.total <= SMALL;
    return markup`<div class="tree">${treeOf(tree, noun, isOpen)}</div>`;
  },
  graph: pictureOf,
  lanes: lanesOf,
};

/** Columns from which a table needs more than the width of a small window. */
const WIDE = 5;

function tableOf({ label, columns, rows }: BlockOf<'table'>): Html {
  return markup`<div class="scroll plain" tabindex="0" role="region" aria-label="${label}, scrollable">
<table class="small${columns.length >= WIDE && ' wide'}">
<thead><tr>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(rowOf)}</tbody>
</table></div>`;
}

function rowOf([first = [], ...others]: readonly Spans[]): Html {
  const cells = others.map((cell) => markup`<td>${inline(cell)}</td>`);
  return markup`<tr><th scope="row">${inline(first)}</th>${cells}</tr>
`;
}

function factOf([term, what]: Fact): Html {
  return markup`<div><dt>${term}</dt><dd>${inline(what)}</dd></div>`;
}

/** Blocks of the page, each on a line. */
export function content(blocks: Blocks): readonly Html[] {
  return blocksFor('page', blocks).map(
    (block: Block) => markup`${renderBlock(block, BLOCKS)}
`,
  );
}

const FIGURE_CLASSES: Readonly<Record<Tone, string>> = { good: 'up', bad: 'down', warn: '', pending: '', plain: '' };

function figure({ label, value, note, tone = 'plain' }: Figure): Html {
  const shown = note !== undefined && markup` <small>${note}</small>`;
  return markup`<div><dt>${label}</dt><dd class="${FIGURE_CLASSES[tone]}">${formatNumber(value)}${shown}</dd></div>`;
}

/** A section of the page. */
export function sectionOf({ id, title, lead = [], blocks }: Section): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title"><div class="wrap">
<h2 id="${id}-title">${title}</h2>
${lead.length > 0 && markup`<p class="lead">${inline(lead)}</p>`}
${content(blocks)}</div></section>
`;
}

/** Leaves up to which a tree is open from the start. */
const SMALL = 300;

function treeOf(tree: Tree, noun: string, isOpen: (tree: Tree) => boolean): Html {
  const leaves = tree.leaves.map((leaf) => markup`<li>${inline(leaf)}</li>`);
  const children = tree.children.map((child) => treeOf(child, noun, isOpen));
  return markup`<details${isOpen(tree) && ' open'}><summary>${tree.label} <span class="id">${count(tree.total, noun)}</span></summary>
${leaves.length > 0 && markup`<ul>${leaves}</ul>`}${children}</details>`;
}
