import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packageFile } from '../package/contents/files';
import {
  type Block,
  type BlockOf,
  type BlockRenderers,
  type Blocks,
  blocksFor,
  type Difference,
  type Fact,
  type Figure,
  type Marked,
  renderBlock,
  renderSpan,
  type Section,
  type SpanRenderers,
  type Spans,
  type Tone,
  type Tree,
} from './blocks/block';
import { bidi, type Child, Html, joined, markup } from './blocks/html';
import { badge, code, line } from './blocks/make';
import { HEAT_STYLE, longList, matrixOf } from './blocks/page-matrix';
import { count, formatNumber } from '../text/amounts';
import type { Report } from './report';
import { changeFigures, sectionsOf, sizeFigures } from './sections';
import { commitText } from './labels';
import { lanesOf } from './blocks/page-lanes';
import { pictureOf } from './blocks/page-picture';
import { withinText } from './blocks/text';

/**
 * The report as one page without anything to load: it needs no network and no server, and shows everything without
 * JavaScript, which only adds filters. Its content security policy allows its own style and script, by their hashes.
 */
export function renderHtml(report: Report): string {
  const sections = sectionsOf(report);
  const script = asset('page.js');
  const style = `${asset('page.css')}:root{--columns:${columnsOf(sections)}}${HEAT_STYLE}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(style, script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Access of ${report.estate}</title>
<style>${Html.trusted(style)}</style>
</head>
<body>
<a class="skip" href="#matrix">Skip to the access matrix</a>
${headerOf(report)}<nav aria-label="Sections"><ul class="wrap">
${sections.map(
  ({ id, title, short = title }) => markup`<li><a href="#${id}">${short}</a></li>
`,
)}</ul></nav>
<main>
${sections.map(sectionOf)}</main>
<footer><p>Written by <code>${withOptions('npx --no entra-aws preview')}</code> from the files of the estate, offline. It shows what they grant, not what is deployed.</p></footer>
<script>${Html.trusted(script)}</script>
</body>
</html>
`.markup;
}

function headerOf(report: Report): Html {
  return markup`<header class="top">
<div class="wrap">
<p class="eyebrow">Access preview</p>
<h1>${report.estate}</h1>
<p class="status">${inline(statusOf(report))}</p>
${content([{ kind: 'figures', items: [...changeFigures(report.changes), ...sizeFigures(report)] }])}</div>
</header>
`;
}

function statusOf({ counts, synthesis, changes }: Report): Spans {
  const { errors, warnings } = counts;
  const compared = changes?.counts === undefined ? badge('NOT COMPARED', 'bad') : 'Compared';
  return [
    ...(errors > 0 ? [badge(count(errors, 'error'), 'bad')] : []),
    ...(warnings > 0 ? [badge(count(warnings, 'warning'), 'warn')] : []),
    ...(errors + warnings === 0 ? [badge('No findings', 'good')] : []),
    ...(synthesis === 'skipped' ? [badge('Templates not synthesised', 'plain')] : []),
    ...(changes === undefined ? [] : line`${compared} with ${code(changes.revision)}${commitText(changes)}`),
  ];
}

/** Columns of groups that the matrix has. */
function columnsOf(sections: readonly Section[]): number {
  const [matrix] = sections
    .flatMap(({ blocks }) => blocksFor('page', blocks))
    .flatMap((block) => (block.kind === 'matrix' ? [block.matrix] : []));
  return matrix?.groups.length ?? 1;
}

function asset(name: string): string {
  return readFileSync(packageFile('src/preview/html', name), 'utf8');
}

