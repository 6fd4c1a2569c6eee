import type { Graph, GraphNode } from './block';
import * as library from '@dagrejs/dagre';
import { shorten } from './text';

/** In pixels: wide enough for the longest names of the field's own resources. */
export const NODE = { width: 196, height: 46 } as const;
const MARGIN = 12;
const LABEL_CHARACTERS = 23;
const WHAT_CHARACTERS = 28;

/** A node where it is drawn; x and y are its top left corner. */
export interface PlacedNode extends GraphNode {
  readonly x: number;
  readonly y: number;
  readonly shownLabel: string;
  readonly shownWhat: string;
}

/** Everything that the page draws. */
export interface Picture {
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
  drawing.setGraph({ rankdir: 'LR', nodesep: 12, ranksep: 34, marginx: MARGIN, marginy: MARGIN });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) drawing.setNode(id, { ...NODE });
  for (const { from, to } of edges) drawing.setEdge(from, to);
  dagre.layout(drawing);
  const { width = 0, height = 0 } = drawing.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: nodes.map((node) => place(node, drawing.node(node.id))),
    edges: edges.map(({ from, to }) => pathOf(drawing.edge(from, to).points)),
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

/** A smooth line: from middle to middle of the stretches, bent towards the points between. */
function pathOf(points: readonly Point[]): string {
  const [start, ...others] = points;
  const end = others.pop();
  if (start === undefined || end === undefined) return '';
  const bends = others.map((point, index) => {
    const next = others[index + 1];
    const to = next === undefined ? end : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${pair(point)} ${pair(to)}`;
  });
  return [`M${pair(start)}`, ...(bends.length === 0 ? [`L${pair(end)}`] : bends)].join('');
}

function pair({ x, y }: Point): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
