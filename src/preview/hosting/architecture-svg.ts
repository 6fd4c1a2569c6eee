import { drawGraph } from '../entra/draw-graph';
import type { Graph } from '../entra/graph';

const STYLE = `
  svg { --surface: #fff; --text: #1d2126; --muted: #59636e; --line: #c5ccd3;
    --application: #1e63b8; --credential: #a66a00; --permission: #7a3fa0; --flow: #0d7f6f; --group: #b0305f; --provisioning: #5b6b2e; }
  @media (prefers-color-scheme: dark) {
    svg { --surface: #191d21; --text: #e4e7ea; --muted: #9ca7b2; --line: #3a434b;
      --application: #82b4f5; --credential: #ebc375; --permission: #cda2ea; --flow: #6fd6c6; --group: #f0a3c2; --provisioning: #c0d07e; }
  }
  text { font: 600 12.5px system-ui, sans-serif; fill: var(--text); }
  .what { font-size: 11px; font-weight: 400; fill: var(--muted); }
  rect { fill: var(--surface); stroke: var(--line); }
  .edge { fill: none; stroke: var(--muted); stroke-width: 1.2; }
  marker path { fill: var(--muted); }
  .stripe { stroke: none; }
  .application .stripe { fill: var(--application); }
  .credential .stripe { fill: var(--credential); }
  .permission .stripe { fill: var(--permission); }
  .flow .stripe { fill: var(--flow); }
  .group .stripe { fill: var(--group); }
  .provisioning .stripe { fill: var(--provisioning); }
`;

/** A picture that needs nothing else, in the reader's colours. */
export function architectureSvg(graph: Graph, title: string): string {
  const { width, height, node, nodes, edges } = drawGraph(graph);
  const boxes = nodes.map(
    ({ family, x, y, shownWhat, shownLabel }) =>
      `<g class="${family}" transform="translate(${x} ${y})"><rect width="${node.width}" height="${node.height}" rx="7"/><rect class="stripe" width="4" height="${node.height - 16}" x="7" y="8" rx="2"/><text x="19" y="18" class="what">${escape(shownWhat)}</text><text x="19" y="35">${escape(shownLabel)}</text></g>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0L8,4L0,8z"/></marker></defs>',
    ...edges.map((path) => `<path class="edge" d="${path}" marker-end="url(#arrow)"/>`),
    ...boxes,
    '</svg>',
    '',
  ].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
