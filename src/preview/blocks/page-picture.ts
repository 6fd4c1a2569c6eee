import * as library from '@dagrejs/dagre';
import { type Action, ACTIONS, type BlockOf, FAMILY_WORDS, type Graph, type GraphNode } from './block';
import { type Html, markup } from './html';
import { count, shorten } from '../../text/amounts';

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

/** In pixels: wide enough for the longest names of the field's own resources. */
export const NODE = { width: 196, height: 46 } as const;
const MARGIN = 12;
const LABEL_CHARACTERS = 23;
const WHAT_CHARACTERS = 28;

/** A node where it is drawn; x and y are its top left corner. */
interface PlacedNode extends GraphNode {
  readonly x: number;
  readonly y: number;
  readonly shownLabel: string;
  readonly shownWhat: string;
}

/** Everything that the page draws. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  /** Paths as SVG writes them. */
  readonly edges: readonly string[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Part of the library that is used: TypeScript can't resolve the imports within its own types. */
interface Dagre {
  readonly Graph: new () => Drawing;
  readonly layout: (drawing: Drawing) => void;
}

interface Drawing {
  setGraph(settings: Readonly<Record<string, unknown>>): void;
  setDefaultEdgeLabel(label: () => object): void;
  setNode(id: string, size: { readonly width: number; readonly height: number }): void;
  setEdge(from: string, to: string): void;
  graph(): { readonly width?: number; readonly height?: number };
  node(id: string): Point;
  edge(from: string, to: string): { readonly points: readonly Point[] };
}

const dagre = library as unknown as Dagre;

/** Lays a graph out from left to right, what is needed on the left. The same graph gives the same picture. */
export function drawGraph({ nodes, edges }: Graph): Picture {
  const drawing = new dagre.Graph();
  drawing.setGraph({ rankdir: 'LR', nodesep: 12, ranksep: 52, marginx: MARGIN, marginy: MARGIN });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) drawing.setNode(id, { ...NODE });
  for (const { from, to } of edges) drawing.setEdge(from, to);
  dagre.layout(drawing);
  const { width = 0, height = 0 } = drawing.graph();
  const columns = [...new Set(nodes.map(({ id }) => drawing.node(id).x))];
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: nodes.map((node) => place(node, drawing.node(node.id))),
    edges: edges.map(({ from, to }) =>
      pathOf([drawing.node(from), drawing.node(to)], drawing.edge(from, to).points, columns),
    ),
  };
}

function place(node: GraphNode, center: Point): PlacedNode {
  return {
    ...node,
    x: round(center.x - NODE.width / 2),
    y: round(center.y - NODE.height / 2),
    shownLabel: shorten(node.label, LABEL_CHARACTERS),
    shownWhat: shorten(node.what, WHAT_CHARACTERS),
  };
}

/**
 * A line from the right middle of a box to the left middle of another. Each column between them it crosses level, where the layout
 * keeps a place for it, and it bends only in the gaps between columns: so it passes no box.
 */
function pathOf([from, to]: readonly [Point, Point], points: readonly Point[], columns: readonly number[]): string {
  const half = NODE.width / 2;
  const crossings = points.slice(1, -1).flatMap(({ x, y }) => {
    const column = columns.find((center) => Math.abs(center - x) < half);
    return column === undefined ? [] : [{ x: column, y }];
  });
  const bends = [...crossings, to].map(({ x, y }, index) => {
    const before = crossings[index - 1] ?? from;
    const [begin, end] = [before.x + half, x - half];
    const middle = (begin + end) / 2;
    const curve = `C${pair({ x: middle, y: before.y })} ${pair({ x: middle, y })} ${pair({ x: end, y })}`;
    return index < crossings.length ? `${curve}H${round(x + half)}` : curve;
  });
  return [`M${pair({ x: from.x + half, y: from.y })}`, ...bends].join('');
}

function pair({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
