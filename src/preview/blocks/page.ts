import type { Block, BlockRenderers, Blocks, Figure, Section, SpanRenderers, Spans, Tone } from './block';
import { blocksFor, renderBlock, renderSpan } from './block';
import type { Child, Html } from './html';
import { joined, markup } from './html';
import { markedList } from './page-marked';
import { matrixOf } from './page-matrix';
import { pictureOf } from './page-picture';
import { count, formatNumber } from './text';
import type { Tree } from './tree';

const SPANS: SpanRenderers<Child> = {
  text: ({ text }) => text,
  name: ({ text, id }) => [text, id !== undefined && markup` <span class="id">${id}</span>`],
  code: ({ text }) => markup`<code>${text}</code>`,
  place: ({ text }) => markup`<code>${text}</code>`,
  strong: ({ text }) => markup`<strong>${text}</strong>`,
  quiet: ({ text }) => markup`<span class="id">${text}</span>`,
  small: ({ text }) => markup`<small>${text}</small>`,
  link: ({ text, href }) => (/^https?:/.test(href) ? markup`<a href="${href}">${text}</a>` : text),
  badge: ({ text, tone }) => markup`<span class="badge ${tone}">${text}</span>`,
  names: ({ items }) =>
    joined(
      items.map((item) => renderSpan(item, SPANS)),
      ', ',
    ),
  lines: ({ items }) => markup`<ul class="lines">${items.map((item) => markup`<li>${inline(item)}</li>`)}</ul>`,
};

/** A line of the page. */
export function inline(spans: Spans): Child {
  return spans.map((span) => renderSpan(span, SPANS));
}

const BLOCKS: BlockRenderers<Html> = {
  heading: ({ text, note, level }) =>
    level === 3
      ? markup`<h3>${text}${note !== undefined && markup` <span class="id">${note}</span>`}</h3>
`
      : markup`<h4>${text}</h4>
`,
  paragraph: ({ spans, tone }) => markup`<p${tone !== undefined && markup` class="${tone}"`}>${inline(spans)}</p>
`,
  table: ({
    label,
    columns,
    rows,
  }) => markup`<div class="scroll plain" tabindex="0" role="region" aria-label="${label}, scrollable"><table class="small${columns.length >= WIDE && ' wide'}">
<thead><tr>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([
      first = [],
      ...others
    ]) => markup`<tr><th scope="row">${inline(first)}</th>${others.map((cell) => markup`<td>${inline(cell)}</td>`)}</tr>
`,
  )}</tbody>
</table></div>
`,
  list: ({ items, isNumbered }) => {
    const all = items.map((item) => markup`<li>${inline(item)}</li>`);
    return isNumbered === true
      ? markup`<ol class="plain-list">${all}</ol>
`
      : markup`<ul class="plain-list">${all}</ul>
`;
  },
  facts: ({
    entries,
  }) => markup`<dl class="facts">${entries.map(([term, what]) => markup`<div><dt>${term}</dt><dd>${inline(what)}</dd></div>`)}</dl>
`,
  marked: ({ items }) => markedList(items, inline),
  figures: ({ items }) => markup`<dl class="figures">${items.map(figure)}</dl>
`,
  fold: ({
    title,
    isOpen,
    blocks,
  }) => markup`<details class="card"${isOpen && ' open'}><summary>${inline(title)}</summary>
<div class="body">${content(blocks)}</div></details>
`,
  text: ({ label, text }) => markup`<pre tabindex="0" role="region" aria-label="${label}">${text}</pre>
`,
  matrix: ({ matrix }) => matrixOf(matrix),
  tree: ({
    tree,
    noun,
  }) => markup`<div class="tree">${treeOf(tree, noun, (node) => node === tree || tree.total <= SMALL)}</div>
`,
  graph: ({ id, title, graph }) => pictureOf({ id, title, graph }),
};

/** Columns from which a table needs more than the width of a small window. */
const WIDE = 5;

/** Blocks of the page. */
export function content(blocks: Blocks): readonly Html[] {
  return blocksFor('page', blocks).map((block: Block) => renderBlock(block, BLOCKS));
}

const FIGURE_CLASSES: Readonly<Record<Tone, string>> = { good: 'up', bad: 'down', warn: '', pending: '', plain: '' };

function figure({ label, value, note, tone = 'plain' }: Figure): Html {
  const shown = note !== undefined && markup` <small>${note}</small>`;
  return markup`<div><dt>${label}</dt><dd class="${FIGURE_CLASSES[tone]}">${formatNumber(value)}${shown}</dd></div>`;
}

/** A section of the page. The matrix takes the whole width, and so has a wrap of its own. */
export function sectionOf({ id, title, lead = [], blocks }: Section): Html {
  const head = markup`<h2 id="${id}-title">${title}</h2>${
    lead.length > 0 &&
    markup`
<p class="lead">${inline(lead)}</p>`
  }`;
  return markup`<section id="${id}" aria-labelledby="${id}-title"><div class="wrap">
${head}
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