function contentSecurityPolicy(style: string, script: string): string {
  return `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const SPANS: SpanRenderers<Child> = {
  text: ({ text }) => withOptions(text),
  name: ({ text, id }) => [
    markup`<span class="name">${bidi(text)}</span>`,
    id !== undefined && markup` <span class="id">${id}</span>`,
  ],
  code: ({ text }) => markup`<code>${withOptions(text)}</code>`,
  place: ({ text }) => markup`<code>${bidi(text)}</code>`,
  strong: ({ text }) => markup`<strong>${bidi(text)}</strong>`,
  quiet: ({ text }) => markup`<span class="id">${bidi(text)}</span>`,
  small: ({ text }) => markup`<small>${bidi(text)}</small>`,
  explained: ({ text, href }) => markup`<span class="id">${linkTo(href, text)}</span>`,
  link: ({ text, href }) => linkTo(href, text),
  badge: ({ text, tone }) => markup`<span class="badge ${tone}">${bidi(text)}</span>`,
  names: ({ items }) =>
    joined(
      items.map((item) => renderSpan(item, SPANS)),
      ', ',
    ),
  lines: ({ items }) => markup`<ul class="lines">${items.map((item) => markup`<li>${inline(item)}</li>`)}</ul>`,
};

/** Text whose options of commands stay whole: a line may end after each hyphen. */
function withOptions(text: string): Child {
  const parts = text.split(/(?<= )(--[\w-]+)/);
  return parts.map((part, index) => (index % 2 === 1 ? markup`<span class="option">${part}</span>` : bidi(part)));
}

function linkTo(href: string, text: string): Child {
  return /^https?:/.test(href) ? markup`<a href="${href}">${bidi(text)}</a>` : bidi(text);
}

/** A line of the page. */
function inline(spans: Spans): Child {
  return spans.map((span) => renderSpan(span, SPANS));
}

const BLOCKS: BlockRenderers<Child> = {
  heading: ({ text, note, level }) => {
    const shown = [bidi(text), note !== undefined && markup` <span class="id">${bidi(note)}</span>`];
    return level === 3 ? markup`<h3>${shown}</h3>` : markup`<h4>${shown}</h4>`;
  },
  paragraph: ({ spans, tone }) => markup`<p${tone !== undefined && markup` class="${tone}"`}>${inline(spans)}</p>`,
  table: (block) => block.rows.length > 0 && tableOf(block),
  list: ({ items, isNumbered }) => {
    const all = items.map((item) => markup`<li>${inline(item)}</li>`);
    return isNumbered === true
      ? markup`<ol>${all}</ol>`
      : longList(all, (shown) => markup`<ul class="plain-list">${shown}</ul>`);
  },
  facts: ({ entries }) => markup`<dl class="facts">${entries.map(factOf)}</dl>`,
  marked: ({ items }) => items.length > 0 && markedList(items),
  figures: ({ items }) => markup`<dl class="figures">${items.map(figure)}</dl>`,
  fold: ({ title, isOpen, blocks, anchor }) =>
    markup`<details class="card"${isOpen && ' open'}><summary>${inline(title)}</summary>
<div class="body"${anchor !== undefined && markup` id="s${anchor}"`}>${content(blocks)}</div></details>`,
  text: ({ label, text }) => markup`<pre tabindex="0" role="region" aria-label="${label}">${bidi(text)}</pre>`,
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

function tableOf({ label, columns, rows }: BlockOf<'table'>): Child {
  return longList(
    rows.map(rowOf),
    (shown) => markup`<div class="scroll plain" tabindex="0" role="region" aria-label="${label}, scrollable">
<table class="small${columns.length >= WIDE && ' wide'}">
<thead><tr>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${shown}</tbody>
</table></div>`,
  );
}

function rowOf([first = [], ...others]: readonly Spans[]): Html {
  const cells = others.map((cell) => markup`<td>${inline(cell)}</td>`);
  return markup`<tr><th scope="row">${inline(first)}</th>${cells}</tr>
`;
}

function factOf([term, what]: Fact): Html {
  return markup`<div><dt>${bidi(term)}</dt><dd>${inline(what)}</dd></div>`;
}

/** Blocks of the page, each on a line. */
function content(blocks: Blocks): readonly Html[] {
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
<h2 id="${id}-title">${bidi(title)}</h2>
${lead.length > 0 && markup`<p class="lead">${inline(lead)}</p>`}
${content(blocks)}</div></section>
`;
}

/** Leaves up to which a tree is open from the start. */
const SMALL = 300;

function treeOf(tree: Tree, noun: string, isOpen: (tree: Tree) => boolean): Html {
  const leaves = tree.leaves.map((leaf) => markup`<li>${inline(leaf)}</li>`);
  const children = tree.children.map((child) => treeOf(child, noun, isOpen));
  return markup`<details${isOpen(tree) && ' open'}><summary>${bidi(tree.label)} <span class="id">${count(tree.total, noun)}</span></summary>
${leaves.length > 0 && longList(leaves, (shown) => markup`<ul>${shown}</ul>`)}${children}</details>`;
}

/** Changes, findings or the like, each with its mark. */
function markedList(items: readonly Marked[]): Child {
  return longList(
    items.map(markedItem),
    (shown) => markup`<ul class="marked">
${shown}</ul>
`,
  );
}

function markedItem(item: Marked): Html {
  const { mark, what, at, within, dangers = [], notes = [], details = [], differences = [], why, paste } = item;
  const [sign, badge] = markOf(mark);
  const lineOf = (spans: Spans | undefined, css: string): Child =>
    spans && markup`<p class="${css}">${inline(spans)}</p>`;
  return markup`<li>${sign}<p class="what">${badge}${inline(what)}</p>
${[
  lineOf(at, 'why'),
  within && withinOf(within),
  listOf(
    dangers.map((text) => ({ text, tone: '' })),
    'dangers',
  ),
  notes.map((note) => lineOf(note, 'told')),
  detailsOf(details),
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
  return markup`<ul class="${css}">${items.map(({ text, tone }) => markup`<li class="${tone}">${bidi(text)}</li>`)}</ul>`;
}

function pasteOf({ title, label, lines }: NonNullable<Marked['paste']>): Html {
  return markup`<details class="acknowledge"><summary>${title}</summary>
<pre tabindex="0" role="region" aria-label="${label}">${lines.join('\n')}</pre></details>`;
}

const SIGNS: Readonly<Record<string, string>> = { '-': '−' };

/** Things up to which they are named at once. */
const FEW = 4;

function withinOf(within: NonNullable<Marked['within']>): Html {
  const { text, items } = within;
  const shown = items.map((item) => inline([item]));
  if (items.length <= FEW) return markup`<p>${withinText(within)} ${joined(shown, ', ')}</p>`;
  return markup`<details><summary>${text}</summary><ul class="names">${shown.map((one) => markup`<li>${one}</li>`)}</ul></details>`;
}

/** Details up to which they are shown at once. */
const FEW_DETAILS = 8;

function detailsOf(details: NonNullable<Marked['details']>): Child {
  const list = listOf(details, 'details');
  return details.length <= FEW_DETAILS
    ? list
    : markup`<details><summary>${count(details.length, 'detail')}</summary>${list}</details>`;
}

function differencesOf(differences: readonly Difference[]): Html {
  const size = `${differences.length} ${differences.length === 1 ? 'input' : 'inputs'}`;
  return markup`<details><summary>${size}</summary><dl class="inputs">${differences.map(differenceOf)}</dl></details>`;
}

function differenceOf({ name, before, after, forcesReplacement }: Difference): Html {
  const badge = forcesReplacement && markup` <span class="badge bad">replaces</span>`;
  const gone = before !== undefined && markup`<del>${bidi(before)}</del> `;
  return markup`<div><dt>${name}${badge}</dt><dd>${gone}${after !== undefined && markup`<ins>${bidi(after)}</ins>`}</dd></div>`;
}
