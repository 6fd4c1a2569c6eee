import { drawGraph } from '../blocks/draw-graph';
import type { Graph } from '../blocks/graph';
import { Html, markup } from '../blocks/html';
import { drawingOf, sizeOf } from '../blocks/page-picture';

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
  const picture = drawGraph(graph);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" role="img" ${sizeOf(picture)}>
<title>${title}</title>
<style>${Html.trusted(STYLE)}</style>
${drawingOf(picture, 'arrow')}</svg>
`.markup;
}
