import type { BlockOf } from './block';
import type { LanesPicture, PlacedBox, PlacedStep, PlacedText } from './draw-lanes';
import { drawAcross, drawDown } from './draw-lanes';
import type { Html } from './html';
import { markup } from './html';
import { describeLanes } from './lanes';

/** The whole, drawn once for wide and once for narrow windows: the style sheet shows the one that fits. */
export function lanesOf({ id, title, lanes }: BlockOf<'lanes'>): Html {
  const words = describeLanes(lanes);
  const drawing = (picture: LanesPicture, css: string): Html =>
    markup`<svg class="${css}" role="img" aria-labelledby="${id}-${css} ${id}-${css}-desc" ${viewBoxOf(picture)}>
<title id="${id}-${css}">${title}</title>
<desc id="${id}-${css}-desc">${words}</desc>
${contentsOf(picture)}</svg>
`;
  return markup`<figure class="lanes">
${drawing(drawAcross(lanes), 'across')}${drawing(drawDown(lanes), 'down')}</figure>
`;
}

/** Room of a picture, and a pixel around it for the lines at its edge. */
export function viewBoxOf({ width, height }: LanesPicture): Html {
  return markup`viewBox="-1 -1 ${width + 2} ${height + 2}"`;
}

/** Everything that is drawn, without the frame. */
export function contentsOf({ boxes, steps }: LanesPicture): Html {
  return markup`${steps.map(stepOf)}${boxes.map(boxOf)}`;
}

function stepOf({ path, isDanger, texts }: PlacedStep): Html {
  return markup`<path${isDanger && markup` class="bad"`} d="${path}"/>${texts.map(textOf)}
`;
}

/** Texts are cut at the edge of their box, however wide their letters are. */
function boxOf({ column, x, y, width, height, texts }: PlacedBox): Html {
  const area = markup`x="${x}" y="${y}" width="${width}" height="${height}"`;
  return markup`<g class="c${column}"><rect ${area} rx="9"/><svg ${area}>${texts.map(textOf)}</svg></g>
`;
}

function textOf({ text, x, y, css }: PlacedText): Html {
  return markup`<text class="${css}" x="${x}" y="${y}">${text}</text>`;
}
