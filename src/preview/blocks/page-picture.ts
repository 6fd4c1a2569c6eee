import { type Action, ACTIONS } from './actions';
import { type BlockOf, FAMILY_WORDS, type GraphNode } from './block';
import type { Picture, PlacedNode } from './draw-graph';
import { drawGraph, NODE } from './draw-graph';
import type { Html } from './html';
import { markup } from './html';
import { count } from './text';

/** A graph as a picture with its legend. */
export function pictureOf({ id, title, graph }: Omit<BlockOf<'graph'>, 'kind'>): Html {
  const picture = drawGraph(graph);
  return markup`<figure class="picture">
<div class="scroll plain" tabindex="0" role="region" aria-label="Picture of ${title}, scrollable">
<svg role="img" aria-labelledby="${id}-title ${id}-desc" ${sizeOf(picture)}>
<title id="${id}-title">Resources of ${title}</title>
<desc id="${id}-desc">${count(picture.nodes.length, 'box', 'boxes')}; an arrow leads from what is needed to what needs it. The tables below have the same content as text.</desc>
${drawingOf(picture, `${id}-arrow`)}</svg>
</div>
<figcaption class="legend">${legendOf(picture.nodes)}</figcaption>
</figure>
`;
}

/** The attributes that give a picture its size. */
export function sizeOf({ width, height }: Picture): Html {
  return markup`width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
}

/** Boxes and arrows. The arrow's head needs an id of its own on a page. */
export function drawingOf({ edges, nodes }: Picture, arrow: string): Html {
  return markup`<defs><marker id="${arrow}" class="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0L8,4L0,8z"/></marker></defs>
${edges.map(
  (path) => markup`<path class="edge" d="${path}" marker-end="url(#${arrow})"/>
`,
)}${nodes.map(boxOf)}`;
}

function boxOf({ what, label, family, isLookup, change, ...node }: PlacedNode): Html {
  const classes = ['node', family, isLookup && 'lookup', change].filter(Boolean).join(' ');
  const sign =
    change && markup`<text class="sign" x="${NODE.width - 10}" y="19" text-anchor="end">${signOf(change)}</text>`;
  return markup`<g class="${classes}" transform="translate(${node.x} ${node.y})"><title>${what}: ${label}</title><rect width="${NODE.width}" height="${NODE.height}" rx="7"/><rect class="stripe" width="4" height="${NODE.height - 16}" x="7" y="8" rx="2"/><text x="19" y="18" class="what">${node.shownWhat}</text><text x="19" y="35">${node.shownLabel}</text>${sign}</g>
`;
}

/** The sign of a change as a page writes it. */
function signOf(change: Action | 'mixed'): string {
  return change === 'mixed' ? '~' : ACTIONS[change].sign.replace('-', '−');
}

/** Explains what there is in the picture, and nothing else. */
function legendOf(nodes: readonly GraphNode[]): readonly Html[] {
  const families = Object.entries(FAMILY_WORDS).filter(([family]) => nodes.some((node) => node.family === family));
  const changes = (['create', 'update', 'replace', 'delete'] as const).filter((change) =>
    nodes.some((node) => node.change === change),
  );
  return [
    ...families.map(([family, words]) => markup`<span><span class="key ${family}"></span>${words}</span>`),
    ...(nodes.some(({ isLookup }) => isLookup)
      ? [markup`<span><span class="key lookup"></span>looked up, exists already</span>`]
      : []),
    ...changes.map(
      (change) => markup`<span><b class="sign ${change}">${signOf(change)}</b>${ACTIONS[change].word}</span>`,
    ),
  ];
}
